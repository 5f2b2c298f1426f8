namespace CodexRouter.Cli

open System
open System.IO
open CodexRouter.Core
open CodexRouter.Platform

/// The locks under which a change is made: the router's own, and Codex's.
[<RequireQualifiedAccess>]
module ChangeLocks =

    /// Codex makes its home's lock readable to all.
    let private lockFile =
        PrivateMode.file ||| UnixFileMode.GroupRead ||| UnixFileMode.OtherRead

    /// How long to wait for another change, or for Codex to finish writing. Codex itself waits five seconds.
    let private patience = TimeSpan.FromSeconds 5.0

    /// Lets this user open a lock file of theirs that was closed to all; programs that hold the lock notice nothing.
    let private reopen path mode =
        try
            if (FileStatus.Look path).Kind = FileKind.File then
                File.SetUnixFileMode(path, mode)
        with
        | :? IOException
        | :? UnauthorizedAccessException -> () // somebody else's: taking the lock says so

    let private acquire path mode message =
        let take () =
            try
                Ok(AdvisoryLock.Acquire(path, patience, mode))
            with :? SystemCallException as failure ->
                Error failure

        let taken =
            match take () with
            | Error failure when failure.Error = SystemError.Forbidden ->
                reopen path mode
                take ()
            | taken -> taken

        match taken with
        | Error failure ->
            Problem.refused ProblemCode.NotPermitted (FailureText.ofException failure) (Remedy.forFailure failure)
            |> Error
        | Ok lock ->
            match lock with
            | null ->
                let holder =
                    match LockHolder.find path with
                    | Some pid -> " (process " + string<int> pid + ")"
                    | None -> ""

                Error(Problem.busy (message + holder) Again.asItWas)
            | held -> Ok held

    let rec private all paths (held: IDisposable list) =
        match paths with
        | [] -> Ok held
        | (path: string) :: rest ->
            let mode =
                if path.EndsWith("/auth.lock", StringComparison.Ordinal) then
                    lockFile
                else
                    PrivateMode.file

            match acquire path mode ("Codex is writing a sign-in: " + Inert.text path) with
            | Ok one -> all rest ((one :> IDisposable) :: held)
            | Error problem ->
                held |> List.iter _.Dispose()
                Error problem

    /// Takes the router's own lock: one change at a time.
    let ofRouter root =
        acquire (Layout.lock root) PrivateMode.file "another codex-router is making a change"

    /// Takes Codex's locks in this order, all of them or none.
    let ofCodex (paths: string list) : Result<IDisposable list, Problem> = all paths []
