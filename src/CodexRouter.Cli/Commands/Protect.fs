namespace CodexRouter.Cli.Commands

open System.IO
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open CodexRouter.Platform
open FsToolkit.ErrorHandling

type ProtectArguments =
    | Check
    | Remove
    | Read_Only
    | Yes
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Check -> "change nothing; test in Codex's sandbox what commands can read"
            | Remove -> "remove the permission profile from Codex's settings"
            | Read_Only -> "if no permission profile is in force, extend :read-only instead of :workspace"
            | Yes -> "do not ask"
            | Json -> "answer in JSON, without asking; a change then requires --yes"

[<RequireQualifiedAccess>]
type ProtectWork =
    | Check
    | Remove
    | Write of wantsReadOnly: bool

type ProtectRequest =
    {
        Work: ProtectWork
        IsConfirmed: bool
        IsJson: bool
    }

/// Puts the sign-ins out of reach of the commands that a model runs, by Codex's own means, and proves it in Codex's own sandbox.
[<RequireQualifiedAccess>]
module Protect =

    /// A Codex home: the root's, or a profile's.
    type private Home =
        {
            Path: string
            Profile: ProfileName option
        }

    /// What was found by trying in one home.
    type private Tried =
        {
            Home: Home
            Readable: Result<string list, Problem>
        }

    let private permissions =
        "which permissions commands have", "codex-router protect --check"

    let private homes root =
        { Path = root; Profile = None }
        :: (Observed.names Disk.files root
            |> List.map (fun name ->
                {
                    Path = Layout.home root name
                    Profile = Some name
                }))

    let private whose (surroundings: Surroundings) home =
        Inert.text (Surroundings.short surroundings home.Path)

    let private withSettings root =
        homes root |> List.filter (fun home -> CodexSettings.hasOwn root home.Path)

    /// Every sign-in that is there, whatever it is kept for.
    let private signIns root =
        let within folder =
            Folders.Names folder |> Seq.map (Layout.(/) folder) |> List.ofSeq

        [
            for home in homes root do
                Layout.(/) home.Path Layout.SignInFile
                Layout.(/) home.Path ".credentials.json"
            yield! within (Layout.sealedCopies root)
            yield! within (Layout.kept root)
        ]
        |> List.filter File.Exists

    let private trial (context: Context) program files home =
        let surroundings = context.Surroundings

        {
            Home = home
            Readable =
                match CodexPermissions.readable surroundings program home.Path files with
                | Ok(Some readable) -> Ok readable
                | Ok None ->
                    Problem.refused
                        ProblemCode.SandboxNotRun
                        ("Codex could not run a command in its sandbox in " + whose surroundings home)
                        "codex sandbox -- true"
                    |> Error
                | Error fault -> Error(HomeProblems.notTold permissions (whose surroundings home) fault)
        }

    let private tryAll (context: Context) program =
        let root = context.Surroundings.Root
        homes root |> List.map (trial context program (signIns root))

    let private isProtected tried = tried.Readable = Ok []

    /// `isWritten` tells that the permission profile was written just now: what else is set has to be looked at then.
    let private readableIn (context: Context) isWritten tried : Problem option =
        match tried.Readable with
        | Error problem -> Some problem
        | Ok [] -> None
        | Ok(first :: others) ->
            Problem.refused
                ProblemCode.SignInsReadable
                ("in "
                 + whose context.Surroundings tried.Home
                 + " a command that Codex runs can read "
                 + Inert.text (Surroundings.short context.Surroundings first)
                 + (if others.IsEmpty then
                        ""
                    else
                        " and " + string<int> others.Length + " more"))
                (if isWritten then
                     Remedy.forEditing (Layout.(/) tried.Home.Path "config.toml")
                 else
                     "codex-router protect")
            |> Some

    let private tell (context: Context) isJson isChanged (tried: Tried list) : Ending =
        if isJson then
            let answer: ProtectDto =
                {
                    Schema = Answer.Schema
                    Changed = isChanged
                    Protected = tried |> List.forall isProtected
                    Homes =
                        tried
                        |> List.map (fun tried ->
                            {
                                Home = Inert.text tried.Home.Path
                                Profile = tried.Home.Profile |> Option.map ProfileName.value
                                Protected = isProtected tried
                                Readable = tried.Readable |> Result.defaultValue [] |> List.map Inert.text
                            })
                }

            context.Terminal.Raw(Answer.text ProtectShapes.protect answer)
        else
            for tried in tried do
                if isProtected tried then
                    context.Terminal.Line(whose context.Surroundings tried.Home + ": commands can read no sign-in")

            for problem in tried |> List.choose (readableIn context isChanged) do
                context.Terminal.Problem problem

        Ok(
            if tried |> List.forall isProtected then
                ExitCode.Done
            else
                ExitCode.Refused
        )

    let private confirmed (context: Context) (request: ProtectRequest) question : Result<unit, Problem> =
        if request.IsConfirmed || not request.IsJson && context.Terminal.Confirm question then
            Ok()
        else
            Error(Problem.refused ProblemCode.NotConfirmed "nothing was changed" (Again.withOption "--yes"))

    let private refused home fault : Problem =
        let file = Layout.(/) home.Path "config.toml"

        let message =
            match fault with
            | NoProtection.NoSandbox setting ->
                Inert.text file
                + " lets commands run without a sandbox ("
                + setting
                + "), so nothing can be denied to them"
            | NoProtection.OlderSettings setting ->
                Inert.text file
                + " has "
                + setting
                + ", which a permission profile would not take over; make a permission profile of it first"

        Problem.refused ProblemCode.NoSandbox message (Remedy.forEditing file)

    let private settingsOf (context: Context) program home =
        CodexPermissions.read context.Surroundings program home.Path
        |> Result.mapError (HomeProblems.notTold permissions (whose context.Surroundings home))

    let private show (context: Context) home (protection: Protection) =
        let line (text: string) = context.Terminal.Line(Inert.text text)

        line (
            "Codex is to write into "
            + Surroundings.short context.Surroundings (Layout.(/) home.Path "config.toml")
            + ":"
        )

        line (
            "  default_permissions = \""
            + Protection.Name
            + "\", which adds to \""
            + protection.Extends
            + "\""
        )

        for path in protection.Denied do
            line ("  denied: " + Surroundings.short context.Surroundings path)

        if protection.Before.IsNone then
            line (
                "  Until now Codex chose the sandbox by the directory; from now on it is \""
                + protection.Extends
                + "\" everywhere."
            )

    let private written home result =
        result
        |> Result.mapError (fun fault ->
            match fault with
            | NoHomeAnswer.Refused ->
                Problem.refused
                    ProblemCode.PermissionsRefused
                    ("Codex did not write the permissions into "
                     + Inert.text (Layout.(/) home.Path "config.toml"))
                    (Remedy.forAccess (Layout.(/) home.Path "config.toml"))
            | NoHomeAnswer.NotStarted
            | NoHomeAnswer.Silent
            | NoHomeAnswer.NotWhole -> HomeProblems.notTold permissions (Inert.text home.Path) fault)

    let private change (context: Context) program (request: ProtectRequest) changes question act : Ending =
        result {
            if not (List.isEmpty changes) then
                do! confirmed context request question

                do!
                    Changes.exclusively context.Surroundings.Root (fun () ->
                        changes
                        |> List.traverseResultM (fun (home, change) ->
                            act context.Surroundings program home.Path change |> written home)
                        |> Result.ignore)

            return not (List.isEmpty changes)
        }
        |> Result.bind (fun isChanged ->
            match request.Work with
            | ProtectWork.Remove ->
                if not request.IsJson then
                    context.Terminal.Line(
                        if isChanged then
                            "the permission profile is gone; commands have the permissions that they had before it"
                        else
                            "there is no permission profile of codex-router"
                    )

                    Ok ExitCode.Done
                else
                    tell context true isChanged (tryAll context program)
                    |> Result.map (fun _ -> ExitCode.Done)
            | ProtectWork.Check
            | ProtectWork.Write _ -> tell context request.IsJson isChanged (tryAll context program))

    let private write (context: Context) program request wantsReadOnly : Ending =
        let root = context.Surroundings.Root

        result {
            let! changes =
                withSettings root
                |> List.traverseResultM (fun home ->
                    result {
                        let! settings = settingsOf context program home

                        if Protection.isSet root settings then
                            return None
                        else
                            let! protection =
                                Protection.plan root wantsReadOnly settings |> Result.mapError (refused home)

                            return Some(home, protection)
                    })
                |> Result.map (List.choose id)

            if not request.IsJson then
                for home, protection in changes do
                    show context home protection

            return!
                change
                    context
                    program
                    request
                    changes
                    "deny sign-ins to the commands that Codex runs?"
                    CodexPermissions.protect
        }

    let private remove (context: Context) program request : Ending =
        result {
            let! changes =
                withSettings context.Surroundings.Root
                |> List.traverseResultM (fun home ->
                    settingsOf context program home
                    |> Result.map (fun settings -> home, Protection.restored settings))
                |> Result.map (List.filter (fun (_, restored) -> restored <> Restored.NotThere))

            return!
                change
                    context
                    program
                    request
                    changes
                    "let the commands that Codex runs read sign-ins again?"
                    CodexPermissions.restore
        }

    let private request _ (given: ProtectArguments list) : Result<ProtectRequest, Problem> =
        let work =
            match Given.has Check given, Given.has Remove given with
            | true, true -> Error(Problem.usage "--check and --remove do not go together" Again.help)
            | true, false -> Ok ProtectWork.Check
            | false, true -> Ok ProtectWork.Remove
            | false, false -> Ok(ProtectWork.Write(Given.has Read_Only given))

        work
        |> Result.map (fun work ->
            {
                Work = work
                IsConfirmed = Given.has Yes given
                IsJson = Given.has Json given
            })

    let private work (context: Context) (request: ProtectRequest) : Ending =
        CodexProgram.find context.Surroundings
        |> Result.bind (fun program ->
            match request.Work with
            | ProtectWork.Check
            | ProtectWork.Write _ when (signIns context.Surroundings.Root).IsEmpty ->
                Problem.notSignedIn "there is no sign-in here to keep from commands" "codex-router login NAME"
                |> Error
            | ProtectWork.Check -> tell context request.IsJson false (tryAll context program)
            | ProtectWork.Remove -> remove context program request
            | ProtectWork.Write wantsReadOnly -> write context program request wantsReadOnly)

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "protect"
                Names = ""
                Shown = "[--check | --remove]"
                Summary = "prevent commands that Codex runs from reading sign-ins"
                Does =
                    "Commands that a model runs can read every sign-in on this machine, unless Codex's sandbox denies access. "
                    + "This command shows a permission profile that denies it, has Codex write it, and then tests in Codex's sandbox "
                    + "whether a command can still read a sign-in. It has no effect if Codex is started with another sandbox "
                    + "(--sandbox, --yolo). A command that is already running when a sign-in is renewed can read the new one."
                Examples =
                    [
                        "codex-router protect", "show the change, ask, make it, and test it"
                        "codex-router protect --check", "only test what commands can read"
                        "codex-router protect --remove", "undo the change"
                    ]
                Ends =
                    [
                        ExitCode.Done, "commands can read no sign-in, or the permission profile was removed"
                        ExitCode.Refused, "commands can read a sign-in, or Codex did not make the change"
                        ExitCode.NotSignedIn, "there is no sign-in"
                        ExitCode.Busy, ExitCode.words ExitCode.Busy
                    ]
                Offers = []
            }
            request
            work
