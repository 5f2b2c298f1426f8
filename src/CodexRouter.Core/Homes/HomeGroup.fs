namespace CodexRouter.Core

/// A part of a Codex home that a profile shares with the root, or has of its own if the person chooses so.
[<RequireQualifiedAccess>]
type HomeGroup =
    | Config
    | Instructions
    | Hooks
    | Rules
    | Skills
    | Prompts
    | Memories
    | Sessions
    | History

[<RequireQualifiedAccess>]
module HomeGroup =

    /// All parts, in the order in which they are shown.
    let all =
        [
            HomeGroup.Config
            HomeGroup.Instructions
            HomeGroup.Hooks
            HomeGroup.Rules
            HomeGroup.Skills
            HomeGroup.Prompts
            HomeGroup.Memories
            HomeGroup.Sessions
            HomeGroup.History
        ]

    /// The word for a part, as it is typed and stored.
    let word group =
        match group with
        | HomeGroup.Config -> "config"
        | HomeGroup.Instructions -> "instructions"
        | HomeGroup.Hooks -> "hooks"
        | HomeGroup.Rules -> "rules"
        | HomeGroup.Skills -> "skills"
        | HomeGroup.Prompts -> "prompts"
        | HomeGroup.Memories -> "memories"
        | HomeGroup.Sessions -> "sessions"
        | HomeGroup.History -> "history"

    /// All words.
    let words = all |> List.map word

    /// All words, for a message.
    let list = System.String.Join(", ", words)

    /// Gives the part that a word means, if it means one.
    let ofWord text =
        all |> List.tryFind (fun group -> word group = text)

    /// Tells whether a profile's own begins empty. Of the others it begins with what is common.
    let beginsEmpty group =
        match group with
        | HomeGroup.Memories
        | HomeGroup.Sessions
        | HomeGroup.History -> true
        | HomeGroup.Config
        | HomeGroup.Instructions
        | HomeGroup.Hooks
        | HomeGroup.Rules
        | HomeGroup.Skills
        | HomeGroup.Prompts -> false

    /// What `--separate-history` makes a profile's own.
    let separateHistory =
        set [ HomeGroup.Sessions; HomeGroup.History; HomeGroup.Memories ]

    /// What a new profile has of its own, with or without `--separate-history`. Codex makes memories from a database that each
    /// home has of its own, so they are never shared by themselves.
    let ofProfile isSeparate =
        if isSeparate then
            separateHistory
        else
            set [ HomeGroup.Memories ]

    /// Gives the words of several parts, in the order in which they are shown.
    let wordsOf (groups: Set<HomeGroup>) =
        all |> List.filter groups.Contains |> List.map word
