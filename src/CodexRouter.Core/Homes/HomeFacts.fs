namespace CodexRouter.Core

/// One thing that a Codex can be asked of its home, and that a plain terminal and a pinned one should answer alike.
[<RequireQualifiedAccess>]
type HomeAspect =
    | Hooks
    | McpServers
    | McpSignIns
    | Skills
    | Plugins
    | Features
    | Settings
    | Sessions

/// What Codex said of a home: each item with a text that is held beside the other home's and never shown, because settings
/// may hold keys. An aspect that the release cannot be asked for is not there.
type HomeFacts = Map<HomeAspect, Map<string, string>>

/// One item that two homes do not have alike.
type HomeDifference =
    {
        Aspect: HomeAspect
        Item: string
        IsAtRoot: bool
        IsHere: bool
    }

/// Holds what Codex says of a profile's home beside what it says of the root.
[<RequireQualifiedAccess>]
module HomeFacts =

    /// All aspects, in the order in which they are told of.
    let aspects =
        [
            HomeAspect.Hooks
            HomeAspect.McpServers
            HomeAspect.McpSignIns
            HomeAspect.Skills
            HomeAspect.Plugins
            HomeAspect.Features
            HomeAspect.Settings
            HomeAspect.Sessions
        ]

    /// A word for an aspect, for programs.
    let word aspect =
        match aspect with
        | HomeAspect.Hooks -> "hooks"
        | HomeAspect.McpServers -> "mcp_servers"
        | HomeAspect.McpSignIns -> "mcp_sign_ins"
        | HomeAspect.Skills -> "skills"
        | HomeAspect.Plugins -> "plugins"
        | HomeAspect.Features -> "features"
        | HomeAspect.Settings -> "settings"
        | HomeAspect.Sessions -> "sessions"

    /// What people call it, in the plural.
    let name aspect =
        match aspect with
        | HomeAspect.Hooks -> "hooks"
        | HomeAspect.McpServers -> "MCP servers"
        | HomeAspect.McpSignIns -> "sign-ins to MCP servers"
        | HomeAspect.Skills -> "skills"
        | HomeAspect.Plugins -> "plugins"
        | HomeAspect.Features -> "features"
        | HomeAspect.Settings -> "settings"
        | HomeAspect.Sessions -> "sessions in the list that the picker shows"

    /// Gives the aspects in which homes may differ that do not share a part.
    let decidedBy group =
        match group with
        | HomeGroup.Config ->
            [
                HomeAspect.Hooks
                HomeAspect.McpServers
                HomeAspect.McpSignIns
                HomeAspect.Skills
                HomeAspect.Plugins
                HomeAspect.Features
                HomeAspect.Settings
            ]
        | HomeGroup.Hooks -> [ HomeAspect.Hooks ]
        | HomeGroup.Skills -> [ HomeAspect.Skills ]
        | HomeGroup.Sessions -> [ HomeAspect.Sessions ]
        | HomeGroup.Instructions
        | HomeGroup.Rules
        | HomeGroup.Prompts
        | HomeGroup.Memories
        | HomeGroup.History -> []

    /// Gives every item that is not in both, or not the same in both. An aspect that only one of them was asked for counts as
    /// empty in the other.
    let differences (root: HomeFacts) (home: HomeFacts) : HomeDifference list =
        let items aspect (facts: HomeFacts) =
            Map.tryFind aspect facts |> Option.defaultValue Map.empty

        [
            for aspect in aspects do
                let there, here = items aspect root, items aspect home

                for item in Set.union (Set.ofSeq (Map.keys there)) (Set.ofSeq (Map.keys here)) do
                    if Map.tryFind item there <> Map.tryFind item here then
                        {
                            Aspect = aspect
                            Item = item
                            IsAtRoot = there.ContainsKey item
                            IsHere = here.ContainsKey item
                        }
        ]

    /// Writes the paths that Codex made of a home's own as if they were the root's, so that they can be held beside those that
    /// it says there. The longest path first: one may be the beginning of another.
    let asAtRoot (root: string) (paths: string list) (text: string) =
        paths
        |> List.map _.TrimEnd('/')
        |> List.filter (fun path -> path <> "" && path <> root)
        |> List.sortByDescending _.Length
        |> List.fold (fun (text: string) path -> text.Replace(path + "/", root + "/")) text
