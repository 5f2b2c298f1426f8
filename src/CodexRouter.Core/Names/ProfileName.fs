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

/// The name of a profile or of an alias: it is a folder's name, a word in a pin and a word in a prompt.
[<Struct; CustomEquality; CustomComparison>]
type ProfileName =
    private
        {
            Text: string
        }

    /// The name itself, so that a name can stand in an interpolated text.
    override name.ToString() = name.Text

    override name.GetHashCode() =
        StringComparer.Ordinal.GetHashCode name.Text

    override name.Equals other =
        match other with
        | :? ProfileName as other -> String.Equals(name.Text, other.Text, StringComparison.Ordinal)
        | _ -> false

    interface IEquatable<ProfileName> with
        member name.Equals other =
            String.Equals(name.Text, other.Text, StringComparison.Ordinal)

    interface IComparable with
        member name.CompareTo other =
            match other with
            | :? ProfileName as other -> String.CompareOrdinal(name.Text, other.Text)
            | _ -> invalidArg (nameof other) "not a profile name"

[<RequireQualifiedAccess>]
module ProfileName =

    /// The most characters that a name may have.
    [<Literal>]
    let MaximumLength = 64

    /// Words that mean something else in a pin and on the command line, in any mixture of cases.
    let reserved = [ "default"; "none" ]

    let private isReserved (text: string) =
        reserved
        |> List.exists (fun word -> String.Equals(word, text, StringComparison.OrdinalIgnoreCase))

    let private isInner character =
        Char.IsAsciiLetterOrDigit character
        || character = '.'
        || character = '_'
        || character = '-'

    /// Gives the name, or the first thing that keeps the text from being one.
    let create (text: string) : Result<ProfileName, ProfileNameFault> =
        if text.Length = 0 then
            Error ProfileNameFault.Empty
        elif not (Char.IsAsciiLetterOrDigit text[0]) then
            Error(ProfileNameFault.BadStart text[0])
        else
            match text |> Seq.tryFind (isInner >> not) with
            | Some character -> Error(ProfileNameFault.BadCharacter character)
            | None when text.Length > MaximumLength -> Error(ProfileNameFault.TooLong text.Length)
            | None when isReserved text -> Error(ProfileNameFault.Reserved text)
            | None -> Ok { Text = text }

    /// Gives the text of a name.
    let value (name: ProfileName) = name.Text

    /// Tells whether two names would be one folder on a file system that ignores case, as macOS's does.
    let sameFolder (one: ProfileName) (other: ProfileName) =
        String.Equals(one.Text, other.Text, StringComparison.OrdinalIgnoreCase)

    /// Gives the one of these names that a spelling means: that name itself, else, where the file system ignores case, the
    /// one that would be the same folder.
    let among ignoresCase (names: ProfileName seq) (spelling: ProfileName) =
        if Seq.contains spelling names then
            Some spelling
        elif ignoresCase then
            Seq.tryFind (sameFolder spelling) names
        else
            None

    /// Says in words why a text cannot be a name. The text itself is not repeated: it may hold anything.
    let explain fault =
        let rule =
            "a name is a letter or digit, then up to 63 of letters, digits, '.', '_' and '-'"

        match fault with
        | ProfileNameFault.Empty -> "the name is empty: " + rule
        | ProfileNameFault.TooLong length -> "the name has " + string<int> length + " characters: " + rule
        | ProfileNameFault.BadStart _ -> "the name begins with something else than a letter or digit: " + rule
        | ProfileNameFault.BadCharacter _ -> "the name holds a character that is not allowed: " + rule
        | ProfileNameFault.Reserved name -> "'" + name + "' is a reserved word"
