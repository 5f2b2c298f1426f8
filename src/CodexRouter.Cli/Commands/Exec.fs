namespace CodexRouter.Cli.Commands

open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform
open FsToolkit.ErrorHandling

/// Runs a command under a profile, in this process's place.
[<RequireQualifiedAccess>]
module Exec =

    let private usage message =
        Error(Problem.usage message "codex-router exec NAME -- COMMAND")

    /// Everything before `--` is ours, everything after it the command's.
    let private split (words: string list) =
        match List.tryFindIndex ((=) "--") words with
        | Some index -> List.take index words, Some(List.skip (index + 1) words)
        | None -> words, None

    let private orPlain =
        {
            Name = "--or-plain"
            Value = None
            Help =
                "if no profile applies, run the command without one; the function from `codex-router init bash` uses this"
        }

    let private whenLeft =
        {
            Name = "--when-left"
            Value = Some "PERCENT"
            Help = "before running the command, wait until this much quota is left, like `codex-router wait`"
        }

    /// What stands before `--`.
    type private Own =
        {
            Names: string list
            IsPlainAllowed: bool
            WhenLeft: string option
        }

    let rec private understood (own: Own) (words: string list) : Result<Own, Problem> =
        match words with
        | [] -> Ok { own with Names = List.rev own.Names }
        | word :: rest when word = orPlain.Name -> understood { own with IsPlainAllowed = true } rest
        | word :: percent :: rest when word = whenLeft.Name -> understood { own with WhenLeft = Some percent } rest
        | word :: [] when word = whenLeft.Name -> usage (whenLeft.Name + " needs PERCENT behind it")
        | word :: rest -> understood { own with Names = word :: own.Names } rest

    /// Waits until enough is left, where that is asked for.
    let private waitFor (context: Context) (own: Own) : Result<unit, Problem> =
        match own.WhenLeft with
        | None -> Ok()
        | Some percent ->
            result {
                let settings = RouterSettings.read context.Surroundings.Root

                let! question =
                    GuardQuestion.ofWords
                        "codex-router exec --help"
                        settings
                        { GuardWords.none with
                            MinLeft = Some percent
                        }

                let! reply = Wait.forEnough context settings question own.Names None

                match GuardQuestion.ending reply with
                | ExitCode.Done -> return ()
                | exit ->
                    return!
                        Error
                            {
                                Exit = exit
                                Code = ProblemCode.NotEnough
                                Message = GuardQuestion.sentence reply + "; the command was not run"
                                Try = "codex-router quota " + ProfileName.value reply.Answer.Profile.Name
                            }
            }

    /// The home to run in; none where no profile applies and the command is to be run as it is.
    let private homeOf (context: Context) isPlainAllowed (names: string list) =
        let root = context.Surroundings.Root

        match names with
        | [ name ] -> CommandLine.profile root name |> Result.map (Layout.home root >> Some)
        | _ ->
            let inForce = InForce.here context.Surroundings

            match inForce.Because, inForce.Profile with
            | Because.Environment, _ -> Ok(Some inForce.CodexHome)
            | _, Some profile -> Ok(Some(Layout.home root profile))
            | _, None when isPlainAllowed -> Ok None
            | _, None ->
                Problem.notSignedIn
                    "no profile applies here"
                    "codex-router exec NAME -- COMMAND, or codex-router save NAME"
                |> Error

    /// That profiles cannot be used here at all is said before anything else of them.
    let private chosen (context: Context) isPlainAllowed names =
        match homeOf context isPlainAllowed names with
        | Ok None -> Ok None
        | found ->
            CodexSettings.needFiles context.Surroundings.Root
            |> Result.bind (fun () -> found)

    /// A home with a link to a folder that is gone would cost Codex its session log: such a home is mended first.
    let private makeWhole warn root home =
        if
            Layout.profiles root = string (System.IO.Path.GetDirectoryName(home: string))
            && not (HomeLinks.isWhole Disk.files root home)
        then
            Changes.exclusively root (fun () -> Changes.recover warn root |> Ok)
            |> Result.map ignore
        else
            Ok()

    /// The last moment to seal it before Codex has it.
    let private seal root home =
        Observed.names Disk.files root
        |> List.tryFind (fun name -> Layout.home root name = home)
        |> Option.iter (fun name ->
            SealedCopies.renew
                (Changes.situation root)
                (RouterSettings.read root).SealedCopies
                [ Observed.profile Disk.files root name ])

    let private replace (context: Context) environment program arguments : Ending =
        try
            context.Terminal.Flush()
            ProcessReplacement.Replace(program, Array.ofList arguments, environment)
            Ok ExitCode.Done
        with :? SystemCallException as failure ->
            let what, code =
                if failure.Error = SystemError.NotFound then
                    " was not found", ExitCode.CommandNotFound
                else
                    " cannot be run", ExitCode.CommandNotRunnable

            Error
                {
                    Exit = code
                    Code = ProblemCode.Command
                    Message = Inert.text program + what
                    Try = "command -v " + ShellWord.quoted (Inert.text program)
                }

    /// Runs a command in a Codex home, in this process's place, after everything has been looked at that would cost the
    /// home its sign-in or its session logs.
    let inHome (context: Context) home program arguments : Ending =
        result {
            let root = context.Surroundings.Root
            do! makeWhole context.Terminal.Note root home
            do! CodexSettings.needAccepted root home "codex-router exec OTHER -- COMMAND, or "
            seal root home
            SessionLists.bring context.Surroundings home program arguments
            HookWords.sayBefore context.Terminal root home program
            return! replace context (Surroundings.forCodex context.Surroundings home) program arguments
        }

    let private run (context: Context) (words: string list) : Ending =
        let own, behind = split words

        result {
            let! own =
                understood
                    {
                        Names = []
                        IsPlainAllowed = false
                        WhenLeft = None
                    }
                    own

            match own.Names, behind with
            | _, None -> return! usage "'--' and a command are missing"
            | _, Some [] -> return! usage "the command is missing after '--'"
            | _ :: _ :: _, _ -> return! usage "at most one profile can be named"
            | names, Some(program :: arguments) ->
                match! chosen context own.IsPlainAllowed names with
                | Some home ->
                    do! waitFor context own
                    return! inHome context home program arguments
                | None -> return! replace context context.Surroundings.Variables program arguments
        }

    /// The command.
    let command =
        CommandLine.plain
            {
                Name = "exec"
                Names = "[NAME] -- COMMAND…"
                Shown = ""
                Summary = "run a command under a profile"
                Does =
                    "Runs a command with CODEX_HOME set to the home of NAME, or of the profile that applies here. "
                    + "CODEX_API_KEY and CODEX_ACCESS_TOKEN, which would override it, are unset. The command replaces "
                    + "codex-router, so signals and exit codes are the command's own."
                Examples =
                    [
                        "codex-router exec work -- codex exec 'hello'", ""
                        "codex-router exec -- codex", "follow the pin, even without the hook"
                        "codex-router exec --or-plain -- codex", "the same, or plain codex if no profile applies"
                        "codex-router exec work --when-left 20 -- codex exec 'long job'", "wait until 20% is left"
                    ]
                Ends =
                    [
                        ExitCode.Done, "the command succeeded; every code not listed here is also the command's own"
                        yield!
                            Ends.reading
                            |> Ends.also ExitCode.NoSuchProfile
                            |> Ends.also ExitCode.NotSignedIn
                            |> Ends.also ExitCode.QuotaUnavailable
                            |> Ends.also ExitCode.CommandNotRunnable
                            |> Ends.also ExitCode.CommandNotFound
                    ]
                Offers = [ Offer.Profile ]
            }
            [ orPlain; whenLeft ]
            run
