namespace CodexRouter.Cli

open CodexRouter.Core

/// What `share` answers: the table of a home's entries.
type HomeEntriesDto =
    { Schema: int; Entries: HomeEntry list }

/// One part of a profile's home, as it is now.
type HomePartDto =
    {
        Part: string
        Own: bool
        Entries: string list
    }

/// What `share NAME` answers.
type HomePartsDto =
    {
        Schema: int
        Profile: string
        Changed: bool
        Parts: HomePartDto list
        /// The paths at which something of the profile's own was set aside.
        Aside: string list
    }

/// How answers about what a Codex home holds are written.
[<RequireQualifiedAccess>]
module HomeShapes =

    let private entry: Shape<HomeEntry> =
        Shape.object
            [
                Shape.field "name" "the name in a home; one `*` stands for one character or more" Shape.text _.Name
                Shape.field "kind" "whether it is a file or a directory" (Shape.word HomeEntry.kinds) HomeEntry.kind
                Shape.field "owner" "who or what it belongs to" (Shape.word HomeEntry.owners) HomeEntry.owner
                Shape.field
                    "sharing"
                    "`shared`: a link to the root's entry; `shared unless own`: the same, unless you gave the profile its own; `own`: each home has its own"
                    (Shape.word HomeEntry.sharings)
                    HomeEntry.sharing
                Shape.field
                    "part"
                    "its word for `share NAME --own` and `--common`"
                    (Shape.orNull (Shape.word HomeGroup.words))
                    (HomeEntry.group >> Option.map HomeGroup.word)
                Shape.field "what" "what it holds" Shape.text _.What
                Shape.field "why" "why it is shared, or why not" Shape.text _.Why
            ]

    /// What `share` answers.
    let share: Shape<HomeEntriesDto> =
        Shape.object
            [
                Shape.field "schema" "the version of the format: 1" Shape.integer _.Schema
                Shape.field
                    "entries"
                    "every known entry; if several match a name, the first one applies"
                    (Shape.list entry)
                    _.Entries
            ]

    let private part: Shape<HomePartDto> =
        Shape.object
            [
                Shape.field "part" "the part" (Shape.word HomeGroup.words) _.Part
                Shape.field "own" "whether the profile has its own" Shape.flag _.Own
                Shape.field "entries" "its entries in the home" (Shape.list Shape.text) _.Entries
            ]

    /// What `share NAME` answers.
    let parts: Shape<HomePartsDto> =
        Shape.object
            [
                Shape.field "schema" "the version of the format: 1" Shape.integer _.Schema
                Shape.field "profile" "the profile" Shape.text _.Profile
                Shape.field "changed" "whether anything was changed" Shape.flag _.Changed
                Shape.field "parts" "every part that you can choose" (Shape.list part) _.Parts
                Shape.field
                    "aside"
                    "the paths of the profile's own files that were set aside because they differ from the shared ones"
                    (Shape.list Shape.text)
                    _.Aside
            ]
