namespace CodexRouter.Cli.Commands

open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type HooksArguments =
    | [<MainCommand>] Names of name: string list
    | Trust
    | Yes
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Names _ -> "the profiles or aliases; without one, all profiles"
            | Trust -> "make Codex trust, in the profiles' homes, the hooks that you trusted in the root; asks first"
            | Yes -> "do not ask"
            | Json -> "answer in JSON, without asking; --trust then requires --yes"

type HooksRequest =
    {
        Names: ProfileName list
        IsToTrust: bool
        IsConfirmed: bool
        IsJson: bool
    }

/// Shows which of Codex's hooks run in the profiles' homes, and turns on those that run at the root.
[<RequireQualifiedAccess>]
module Hooks =

    /// The hooks of one profile's home beside the root's, or why nobody knows.
    type private Asked =
        {
            Name: ProfileName
            Hooks: Result<HomeHooks, Problem>
            /// How many were turned on by this command.
            Trusted: int
            /// What it could not do.
            Failure: Problem option
        }

    /// A profile in whose home Codex lacks trust, with the hooks there and what it is to be told.
    type private Change = Asked * HomeHooks * HookTrustEntry list

    /// What was asked for, and how to ask again.
    let private hooks = "which hooks it has", "codex-router hooks"

    let private quoted (name: ProfileName) = "'" + ProfileName.value name + "'"

    let private runs (hook: CodexHook) =
        hook.Command |> Option.map SessionTitle.withoutTokens |> Option.defaultValue "-"

    let private judged atRoot (asked: Asked) =
        match asked.Hooks with
        | Ok here -> HookTrust.judge atRoot here
        | Error _ -> []

    let private row name (judged: JudgedHook) =
        [
            Piece.plain (ProfileName.value name)
            Piece.plain judged.Hook.Event
            Piece.strong (runs judged.Hook)
            (if HookWords.isOn judged.State then
                 Piece.good "on"
             else
                 Piece.plain "off")
            Piece.faint (HookWords.why judged.State)
        ]

    let private ways =
        let name, event, command, state, why = 0, 1, 2, 3, 4

        [
            GiveWay.Shorten(command, 30)
            GiveWay.Shorten(why, 16)
            GiveWay.Shorten(name, 12)
            GiveWay.Leave event
            GiveWay.Shorten(command, 12)
            GiveWay.Leave why
            GiveWay.Shorten(command, 4)
            GiveWay.Leave command
            GiveWay.Leave state
            GiveWay.Shorten(name, 1)
        ]

    let private dto atRoot (asked: Asked) : ProfileHooksDto =
        let found = judged atRoot asked

        {
            Name = ProfileName.value asked.Name
            SameAsRoot = asked.Hooks.IsOk && found |> List.forall HookTrust.isAsAtRoot
            Trusted = asked.Trusted
            Hooks =
                found
                |> List.map (fun judged ->
                    {
                        Key = Inert.text judged.Hook.Key
                        Event = Inert.text judged.Hook.Event
                        Command = judged.Hook.Command |> Option.map (SessionTitle.withoutTokens >> Inert.text)
                        On = HookWords.isOn judged.State
                        State = HookWords.word judged.State
                    })
            Error =
                match asked.Hooks, asked.Failure with
                | Error problem, _
                | Ok _, Some problem -> Some problem.Message
                | Ok _, None -> None
        }

    let private show (context: Context) atRoot (all: Asked list) =
        let rows =
            all
            |> List.collect (fun asked -> judged atRoot asked |> List.map (row asked.Name))

        if not rows.IsEmpty then
            context.Terminal.Table([ "PROFILE"; "EVENT"; "HOOK"; "HERE"; "WHY" ], ways, rows)
        elif all |> List.forall _.Hooks.IsOk then
            context.Terminal.Line "Codex has no hooks"

        for asked in all do
            match asked.Hooks, asked.Failure with
            | Error problem, _
            | Ok _, Some problem -> context.Terminal.Problem problem
            | Ok _, None -> ()

    let private remember (context: Context) atRoot isShown (all: Asked list) =
        for asked in all do
            match asked.Hooks with
            | Ok here ->
                HookNotes.asked context.Surroundings.Root asked.Name (HookTrust.missing atRoot here).Length isShown
            | Error _ -> ()

    let private lacking atRoot (all: Asked list) : Change list =
        all
        |> List.choose (fun asked ->
            match asked.Hooks with
            | Ok here ->
                match HookTrust.missing atRoot here with
                | [] -> None
                | entries -> Some(asked, here, entries)
            | Error _ -> None)

    let private commandOf (here: HomeHooks) (entry: HookTrustEntry) =
        here.Hooks
        |> List.tryFind (fun hook -> hook.Key = entry.Key)
        |> Option.map (fun hook -> hook.Event + ": " + runs hook)
        |> Option.defaultValue entry.Key

    /// Shows every change before it is made, and asks.
    let private agree (context: Context) (request: HooksRequest) (changes: Change list) : Result<unit, Problem> =
        if not request.IsJson then
            for asked, here, entries in changes do
                for entry in entries do
                    context.Terminal.Line(
                        "to be trusted in "
                        + ProfileName.value asked.Name
                        + ", as at the root: "
                        + commandOf here entry
                    )

        let number = changes |> List.sumBy (fun (_, _, entries) -> entries.Length)

        if
            request.IsConfirmed
            || not request.IsJson
               && context.Terminal.Confirm("have Codex trust " + HookWords.count number + " as it does at the root?")
        then
            Ok()
        else
            Error(Problem.refused ProblemCode.NotConfirmed "no hook was trusted" (Again.withOption "--yes"))

    let private trust (context: Context) program atRoot (asked: Asked) entries =
        let surroundings = context.Surroundings
        let home = Layout.home surroundings.Root asked.Name

        match CodexHooks.trust surroundings program home entries with
        | Ok here ->
            let left = (HookTrust.missing atRoot here).Length

            { asked with
                Hooks = Ok here
                Trusted = max 0 (entries.Length - left)
                Failure =
                    if left = 0 then
                        None
                    else
                        Problem.refused
                            ProblemCode.NotTrusted
                            ("Codex accepted the change but still does not trust "
                             + HookWords.count left
                             + " in "
                             + quoted asked.Name)
                            ("codex-router hooks " + ProfileName.value asked.Name)
                        |> Some
            }
        | Error NoHomeAnswer.Refused ->
            { asked with
                Failure =
                    Problem.refused
                        ProblemCode.TrustRefused
                        ("Codex did not write the trust into the settings of " + quoted asked.Name)
                        (Remedy.forAccess (Layout.(/) home "config.toml"))
                    |> Some
            }
        | Error fault ->
            { asked with
                Failure = Some(HomeProblems.notTold hooks (quoted asked.Name) fault)
            }

    /// Gives all with what was changed in some; one router does that at a time, for Codex reads and writes the one file that
    /// all homes share.
    let private turnOn
        (context: Context)
        program
        atRoot
        (changes: Change list)
        (all: Asked list)
        : Result<Asked list, Problem> =
        Changes.exclusively context.Surroundings.Root (fun () ->
            all
            |> List.map (fun asked ->
                match changes |> List.tryFind (fun (other, _, _) -> other.Name = asked.Name) with
                | Some(_, _, entries) -> trust context program atRoot asked entries
                | None -> asked)
            |> Ok)

    let private ask (surroundings: Surroundings) program name =
        {
            Name = name
            Hooks =
                CodexHooks.read surroundings program (Layout.home surroundings.Root name)
                |> Result.mapError (HomeProblems.notTold hooks (quoted name))
            Trusted = 0
            Failure = None
        }

    let private profiles root (words: string list) =
        match words with
        | [] -> Ok(Observed.names Disk.files root)
        | words ->
            words
            |> List.traverseResultM (CommandLine.profile root)
            |> Result.map List.distinct

    let private request (context: Context) (given: HooksArguments list) : Result<HooksRequest, Problem> =
        given
        |> Given.tryValue (function
            | Names names -> Some names
            | Trust
            | Yes
            | Json -> None)
        |> Option.defaultValue []
        |> profiles context.Surroundings.Root
        |> Result.map (fun names ->
            {
                Names = names
                IsToTrust = Given.has Trust given
                IsConfirmed = Given.has Yes given
                IsJson = Given.has Json given
            })

    let private work (context: Context) (request: HooksRequest) : Ending =
        result {
            let surroundings = context.Surroundings
            let! program = CodexProgram.find surroundings

            let! atRoot =
                CodexHooks.read surroundings program surroundings.Root
                |> Result.mapError (HomeProblems.notTold hooks (Inert.text surroundings.Root))

            let before = request.Names |> List.map (ask surroundings program)
            let changes = if request.IsToTrust then lacking atRoot before else []

            let! all =
                if changes.IsEmpty then
                    Ok before
                else
                    agree context request changes
                    |> Result.bind (fun () -> turnOn context program atRoot changes before)

            remember context atRoot (not request.IsJson) all

            if request.IsJson then
                let answer: HooksDto =
                    {
                        Schema = Answer.Schema
                        Changed = all |> List.exists (fun asked -> asked.Trusted > 0)
                        Profiles = all |> List.map (dto atRoot)
                    }

                context.Terminal.Raw(Answer.text HookShapes.hooks answer)
            else
                show context atRoot all

                if not request.IsToTrust then
                    for asked, _, entries in lacking atRoot all do
                        context.Terminal.Note(HookWords.off asked.Name entries.Length)

            return
                if all |> List.exists (fun asked -> asked.Hooks.IsError || asked.Failure.IsSome) then
                    ExitCode.Refused
                else
                    ExitCode.Done
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "hooks"
                Names = "[NAME…]"
                Shown = "[--trust]"
                Summary = "show which Codex hooks run in profiles, and trust the root's hooks there"
                Does =
                    "Shows which of your Codex hooks run in the profiles' homes. Codex stores your trust under the path of a "
                    + "home, so hooks that run in the root are off in a profile until you tell Codex to trust them there. With "
                    + "--trust, this command tells Codex to trust exactly the hooks that it trusts in the root, and no others."
                Examples =
                    [
                        "codex-router hooks", ""
                        "codex-router hooks work --trust", "trust the root's hooks in work; asks first"
                        "codex-router hooks --trust --yes", "in all profiles, without asking"
                    ]
                Ends =
                    [
                        ExitCode.Refused, "Codex did not answer, or did not trust the hooks"
                        yield!
                            [ ExitCode.NoSuchProfile; ExitCode.Busy ]
                            |> List.map (fun code -> code, ExitCode.words code)
                    ]
                Offers = [ Offer.Profiles ]
            }
            request
            work
