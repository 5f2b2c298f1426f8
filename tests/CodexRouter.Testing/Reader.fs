namespace CodexRouter.Testing

open System
open System.Collections.Concurrent
open System.IO
open System.Text
open System.Threading
open CodexRouter.StandIn

/// What a program may find where Codex reads its sign-in, and never should.
[<RequireQualifiedAccess>]
type BadLook =
    /// There is nothing, or a link that leads nowhere: it cannot be opened.
    | Dangling
    | Empty
    /// One account's tokens stand under another's number.
    | Mixed
    /// Something else than one of the whole sign-ins.
    | Torn

/// Reads one file through its link without pause, as a Codex that starts at any moment would, until it is stopped. The
/// file has to be the whole sign-in of one of the accounts at every look.
type Reader(path: string, accounts: SampleAccount list) =
    let mutable looks = 0
    let mutable stopped = false
    let bad = ConcurrentDictionary<BadLook, int>()
    let seen = ConcurrentDictionary<string, int>()
    let reasons = ConcurrentDictionary<string, int>()

    let more (counts: ConcurrentDictionary<'key, int>) key =
        counts.AddOrUpdate(key, 1, (fun _ before -> before + 1)) |> ignore

    let judge (text: string) =
        let holds (part: string) =
            text.Contains(part, StringComparison.Ordinal)

        // A token of any generation: what stands before the generation's number is the account's own.
        let tokensOf account =
            let first = SampleAccount.refreshToken account 1
            first.Substring(0, first.Length - 1)

        let numbered =
            accounts
            |> List.filter (fun account -> holds ("\"account_id\": \"" + account.AccountId + "\""))

        let owning = accounts |> List.filter (tokensOf >> holds)

        match numbered, owning with
        | _ when text = "" -> Error BadLook.Empty
        | [ number ], [ owner ] when number.AccountId <> owner.AccountId -> Error BadLook.Mixed
        | [ number ], [ _ ] when text.TrimEnd().EndsWith '}' -> Ok number
        | _ -> Error BadLook.Torn

    let look () =
        try
            judge (Encoding.UTF8.GetString(File.ReadAllBytes path))
        with
        // Cut short while it was being read.
        | :? EndOfStreamException -> Error BadLook.Torn
        | failure when (failure :? IOException || failure :? UnauthorizedAccessException) ->
            more reasons failure.Message
            Error BadLook.Dangling

    let thread =
        Thread(
            (fun () ->
                while not (Volatile.Read &stopped) do
                    Interlocked.Increment &looks |> ignore

                    match look () with
                    | Ok account -> more seen account.Email
                    | Error found -> more bad found),
            IsBackground = true
        )

    do thread.Start()

    /// How often it looked.
    member _.Looks = Volatile.Read &looks

    /// What it found that should never be there, each with how often.
    member _.Bad = bad |> Seq.map (fun found -> found.Key, found.Value) |> List.ofSeq

    /// Why it could not be opened, where it could not.
    member _.Reasons = List.ofSeq reasons.Keys

    /// How many different accounts it found.
    member _.Accounts = seen.Count

    interface IDisposable with
        member _.Dispose() =
            Volatile.Write(&stopped, true)
            thread.Join()
