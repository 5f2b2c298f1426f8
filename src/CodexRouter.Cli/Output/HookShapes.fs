namespace CodexRouter.Cli

/// A hook of a profile's home.
type HookDto =
    {
        Key: string
        Event: string
        Command: string option
        On: bool
        State: string
    }

/// The hooks of one profile.
type ProfileHooksDto =
    {
        Name: string
        SameAsRoot: bool
        Trusted: int
        Hooks: HookDto list
        Error: string option
    }

/// What `hooks` answers.
type HooksDto =
    {
        Schema: int
        Changed: bool
        Profiles: ProfileHooksDto list
    }

/// How answers about Codex's hooks are written.
[<RequireQualifiedAccess>]
module HookShapes =

    /// The words for how a hook is beside the root's.
    let states =
        [
            "on"
            "not_trusted"
            "changed"
            "turned_off"
            "not_trusted_here"
            "turned_off_here"
            "other_here"
            "only_here"
            "missing_here"
        ]

    let private hook: Shape<HookDto> =
        Shape.object
            [
                Shape.field "key" "Codex's key for the hook in this home" Shape.text _.Key
                Shape.field "event" "the event on which it runs" Shape.text _.Event
                Shape.field
                    "command"
                    "the command that it runs, with possible tokens hidden"
                    (Shape.orNull Shape.text)
                    _.Command
                Shape.field "on" "whether Codex runs it in this home" Shape.flag _.On
                Shape.field
                    "state"
                    "how it compares with the root's hook; in the states `on`, `not_trusted`, `changed` and `turned_off`, the hook is the same in both homes"
                    (Shape.word states)
                    _.State
            ]

    let private profile: Shape<ProfileHooksDto> =
        Shape.object
            [
                Shape.field "name" "the profile" Shape.text _.Name
                Shape.field
                    "same_as_root"
                    "whether the same hooks run in its home and in the root"
                    Shape.flag
                    _.SameAsRoot
                Shape.field "trusted" "how many hooks --trust turned on" Shape.integer _.Trusted
                Shape.field
                    "hooks"
                    "the hooks of its home, and the root's hooks that it lacks"
                    (Shape.list hook)
                    _.Hooks
                Shape.field
                    "error"
                    "why Codex did not list its hooks, or did not do what --trust asked"
                    (Shape.orNull Shape.text)
                    _.Error
            ]

    /// What `hooks` answers.
    let hooks: Shape<HooksDto> =
        Shape.object
            [
                Shape.field "schema" "the version of the format: 1" Shape.integer _.Schema
                Shape.field "changed" "whether Codex was told to trust any hooks" Shape.flag _.Changed
                Shape.field "profiles" "the requested profiles" (Shape.list profile) _.Profiles
            ]
