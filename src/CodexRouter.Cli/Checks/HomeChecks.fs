namespace CodexRouter.Cli

open System
open CodexRouter.Core

/// Each profile's home beside the root, as the real Codex tells of both: a pinned terminal is to differ from a plain one in
/// the account, and in nothing else.
[<RequireQualifiedAccess>]
module HomeChecks =

    /// The most items that a message names.
    [<Literal>]
    let private MostNamed = 5

    let private named (items: string list) =
        let shown =
            items
            |> List.truncate MostNamed
            |> List.map (SessionTitle.withoutTokens >> Inert.text)
            |> String.concat ", "

        if items.Length > MostNamed then
            shown + " and " + string<int>(items.Length - MostNamed) + " more"
        else
            shown

    let private checkId aspect name =
        "deep." + HomeFacts.word aspect + "." + ProfileName.value name

    let private unasked name whose fault =
        let problem =
            HomeProblems.notTold ("what it has", "codex-router doctor --deep") whose fault

        [ Check.bad ("deep." + name) problem.Message problem.Try ]

    /// The way out of what no command of its own mends: something stands there in a link's place.
    let private otherWay root (profile: Profile) =
        "ls -la " + Remedy.quoted (Layout.home root profile.Name)

    let private ofHooks name (atRoot: HomeHooks) (here: HomeHooks) =
        match HookTrust.missing atRoot here with
        | [] ->
            Check.bad
                (checkId HomeAspect.Hooks name)
                (ProfileName.value name + ": other hooks run than at the root")
                ("codex-router hooks " + ProfileName.value name)
        | entries ->
            Check.bad
                (checkId HomeAspect.Hooks name)
                (ProfileName.value name
                 + ": "
                 + HookWords.count entries.Length
                 + (if entries.Length = 1 then
                        " that runs at the root is off"
                    else
                        " that run at the root are off"))
                ("codex-router hooks " + ProfileName.value name + " --trust")

    let private ofSignIns name (differences: HomeDifference list) =
        [
            for difference in differences do
                let server = Inert.text difference.Item

                if difference.IsAtRoot then
                    Check.bad
                        (checkId HomeAspect.McpSignIns name)
                        (ProfileName.value name
                         + ": not signed in to the MCP server "
                         + server
                         + ", as the root is: Codex keeps these sign-ins in each home")
                        (HookWords.login name server)
                else
                    Check.good
                        (checkId HomeAspect.McpSignIns name)
                        (ProfileName.value name
                         + ": signed in to the MCP server "
                         + server
                         + ", and the root is not")
        ]

    let private ofAspect root (profile: Profile) hooks aspect (differences: HomeDifference list) =
        let atRoot, here = hooks

        match aspect, differences with
        | _, [] -> []
        | HomeAspect.Hooks, _ -> [ ofHooks profile.Name atRoot here ]
        | HomeAspect.McpSignIns, differences -> ofSignIns profile.Name differences
        | (HomeAspect.McpServers | HomeAspect.Skills | HomeAspect.Plugins | HomeAspect.Features | HomeAspect.Settings | HomeAspect.Sessions),
          differences ->
            [
                Check.bad
                    (checkId aspect profile.Name)
                    (ProfileName.value profile.Name
                     + ": "
                     + HomeFacts.name aspect
                     + " are not as at the root: "
                     + named (differences |> List.map _.Item))
                    (if aspect = HomeAspect.Sessions then
                         "codex-router doctor --deep --fix"
                     else
                         otherWay root profile)
            ]

    /// What a profile has of its own differs on purpose.
    let private comparable (profile: Profile) (facts: HomeFacts) =
        let apart =
            ProfileRecord.own profile.Record |> Seq.collect HomeFacts.decidedBy |> set

        facts |> Map.filter (fun aspect _ -> not (apart.Contains aspect))

    let private beside (context: Context) atRoot (rootFacts: HomeFacts) (profile: Profile) here (facts: HomeFacts) =
        let root = context.Surroundings.Root
        let there, here' = comparable profile rootFacts, comparable profile facts
        let differences = HomeFacts.differences there here'

        let bad =
            HomeFacts.aspects
            |> List.collect (fun aspect ->
                differences
                |> List.filter (fun difference -> difference.Aspect = aspect)
                |> ofAspect root profile (atRoot, here) aspect)

        HookNotes.asked root profile.Name (HookTrust.missing atRoot here).Length false

        differences
        |> List.choose (fun difference ->
            if difference.Aspect = HomeAspect.McpSignIns && difference.IsAtRoot then
                Some difference.Item
            else
                None)
        |> HookNotes.askedOfServers root profile.Name

        if differences.IsEmpty then
            let alike =
                HomeFacts.aspects
                |> List.filter (fun aspect -> facts.ContainsKey aspect)
                |> List.map HomeFacts.name

            [
                Check.good
                    ("deep." + ProfileName.value profile.Name)
                    (ProfileName.value profile.Name
                     + ": Codex says the same as at the root of "
                     + String.Join(", ", alike))
            ]
        else
            bad

    /// Has Codex bring the lists of sessions of all homes up to date. What fails shows in what is asked next.
    let private mendLists (context: Context) program (profiles: Profile list) =
        let root = context.Surroundings.Root

        for home in root :: (profiles |> List.map (fun profile -> Layout.home root profile.Name)) do
            CodexHomes.bringSessions context.Surroundings program home |> ignore

    /// Asks the real Codex the same in the root and in each profile's home, and reports each difference.
    let deep (context: Context) fix (profiles: Profile list) : Check list =
        let surroundings = context.Surroundings

        match CodexProgram.find surroundings with
        // That it is missing is told already.
        | Error _ -> []
        | Ok program ->
            if fix then
                mendLists context program profiles

            match CodexHomes.read surroundings program surroundings.Root with
            | Error fault -> unasked "root" "the root" fault
            | Ok(atRoot, rootFacts) ->
                profiles
                |> List.collect (fun profile ->
                    let name = ProfileName.value profile.Name

                    match CodexHomes.read surroundings program (Layout.home surroundings.Root profile.Name) with
                    | Error fault -> unasked name ("'" + name + "'") fault
                    | Ok(here, facts) -> beside context atRoot rootFacts profile here facts)
