namespace CodexRouter.Cli.Commands

open System
open Argu
open CodexRouter.Cli
open CodexRouter.Core

type ListArguments =
    | Long
    | Json

    interface IArgParserTemplate with
        member argument.Usage =
            match argument with
            | Long -> "also show which parts of its home each profile does not share"
            | Json -> "answer in JSON"

type ListRequest = { IsLong: bool; IsJson: bool }

/// Shows all profiles.
[<RequireQualifiedAccess>]
module List =

    let private stateWords health =
        match health with
        | Health.Ok -> Piece.good "ok"
        | health -> Piece.bad (HealthView.words health)

    let private row current active health quota (profile: Profile) =
        let isCurrent = current = Some profile.Name

        let names =
            ProfileName.value profile.Name :: ProfileView.aliases profile
            |> String.concat ", "

        let here =
            if active = Some profile.Name && not isCurrent then
                " (here)"
            else
                ""

        [
            (if isCurrent then Piece.good "*" else Piece.plain " ")
            (if isCurrent then
                 Piece.strong names
             else
                 Piece.plain (names + here))
            Piece.plain (ProfileView.account profile)
            Piece.plain (ProfileView.plan profile |> Option.defaultValue "-")
            stateWords (health profile)
            quota profile
        ]

    let private ofOwn (profile: Profile) =
        match HomeGroup.wordsOf (ProfileRecord.own profile.Record) with
        | [] -> Piece.faint "-"
        | words -> Piece.plain (String.Join(", ", words))

    let private headings = [ ""; "PROFILE"; "ACCOUNT"; "PLAN"; "STATE"; "LEFT" ]

    /// The mark of the current profile never gives way, a profile's name last.
    let private ways =
        let name, account, plan, state, left, own = 1, 2, 3, 4, 5, 6

        [
            GiveWay.Shorten(own, 16)
            GiveWay.Shorten(account, 24)
            GiveWay.Leave own
            GiveWay.Shorten(account, 20)
            GiveWay.Leave plan
            GiveWay.Shorten(account, 12)
            GiveWay.Leave account
            GiveWay.Shorten(state, 10)
            GiveWay.Shorten(name, 16)
            GiveWay.Leave left
            GiveWay.Shorten(name, 7)
            GiveWay.Leave state
            GiveWay.Shorten(name, 1)
            GiveWay.Leave name
        ]

    let private work (context: Context) (request: ListRequest) : Ending =
        let root = context.Surroundings.Root
        let profiles = Observed.profiles Disk.files root
        let current = Observed.current Disk.files root
        let active = (InForce.here context.Surroundings).Profile

        let now = context.Surroundings.Clock.Now()
        let settings = RouterSettings.read root
        SealedCopies.renew (Changes.situation root) settings.SealedCopies profiles
        let judge = ProfileHealth.judge root profiles

        let health (profile: Profile) =
            judge
                (if active = Some profile.Name then
                     context.Surroundings.Overriding
                 else
                     [])
                profile


        // Nobody was asked yet, or there is nothing to ask for: that is not "not available".
        let left (profile: Profile) =
            match QuotaStore.read root profile, profile.Stored with
            | None, Stored.SignIn(_, signIn) when (Sources.noPlan signIn.Kind).IsSome -> Piece.faint "no plan"
            | None, Stored.SignIn _ -> Piece.faint "not read yet"
            | known, _ -> QuotaView.cell now settings known

        if request.IsJson then
            let quota profile =
                QuotaStore.read root profile
                |> Option.map (fun believed -> QuotaView.dto now settings false believed.Quota)

            let answer: ListDto =
                {
                    Schema = Answer.Schema
                    Root = root
                    Current = current |> Option.map ProfileName.value
                    Profiles =
                        profiles
                        |> List.map (fun profile ->
                            ProfileView.dto current active (health profile) (quota profile) profile)
                }

            context.Terminal.Raw(Answer.text AnswerShapes.list answer)
        elif profiles.IsEmpty then
            context.Terminal.Line "no profiles yet"
            context.Terminal.Line(NextStep.here context.Surroundings)
            OtherRoot.hint context.Surroundings |> Option.iter context.Terminal.Note
        else
            let row profile =
                row current active health left profile
                @ (if request.IsLong then [ ofOwn profile ] else [])

            context.Terminal.Table(
                headings @ (if request.IsLong then [ "OWN" ] else []),
                ways,
                profiles |> List.map row
            )

        Ok ExitCode.Done

    /// The command.
    let command =
        CommandLine.command
            {
                Name = "list"
                Names = ""
                Shown = ""
                Summary = "show all profiles, the current one marked"
                Does =
                    "Shows all profiles: the account, plan and state of each, and how much of its quota was left when it "
                    + "was last read."
                Examples =
                    [
                        "codex-router list --long", "also show what is not shared"
                        "codex-router list --json", "for programs"
                    ]
                Ends = Ends.reading
                Offers = []
            }
            (fun _ given ->
                Ok
                    {
                        IsLong = Given.has Long given
                        IsJson = Given.has Json given
                    })
            work
