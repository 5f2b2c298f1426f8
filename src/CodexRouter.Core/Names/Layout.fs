namespace CodexRouter.Core

/// Where everything is below a root, as absolute paths. The root is `~/.codex` or what stands for it.
[<RequireQualifiedAccess>]
module Layout =

    /// Joins a folder and what is in it.
    let (/) (folder: string) (name: string) = folder.TrimEnd '/' + "/" + name

    /// The file name that Codex gives a sign-in in every home.
    [<Literal>]
    let SignInFile = "auth.json"

    /// The sign-in that Codex reads when nothing is pinned: a link to the current profile's.
    let live root = root / SignInFile

    /// Holds the current profile's name for people and older tools. The link is the truth, this a marker.
    let marker root = root / ".current_profile"

    /// Holds one folder for each profile.
    let profiles root = root / "profiles"

    /// One profile's Codex home.
    let home root (name: ProfileName) = profiles root / ProfileName.value name

    /// One profile's sign-in: the only live copy of it.
    let signIn root name = home root name / SignInFile

    /// The file name that the router's record of a profile has in its home.
    [<Literal>]
    let RecordFile = "profile.json"

    /// What the router knows of the profile whose home this is.
    let recordIn home = home / RecordFile

    /// What the router knows of one profile.
    let record root name = recordIn (home root name)

    /// The text of a link that stands at another name for a profile while that is being renamed, and afterwards for as
    /// long as a program knows the home by its old name. Its beginning tells it from a link of the person's own making.
    let forward (name: ProfileName) = "./" + ProfileName.value name

    /// The text of the link at `live`: relative, so that a moved or mounted root stays whole.
    let target (name: ProfileName) =
        "profiles/" + ProfileName.value name + "/" + SignInFile

    /// The router's own folder.
    let router root = root / "router"

    /// Held while anything is being changed.
    let lock root = router root / "lock"

    /// The person's settings.
    let settings root = router root / "config.toml"

    /// The pins that the person has allowed or refused.
    let trust root = router root / "allowed"

    /// Every alias with its profile, for the shell to read. Made from the profiles' records.
    let aliases root = router root / "aliases"

    /// The profile that was current before the present one.
    let previous root = router root / "previous"

    /// Sign-ins that something newer has replaced. Nothing points at them; nothing removes them by itself.
    let kept root = router root / "kept"

    /// Byte copies of the profiles' newest sign-ins. Nothing uses them; repair takes them when the live one was deleted,
    /// overwritten or mixed by another program.
    let sealedCopies root = router root / "sealed"

    /// One profile's sealed copy.
    let sealedCopy root (name: ProfileName) =
        sealedCopies root / (ProfileName.value name + ".json")

    /// Homes that are being made.
    let scratch root = router root / "scratch"

    /// Homes that are being removed.
    let trash root = router root / "trash"

    /// What is known of the profiles' quotas: one folder for each.
    let quotas root = router root / "quota"

    /// What is known of one profile's quota.
    let quota root (name: ProfileName) = quotas root / ProfileName.value name

    /// The figures read last.
    let snapshot root name = quota root name / "snapshot.json"

    /// How the figures were over the last day.
    let history root name = quota root name / "history.json"

    /// What was seen of a profile's sign-in that its file does not show: see `Doubt`.
    let doubt root name = quota root name / "doubt"

    /// The profiles that something is wrong with, for the shell to read: see `StateIndex`.
    let states root = router root / "states"

    /// Which profile was last proposed in the place of which.
    let fallbacks root = router root / "fallback.json"

    /// What zsh reads for the prompt: one file for each profile.
    let prompts root = router root / "prompt"

    /// One profile's prompt line.
    let prompt root (name: ProfileName) = prompts root / ProfileName.value name

    /// Changed whenever a refresh in the background is started, so that terminals do not start one each.
    let refreshed root = router root / "refreshed"

    /// What is known of the hooks of profiles' homes: one file for each, see `HookNote`.
    let hookNotes root = router root / "hooks"

    /// What is known of the hooks of one profile's home.
    let hookNote root (name: ProfileName) = hookNotes root / ProfileName.value name
