namespace CodexRouter.Cli

open CodexRouter.Core

/// What `share` answers: the table of a home's entries.
type HomeEntriesDto =
    { Schema: int; Entries: HomeEntry list }

/// How answers about what a Codex home holds are written.
[<RequireQualifiedAccess>]
module HomeShapes =

    let private entry: Shape<HomeEntry> =
        Shape.object
            [
                Shape.field "name" "the name in a home; one `*` stands for one character or more" Shape.text _.Name
                Shape.field "kind" "what it is on the disk" (Shape.word HomeEntry.kinds) HomeEntry.kind
                Shape.field "owner" "whom it belongs to" (Shape.word HomeEntry.owners) HomeEntry.owner
                Shape.field
                    "sharing"
                    "what the router does: a link to the root's, the same unless the profile has --separate-history, or one for each home"
                    (Shape.word HomeEntry.sharings)
                    HomeEntry.sharing
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
                    "every entry that is known; if several match a name, the first one applies"
                    (Shape.list entry)
                    _.Entries
            ]
