namespace CodexRouter.Cli

/// How the program ends.
[<RequireQualifiedAccess>]
type ExitCode =
    | Done
    | Refused
    | WrongUsage
    | NoSuchProfile
    | NotSignedIn
    | QuotaUnavailable
    | Busy
    /// As a shell says of a command that it was to run.
    | CommandNotRunnable
    | CommandNotFound
    | Fault

[<RequireQualifiedAccess>]
module ExitCode =

    /// Gives the number that the shell sees.
    let number code =
        match code with
        | ExitCode.Done -> 0
        | ExitCode.Refused -> 1
        | ExitCode.WrongUsage -> 2
        | ExitCode.NoSuchProfile -> 3
        | ExitCode.NotSignedIn -> 4
        | ExitCode.QuotaUnavailable -> 5
        | ExitCode.Busy -> 6
        | ExitCode.CommandNotRunnable -> 126
        | ExitCode.CommandNotFound -> 127
        | ExitCode.Fault -> 70

    /// Says in a few words what it tells, unless a command says more.
    let words code =
        match code with
        | ExitCode.Done -> "done"
        | ExitCode.Refused -> "refused or failed"
        | ExitCode.WrongUsage -> "usage error"
        | ExitCode.NoSuchProfile -> "no such profile"
        | ExitCode.NotSignedIn -> "not signed in"
        | ExitCode.QuotaUnavailable -> "quota unavailable"
        | ExitCode.Busy -> "another change is in progress"
        | ExitCode.CommandNotRunnable -> "the command cannot be run"
        | ExitCode.CommandNotFound -> "the command was not found"
        | ExitCode.Fault -> "internal error"

    /// Those that every command may end with, in the order of their numbers.
    let all =
        [
            ExitCode.Done
            ExitCode.Refused
            ExitCode.WrongUsage
            ExitCode.NoSuchProfile
            ExitCode.NotSignedIn
            ExitCode.QuotaUnavailable
            ExitCode.Busy
            ExitCode.Fault
        ]

/// An expected failure, as it is told: what happened, and what to do about it. Nothing in it is secret, and every text in
/// it is inert.
type Problem =
    {
        Exit: ExitCode
        /// For programs.
        Code: ProblemCode
        Message: string
        Try: string
    }

[<RequireQualifiedAccess>]
module Problem =

    /// Something that was refused or failed.
    let refused code message remedy =
        {
            Exit = ExitCode.Refused
            Code = code
            Message = message
            Try = remedy
        }

    /// Words that the command line does not understand.
    let usage message remedy =
        {
            Exit = ExitCode.WrongUsage
            Code = ProblemCode.Usage
            Message = message
            Try = remedy
        }

    /// Someone else is changing the same things.
    let busy message remedy =
        {
            Exit = ExitCode.Busy
            Code = ProblemCode.Busy
            Message = message
            Try = remedy
        }

    /// Nobody is signed in where somebody should be.
    let notSignedIn message remedy =
        {
            Exit = ExitCode.NotSignedIn
            Code = ProblemCode.NotSignedIn
            Message = "Not logged in: " + message
            Try = remedy
        }

    /// No figure of a quota is to be had, or none that is good enough.
    let noQuota code message remedy =
        {
            Exit = ExitCode.QuotaUnavailable
            Code = code
            Message = message
            Try = remedy
        }
