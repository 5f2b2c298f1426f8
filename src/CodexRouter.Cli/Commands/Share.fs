namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core
open FsToolkit.ErrorHandling

type ShareArguments =
    | [<MainCommand; Unique>] Name of name: string
    | Own of what: string
    | Common of what: string
    | Stop_Daemon
    | Force
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Name _ -> "a profile or alias; without it, show the table of everything in a home"
            | Own _ ->
                "the parts of which the profile gets its own copy, separated by commas: "
                + HomeGroup.list
            | Common _ -> "the parts to share with the root again"
            | Stop_Daemon -> "first stop Codex's background daemon in the profile"
            | Force -> "change it even if Codex is running in the profile"
            | Json -> "answer in JSON"

type ShareCommandRequest =
    {
        /// Nothing when the table is asked for.
        Share: ShareRequest option
        StopDaemon: bool
        Force: bool
        IsJson: bool
    }

/// Shows what of a Codex home the profiles share, and changes it for one.
[<RequireQualifiedAccess>]
module Share =

    let private partWays = [ GiveWay.Shorten(2, 12); GiveWay.Leave 2 ]

    let private entriesOf group =
        HomeEntry.ofGroup group
        |> List.map (fun entry -> entry.Name + (if entry.Kind = EntryKind.Folder then "/" else ""))

    let private ownOf root name =
        ProfileRecord.own (Disk.files.ReadRecord(Layout.record root name))

    /// What was set aside in a home, now or before.
    let private asides root name =
        let home = Layout.home root name

        Disk.files.Names home
        |> List.filter _.StartsWith(HomeEntry.BeforeShare, StringComparison.Ordinal)
        |> List.map (Layout.(/) home)

    let private answer (context: Context) name isChanged =
        let root = context.Surroundings.Root
        let own = ownOf root name

        let answer: HomePartsDto =
            {
                Schema = Answer.Schema
                Profile = ProfileName.value name
                Changed = isChanged
                Parts =
                    HomeGroup.all
                    |> List.map (fun group ->
                        {
                            Part = HomeGroup.word group
                            Own = own.Contains group
                            Entries = HomeEntry.ofGroup group |> List.map _.Name
                        })
                Aside = asides root name
            }

        context.Terminal.Raw(Answer.text HomeShapes.parts answer)

    let private showParts (context: Context) name =
        let root = context.Surroundings.Root
        let own = ownOf root name

        context.Terminal.Table(
            [ "PART"; "HERE"; "ENTRIES" ],
            partWays,
            HomeGroup.all
            |> List.map (fun group ->
                [
                    Piece.strong (HomeGroup.word group)
                    (if own.Contains group then
                         Piece.strong "own"
                     else
                         Piece.plain "shared")
                    Piece.faint (String.Join(", ", entriesOf group))
                ])
        )

        for path in asides root name do
            context.Terminal.Line("set aside: " + Inert.text path)

    /// Says where the profile's own is kept that was not thrown away. Lines can be added to the shared ones.
    let private sayAside (context: Context) root (path: string) =
        context.Terminal.Line("the profile's own differs and was set aside: " + Inert.text path)

        for entry in HomeEntry.all do
            if
                entry.Name.EndsWith(".jsonl", StringComparison.Ordinal)
                && path.EndsWith("-" + entry.Name, StringComparison.Ordinal)
            then
                context.Terminal.Line(
                    "to add its lines to the shared ones: cat "
                    + Remedy.quoted path
                    + " >> "
                    + Remedy.quoted (Layout.(/) root entry.Name)
                )

    let private tell (context: Context) (request: ShareRequest) (plan: Plan) =
        let name = ProfileName.value request.Name

        let words groups =
            String.Join(", ", HomeGroup.wordsOf groups)

        let said =
            [
                if not request.Own.IsEmpty then
                    "has its own " + words request.Own

                if not request.Common.IsEmpty then
                    "shares " + words request.Common
            ]
            |> String.concat ", and "

        context.Terminal.Line(
            (if plan.IsEmpty then
                 "nothing to do: profile "
             else
                 "profile ")
            + name
            + " "
            + said
        )

        Share.setAside plan |> List.iter (sayAside context context.Surroundings.Root)

    let private change (context: Context) (given: ShareCommandRequest) (request: ShareRequest) : Ending =
        result {
            let root = context.Surroundings.Root
            let name = request.Name

            let canExchange =
                lazy (CodexRouter.Platform.Rename.CanExchange(Layout.profiles root))

            let decide situation running force =
                Share.plan situation running force canExchange.Value request

            let option word groups =
                match HomeGroup.wordsOf groups with
                | [] -> ""
                | words -> " " + word + " " + String.Join(",", words)

            let! force =
                BesideCodex.agree
                    context
                    {
                        Command =
                            "codex-router share "
                            + ProfileName.value name
                            + option "--own" request.Own
                            + option "--common" request.Common
                        Force = given.Force
                        HasForce = true
                        StopDaemonsOf = if given.StopDaemon then [ Layout.home root name ] else []
                        IsSilent = given.IsJson
                    }
                    decide

            let! plan =
                Changes.make context.Terminal.Note root (fun situation ->
                    decide situation (fun () -> CodexProgram.running root) force)

            if given.IsJson then
                answer context name (not plan.IsEmpty)
            else
                tell context request plan

            return ExitCode.Done
        }

    let private work (context: Context) (given: ShareCommandRequest) : Ending =
        match given.Share with
        | None -> ShareTable.show context given.IsJson
        | Some request when request.Own.IsEmpty && request.Common.IsEmpty ->
            if given.IsJson then
                answer context request.Name false
            else
                showParts context request.Name

            Ok ExitCode.Done
        | Some request -> change context given request

    let private group (word: string) : Result<HomeGroup, Problem> =
        match HomeGroup.ofWord word, NearMiss.find HomeGroup.words word with
        | Some group, _ -> Ok group
        | None, Some near ->
            Problem.usage
                ("'"
                 + Inert.text word
                 + "' is no part of a home that can be chosen; the nearest is "
                 + near)
                (Again.replacing word near)
            |> Error
        | None, None ->
            Problem.usage
                ("'"
                 + Inert.text word
                 + "' is no part of a home that can be chosen; these are: "
                 + HomeGroup.list)
                "codex-router share --help"
            |> Error

    let private groups (words: string list) : Result<Set<HomeGroup>, Problem> =
        words
        |> List.collect (fun text -> List.ofArray (text.Split ','))
        |> List.traverseResultM group
        |> Result.map set

    let private request (context: Context) (given: ShareArguments list) : Result<ShareCommandRequest, Problem> =
        result {
            let valuesOf choose = given |> List.choose choose

            let! own =
                valuesOf (function
                    | Own what -> Some what
                    | Name _
                    | Common _
                    | Stop_Daemon
                    | Force
                    | Json -> None)
                |> groups

            let! common =
                valuesOf (function
                    | Common what -> Some what
                    | Name _
                    | Own _
                    | Stop_Daemon
                    | Force
                    | Json -> None)
                |> groups

            let named =
                given
                |> Given.tryValue (function
                    | Name name -> Some name
                    | Own _
                    | Common _
                    | Stop_Daemon
                    | Force
                    | Json -> None)

            let! share =
                match named, HomeGroup.wordsOf (Set.intersect own common) with
                | _, word :: _ -> Error(Problem.usage (word + " cannot be both own and common") Again.help)
                | None, [] when own.IsEmpty && common.IsEmpty -> Ok None
                | None, [] -> Error(Problem.usage "NAME is missing" Again.help)
                | Some name, [] ->
                    CommandLine.profile context.Surroundings.Root name
                    |> Result.map (fun name ->
                        Some
                            {
                                Name = name
                                Own = own
                                Common = common
                            })

            return
                {
                    Share = share
                    StopDaemon = Given.has Stop_Daemon given
                    Force = Given.has Force given
                    IsJson = Given.has Json given
                }
        }

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "share"
                Names = "[NAME]"
                Shown = ""
                Summary = "show or change what a profile shares with the root"
                Does =
                    "Shows what Codex keeps in a home, who or what each entry belongs to, and whether a profile "
                    + "shares it with the root through a link or has its own. With NAME it shows what that profile shares. "
                    + "--own gives the profile its own copy (sessions, history and memories start empty). --common goes back to "
                    + "sharing the root's, and sets aside files that differ from it."
                Examples =
                    [
                        "codex-router share", "the table of everything in a home"
                        "codex-router share work", "what the profile shares, and what it does not"
                        "codex-router share work --own config,skills", "give it its own settings and skills"
                        "codex-router share work --common sessions", "share its sessions again"
                    ]
                Ends = Ends.changing
                Offers = [ Offer.Profile ]
            }
            request
            work
