namespace CodexRouter.Core

open System

/// Whom an entry of a Codex home belongs to.
[<RequireQualifiedAccess>]
type EntryOwner =
    /// One account at the provider, or another service that was signed in to from this home.
    | Account
    /// The person, whatever account is used.
    | Person
    /// The machine.
    | Machine
    /// The Codex that runs in the home.
    | Program

/// What stands at an entry's name.
[<RequireQualifiedAccess>]
type EntryKind =
    | File
    | Folder

/// What the router does with an entry of a profile's home.
[<RequireQualifiedAccess>]
type Sharing =
    /// A link to the root's, so that there is one for all.
    | Link
    /// The same, unless the person chose that the profile has its own.
    | LinkUnlessOwn of group: HomeGroup
    /// Each home has its own.
    | Own

/// One entry of a Codex home, or all whose names have one form.
type HomeEntry =
    {
        /// The name; one `*` stands for one character or more.
        Name: string
        Kind: EntryKind
        Owner: EntryOwner
        Sharing: Sharing
        /// What it is: a phrase.
        What: string
        /// Why it is shared, or why not: a phrase.
        Why: string
    }

/// What Codex keeps in a home, and what the router does with each entry. Held against the real programs by a test.
[<RequireQualifiedAccess>]
module HomeEntry =

    /// The word for an owner.
    let owner entry =
        match entry.Owner with
        | EntryOwner.Account -> "account"
        | EntryOwner.Person -> "person"
        | EntryOwner.Machine -> "machine"
        | EntryOwner.Program -> "program"

    /// All owners' words.
    let owners = [ "account"; "person"; "machine"; "program" ]

    /// The word for a kind.
    let kind entry =
        match entry.Kind with
        | EntryKind.File -> "file"
        | EntryKind.Folder -> "directory"

    /// All kinds' words.
    let kinds = [ "file"; "directory" ]

    /// The word for what is done with an entry.
    let sharing entry =
        match entry.Sharing with
        | Sharing.Link -> "shared"
        | Sharing.LinkUnlessOwn _ -> "shared unless own"
        | Sharing.Own -> "own"

    /// All words for what is done.
    let sharings = [ "shared"; "shared unless own"; "own" ]

    /// The part of a home that a person can choose for a profile, if the entry belongs to one.
    let group entry =
        match entry.Sharing with
        | Sharing.LinkUnlessOwn group -> Some group
        | Sharing.Link
        | Sharing.Own -> None

    let private entry name kind owner sharing what why =
        {
            Name = name
            Kind = kind
            Owner = owner
            Sharing = sharing
            What = what
            Why = why
        }

    let private file = EntryKind.File
    let private folder = EntryKind.Folder

    let private ofAccount = EntryOwner.Account
    let private ofPerson = EntryOwner.Person
    let private ofMachine = EntryOwner.Machine
    let private ofProgram = EntryOwner.Program
    let private link = Sharing.Link
    let private choice = Sharing.LinkUnlessOwn
    let private own = Sharing.Own

    /// How the names begin of what was a profile's own before it was shared again.
    [<Literal>]
    let BeforeShare = "before-share-"

    let private settings =
        [
            entry
                "config.toml"
                file
                ofPerson
                (choice HomeGroup.Config)
                "settings, MCP servers, trusted projects and hooks"
                "one Codex, whatever account it uses"
            entry
                "managed_config.toml"
                file
                ofMachine
                link
                "settings made by an administrator"
                "they apply to every account; Codex reads only the machine's (/etc/codex)"
            entry ".env" file ofPerson link "environment variables for Codex" "proxies and certificates"
            entry "AGENTS.md" file ofPerson (choice HomeGroup.Instructions) "instructions for the model" "the person's"
            entry
                "AGENTS.override.md"
                file
                ofPerson
                (choice HomeGroup.Instructions)
                "instructions that replace AGENTS.md"
                "the person's"
            entry
                "hooks.json"
                file
                ofPerson
                (choice HomeGroup.Hooks)
                "commands that Codex runs on its events"
                "the person's"
            entry "environments.toml" file ofPerson link "where commands are run" "the person's machines"
            entry
                "*.config.toml"
                file
                ofPerson
                link
                "settings for codex --profile"
                "a config.toml with a name that the person chose"
            entry "prompts" folder ofPerson (choice HomeGroup.Prompts) "the person's own prompts" "the person's"
            entry "skills" folder ofPerson (choice HomeGroup.Skills) "skills, and Codex's own in .system" "the person's"
            entry "rules" folder ofPerson (choice HomeGroup.Rules) "which commands may run unasked" "the person's"
            entry "agents" folder ofPerson link "agents that the person made" "the person's"
            entry "themes" folder ofPerson link "colours" "the person's"
            entry "plugins" folder ofPerson link "plugins and their marketplaces" "the person's"
            entry
                "packages"
                folder
                ofMachine
                link
                "the daemon's copy of the program, 404 MB"
                "one copy is enough for all homes"
        ]

    let private history =
        [
            entry "history.jsonl" file ofPerson (choice HomeGroup.History) "what the person typed" "one history"
            entry
                "session_index.jsonl"
                file
                ofPerson
                (choice HomeGroup.Sessions)
                "the names of sessions"
                "goes with sessions"
            entry
                "sessions"
                folder
                ofPerson
                (choice HomeGroup.Sessions)
                "the logs of sessions"
                "a session begun with one account goes on with another"
            entry
                "archived_sessions"
                folder
                ofPerson
                (choice HomeGroup.Sessions)
                "the logs of archived sessions"
                "goes with sessions"
            entry
                "memories"
                folder
                ofPerson
                (choice HomeGroup.Memories)
                "what Codex remembers of the person"
                "made from sessions"
        ]

    let private account =
        [
            entry
                "auth.json"
                file
                ofAccount
                own
                "the sign-in"
                "what a profile is; the root's is a link to the current profile's"
            entry "profile.json" file ofAccount own "the router's record of whose the profile is" "not Codex's"
            entry
                ".credentials.json"
                file
                ofAccount
                own
                "the sign-ins of MCP servers, where there is no keyring"
                "single-use tokens, and Codex cannot write it through a link"
            entry
                "secrets"
                folder
                ofAccount
                own
                "encrypted sign-ins"
                "the key belongs to this home and is in the keyring"
            entry "models_cache.json" file ofAccount own "the models that the plan has" "differs by account"
            entry "cloud-*.json" file ofAccount own "settings made by the account's organisation" "differs by account"
            entry "cache" folder ofAccount own "answers of the service" "differs by account"
        ]

    let private machine =
        [
            entry "installation_id" file ofMachine own "a number for this home" "Codex writes it by itself"
            entry "version.json" file ofMachine own "the newest release known" "Codex asks again"
            entry ".sandbox*" file ofMachine own "how far the sandbox is set up" "Codex writes it by itself"
            entry
                "generated_images"
                folder
                ofPerson
                own
                "images that a model made"
                "no tested release wrote one, so sharing it was not tried"
        ]

    let private program =
        [
            entry
                (BeforeShare + "*")
                file
                ofProgram
                own
                "what the profile had of its own"
                "set aside by share --common, because the shared one differs; nothing removes it"
            entry
                "before-rename-*"
                file
                ofProgram
                own
                "a list of sessions with the paths of an older profile name"
                "set aside by rename; Codex makes a new one from the logs"
            entry
                ".session-list"
                file
                ofProgram
                own
                "the newest session that the list below has"
                "written by the router: exec and resume see from it whether sessions are missing from Codex's list"
            entry
                "state_*.sqlite"
                file
                ofProgram
                own
                "the list of sessions that the picker shows"
                "holds paths through this home, and one program uses it at a time"
            entry
                "thread_history_*.sqlite"
                file
                ofProgram
                own
                "the turns of sessions, so that they can be read page by page"
                "made from the logs"
            entry
                "*.sqlite"
                file
                ofProgram
                own
                "goals, memories, queued messages, diagnostic logs"
                "a database cannot be linked file by file"
            entry "*.sqlite-wal" file ofProgram own "what is not in a database yet" "goes with its database"
            entry
                "*.sqlite-shm"
                file
                ofProgram
                own
                "memory that the programs share that use a database"
                "goes with its database"
            entry
                "*.sqlite-journal"
                file
                ofProgram
                own
                "the rollback journal of an unfinished change"
                "goes with its database"
            entry "*.lock" file ofProgram own "a lock" "held by a Codex of this home"
            entry "mcp-oauth-locks" folder ofProgram own "locks" "held by a Codex of this home"
            entry
                "thread-writer-locks"
                folder
                ofProgram
                own
                "locks on sessions"
                "held by a Codex of this home, so two homes can write to the same session at once"
            entry "log" folder ofProgram own "diagnostic logs" "of this home"
            entry "shell_snapshots" folder ofProgram own "how the shell was set up" "of one run"
            entry "app-server-control" folder ofProgram own "the daemon's socket" "a daemon has one account"
            entry "app-server-daemon" folder ofProgram own "which daemon runs" "a daemon has one account"
            entry
                "tui-thread-reference-capabilities"
                folder
                ofProgram
                own
                "what the full-screen Codex can show of a session"
                "made by each run"
            entry "tmp" folder ofProgram own "links that commands use to find Codex" "of one run"
            entry ".tmp" folder ofProgram own "downloads and other work in progress" "of one run"
        ]

    /// The whole table. The first entry that a name fits is its entry.
    let all = settings @ history @ account @ machine @ program

    let private fits (name: string) (form: string) =
        match form.IndexOf '*' with
        | -1 -> name = form
        | star ->
            let before = form.Substring(0, star)
            let behind = form.Substring(star + 1)

            name.Length > before.Length + behind.Length
            && name.StartsWith(before, StringComparison.Ordinal)
            && name.EndsWith(behind, StringComparison.Ordinal)

    /// Gives the entries of a part of a home.
    let ofGroup wanted =
        all |> List.filter (fun entry -> group entry = Some wanted)

    /// Tells whether an entry stands for one name only.
    let isOneName (entry: HomeEntry) = not (entry.Name.Contains '*')

    /// Gives the entry that a name in a home has, if it is known.
    let find (name: string) =
        all |> List.tryFind (fun entry -> fits name entry.Name)
