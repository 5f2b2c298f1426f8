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
                "the same settings for every account"
            entry
                "managed_config.toml"
                file
                ofMachine
                link
                "settings made by an administrator"
                "apply to every account; Codex reads only the machine's file, in /etc/codex"
            entry ".env" file ofPerson link "environment variables for Codex" "often proxies and certificates"
            entry
                "AGENTS.md"
                file
                ofPerson
                (choice HomeGroup.Instructions)
                "instructions for the model"
                "not tied to an account"
            entry
                "AGENTS.override.md"
                file
                ofPerson
                (choice HomeGroup.Instructions)
                "instructions that replace AGENTS.md"
                "not tied to an account"
            entry
                "hooks.json"
                file
                ofPerson
                (choice HomeGroup.Hooks)
                "commands that Codex runs on its events"
                "not tied to an account"
            entry "environments.toml" file ofPerson link "where commands are run" "not tied to an account"
            entry
                "*.config.toml"
                file
                ofPerson
                link
                "settings for codex --profile"
                "like config.toml, under a name that the person chose"
            entry
                "prompts"
                folder
                ofPerson
                (choice HomeGroup.Prompts)
                "prompts that the person wrote"
                "not tied to an account"
            entry
                "skills"
                folder
                ofPerson
                (choice HomeGroup.Skills)
                "skills, with Codex's built-in ones in .system"
                "not tied to an account"
            entry
                "rules"
                folder
                ofPerson
                (choice HomeGroup.Rules)
                "which commands may run without approval"
                "not tied to an account"
            entry "agents" folder ofPerson link "agents that the person defined" "not tied to an account"
            entry "themes" folder ofPerson link "colours" "not tied to an account"
            entry "plugins" folder ofPerson link "plugins and their marketplaces" "not tied to an account"
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
            entry
                "history.jsonl"
                file
                ofPerson
                (choice HomeGroup.History)
                "what the person typed"
                "one history for all accounts"
            entry
                "session_index.jsonl"
                file
                ofPerson
                (choice HomeGroup.Sessions)
                "the names of sessions"
                "shared whenever sessions are"
            entry
                "sessions"
                folder
                ofPerson
                (choice HomeGroup.Sessions)
                "the logs of sessions"
                "a session started with one account can be continued with another"
            entry
                "archived_sessions"
                folder
                ofPerson
                (choice HomeGroup.Sessions)
                "the logs of archived sessions"
                "shared whenever sessions are"
            entry
                "memories"
                folder
                ofPerson
                (choice HomeGroup.Memories)
                "what Codex remembers about the person"
                "Codex derives them from sessions"
        ]

    let private account =
        [
            entry
                "auth.json"
                file
                ofAccount
                own
                "the sign-in"
                "each profile has its own; the root's is a link to the current profile's"
            entry
                "profile.json"
                file
                ofAccount
                own
                "the router's record of the profile's account"
                "written by the router, not by Codex"
            entry
                ".credentials.json"
                file
                ofAccount
                own
                "the sign-ins of MCP servers, where there is no keyring"
                "its tokens are single-use, and Codex cannot write the file through a link"
            entry
                "secrets"
                folder
                ofAccount
                own
                "encrypted sign-ins"
                "their key is in the keyring and valid for this home only"
            entry "models_cache.json" file ofAccount own "the models that the plan offers" "differs by account"
            entry "cloud-*.json" file ofAccount own "settings from the account's organisation" "differs by account"
            entry "cache" folder ofAccount own "cached answers from the service" "differs by account"
        ]

    let private machine =
        [
            entry "installation_id" file ofMachine own "an identifier of this home" "Codex creates one in each home"
            entry "version.json" file ofMachine own "the newest known Codex release" "Codex looks it up again"
            entry ".sandbox*" file ofMachine own "the state of the sandbox setup" "Codex creates it in each home"
            entry
                "generated_images"
                folder
                ofPerson
                own
                "images that a model generated"
                "no tested release wrote one, so sharing it was not tried"
        ]

    let private program =
        [
            entry
                (BeforeShare + "*")
                file
                ofProgram
                own
                "the profile's own earlier files"
                "set aside by share --common, because they differ from the shared ones; never removed automatically"
            entry
                "before-rename-*"
                file
                ofProgram
                own
                "a list of sessions with paths from an earlier profile name"
                "set aside by rename; Codex builds a new list from the logs"
            entry
                ".session-list"
                file
                ofProgram
                own
                "the newest session in Codex's list of sessions"
                "written by the router, to find out whether sessions are missing from that list"
            entry
                "state_*.sqlite"
                file
                ofProgram
                own
                "the list of sessions that the picker shows"
                "holds paths that lead through this home, and only one program can use it at a time"
            entry
                "thread_history_*.sqlite"
                file
                ofProgram
                own
                "the turns of sessions, for reading page by page"
                "Codex derives it from the logs"
            entry
                "*.sqlite"
                file
                ofProgram
                own
                "goals, memories, queued messages, diagnostic logs"
                "a database cannot be linked file by file"
            entry "*.sqlite-wal" file ofProgram own "the write-ahead log of a database" "part of its database"
            entry
                "*.sqlite-shm"
                file
                ofProgram
                own
                "shared memory of the programs that use a database"
                "part of its database"
            entry
                "*.sqlite-journal"
                file
                ofProgram
                own
                "the rollback journal of an unfinished change"
                "part of its database"
            entry "*.lock" file ofProgram own "a lock" "held by Codex processes of this home"
            entry "mcp-oauth-locks" folder ofProgram own "locks" "held by Codex processes of this home"
            entry
                "thread-writer-locks"
                folder
                ofProgram
                own
                "locks on sessions"
                "each home has its own, so they do not stop two homes from writing to the same session"
            entry "log" folder ofProgram own "diagnostic logs" "about this home"
            entry "shell_snapshots" folder ofProgram own "snapshots of the shell's setup" "belong to one run"
            entry "app-server-control" folder ofProgram own "the daemon's socket" "a daemon has one account"
            entry "app-server-daemon" folder ofProgram own "the record of the running daemon" "a daemon has one account"
            entry
                "tui-thread-reference-capabilities"
                folder
                ofProgram
                own
                "which parts of a session the full-screen Codex can show"
                "each run writes its own"
            entry "tmp" folder ofProgram own "links through which commands find Codex" "belong to one run"
            entry ".tmp" folder ofProgram own "downloads and other work in progress" "belong to one run"
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
