namespace CodexRouter.Cli.Watch

open System
open System.Threading
open System.Threading.Tasks
open CodexRouter.Core

/// How one window was over the last day, and where that leads.
type WindowHistory =
    {
        /// Percent left at even distances over the last day, the oldest first; nothing where nothing was read.
        LastDay: float option list
        /// When nothing is left, if it goes on as it went.
        EmptyAt: DateTimeOffset option
    }

/// One profile as the view needs it.
type WatchRow =
    {
        Name: ProfileName
        /// Whose it is: an e-mail, or words such as "API key".
        Account: string
        Quota: Quota option
        /// From what age on figures are called stale.
        StaleAfter: TimeSpan
        /// By the key of a window.
        History: Map<string * int option, WindowHistory>
        /// Why there are no figures, or why they are old ones.
        Note: string option
        IsCurrent: bool
        IsPinned: bool
    }

/// What the service said when it did not answer as asked.
type Complaint =
    {
        /// In words for people: "too many requests".
        Text: string
        /// How long it wants to be left alone.
        RetryAfter: TimeSpan option
    }

/// Where the view has its rows from.
[<NoEquality; NoComparison>]
type WatchSource =
    {
        /// Gives what is known here: cheap, local, called every few seconds.
        Read: DateTimeOffset -> WatchRow list
        /// Asks for new figures of all profiles side by side and keeps them for `Read`. Gives the service's complaint when
        /// it should be asked less often (overloaded, unreachable); what concerns one profile only belongs in its note.
        Refetch: CancellationToken -> Task<Complaint option>
    }
