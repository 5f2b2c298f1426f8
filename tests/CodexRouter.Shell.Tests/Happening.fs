namespace CodexRouter.Shell.Tests

open System.Text

/// One thing that happens to a shell or to the files it looks at. Folders and profiles are given by their index.
[<RequireQualifiedAccess>]
type Happening =
    | Cd of folder: int * byLink: bool
    | Place of folder: int * placed: Placed
    | PlaceAllowed of folder: int * bytes: byte[]
    | RemovePin of folder: int
    | Allow of folder: int
    | Deny of folder: int
    | Forget of folder: int
    /// A line more in the list, against whatever stands there already.
    | AppendVerdict of folder: int * verdict: string
    | SpoilTrust of line: string
    | AddProfile of profile: int
    | RemoveProfile of profile: int
    /// The file system takes names that differ only in case for one, or no longer.
    | IgnoreCase of on: bool
    | SetAliases of text: string
    | SetStates of text: string
    | SetLink of text: string option
    | SetSettings of text: string
    /// The file for the prompt of a profile; `{+N}` and `{-N}` in it are seconds from now.
    | SetPrompt of profile: int * what: string
    | Use of word: string
    | UseNothing
    | ExportHome of value: string
    | UnsetHome
    | Subshell of folder: int
    | Child of folder: int
    | Exit
    | Exec of otherTerminal: bool
    | SourceAgain
    | Quiet of on: bool
    | Disable of on: bool
    | NothingHappens
    /// Long enough that every file counts as at rest, and the hook may trust what it has seen of it.
    | Rest

/// What happens, for people.
[<RequireQualifiedAccess>]
module Happening =

    /// Shows a happening for a person, with the bytes of pins as text.
    let show happening =
        let text (bytes: byte[]) =
            let shown = Encoding.Latin1.GetString bytes
            $"%A{shown}"

        let placed placed =
            match placed with
            | Placed.Text bytes -> "Text " + text bytes
            | Placed.LinkTo bytes -> "LinkTo " + text bytes
            | Placed.Foreign(bytes, writable) -> $"Foreign %s{text bytes}, writable folder %b{writable}"
            | Placed.ForeignLink bytes -> "ForeignLink " + text bytes
            | Placed.Unreadable bytes -> "Unreadable " + text bytes
            | other -> $"%A{other}"

        match happening with
        | Happening.PlaceAllowed(folder, bytes) -> $"PlaceAllowed (%d{folder}, %s{text bytes})"
        | Happening.Place(folder, what) -> $"Place (%d{folder}, %s{placed what})"
        | other -> $"%A{other}"
