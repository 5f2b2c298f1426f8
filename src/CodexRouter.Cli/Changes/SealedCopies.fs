namespace CodexRouter.Cli

open CodexRouter.Core
open CodexRouter.Platform

/// Keeps the sealed copies up to date on the real disk. A copy that cannot be written stops nothing: the live sign-in is
/// what counts.
[<RequireQualifiedAccess>]
module SealedCopies =

    /// The copy was written after the sign-in was: there is nothing new to seal. Two looks, and no file is opened. At the same
    /// time is not after: the clock of a file system stands still for some milliseconds.
    let private isUpToDate root name =
        let live = FileStatus.Look(Layout.signIn root name)
        let copy = FileStatus.Look(Layout.sealedCopy root name)

        live.Kind <> FileKind.File
        || (copy.Kind = FileKind.File && copy.ModifiedNanoseconds > live.ModifiedNanoseconds)

    let private carryOut (situation: Situation) (plan: Plan) = Plan.run situation.Files plan |> ignore

    /// Seals what has changed since a copy was made: for commands that only read.
    let renew (situation: Situation) (isWanted: bool) (profiles: Profile list) =
        // A root that the router never changed is not changed by looking at it either.
        if isWanted && Disk.look (Layout.router situation.Root) = Entry.Folder then
            try
                for profile in profiles do
                    if not (isUpToDate situation.Root profile.Name) then
                        carryOut situation (Sealed.renew situation profile)
            with :? SystemCallException ->
                ()

    /// Tells whether a sealed copy would bring a profile's sign-in back.
    let couldRestore (situation: Situation) name =
        match Sealed.restore situation name with
        | Ok plan -> not plan.IsEmpty
        | Error _ -> false

    /// Gives the command that mends a profile without a sign-in of its own: from the sealed copy if there is one.
    let remedy (situation: Situation) name =
        if couldRestore situation name then
            "codex-router restore " + ProfileName.value name
        else
            "codex-router login " + ProfileName.value name

    /// Brings all copies up to date after a change, or takes them all away when they are not wanted. To be called
    /// exclusively.
    let bringUpToDate (situation: Situation) (isWanted: bool) =
        try
            if isWanted then
                for profile in Observed.profiles situation.Files situation.Root do
                    carryOut situation (Sealed.renew situation profile)

                carryOut situation (Sealed.sweep situation)
            else
                for name in Sealed.names situation.Files situation.Root do
                    carryOut situation (Sealed.forget situation name)
        with :? SystemCallException ->
            ()
