namespace CodexRouter.Core

open System

/// Why a text cannot be a profile's name.
[<RequireQualifiedAccess>]
type ProfileNameFault =
    | Empty
    | TooLong of length: int
    | BadStart of first: char
    | BadCharacter of character: char
    | Reserved of name: string

/// The name of a profile or of an alias: it is a folder's name, a word in a pin and a word in a prompt. Only `create` makes
/// one.
[<Struct; CustomEquality; CustomComparison>]
type ProfileName =

    interface IEquatable<ProfileName>
    interface IComparable

[<RequireQualifiedAccess>]
module ProfileName =

    /// The most characters that a name may have.
    [<Literal>]
    val MaximumLength: int = 64

    /// Words that mean something else in a pin and on the command line, in any mixture of cases.
    val reserved: string list

    /// Gives the name, or the first thing that keeps the text from being one.
    val create: text: string -> Result<ProfileName, ProfileNameFault>

    /// Gives the text of a name.
    val value: name: ProfileName -> string

    /// Tells whether two names would be one folder on a file system that ignores case, as macOS's does.
    val sameFolder: one: ProfileName -> other: ProfileName -> bool

    /// Gives the one of these names that a spelling means: that name itself, else, where the file system ignores case, the
    /// one that would be the same folder.
    val among: ignoresCase: bool -> names: ProfileName seq -> spelling: ProfileName -> ProfileName option

    /// Says in words why a text cannot be a name. The text itself is not repeated: it may hold anything.
    val explain: fault: ProfileNameFault -> string
