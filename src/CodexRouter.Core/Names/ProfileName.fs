namespace CodexRouter.Core

open System

[<RequireQualifiedAccess>]
type ProfileNameFault =
    | Empty
    | TooLong of length: int
    | BadStart of first: char
    | BadCharacter of character: char
    | Reserved of name: string

[<Struct; CustomEquality; CustomComparison>]
type ProfileName(text: string) =

    member _.Text = text

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

    [<Literal>]
    let MaximumLength = 64

    let reserved = [ "default"; "none" ]

    let isReserved (text: string) =
        reserved
        |> List.exists (fun word -> String.Equals(word, text, StringComparison.OrdinalIgnoreCase))

    let isInner character =
        Char.IsAsciiLetterOrDigit character
        || character = '.'
        || character = '_'
        || character = '-'

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
            | None -> Ok(ProfileName text)

    let value (name: ProfileName) = name.Text

    let sameFolder (one: ProfileName) (other: ProfileName) =
        String.Equals(one.Text, other.Text, StringComparison.OrdinalIgnoreCase)

    let among ignoresCase (names: ProfileName seq) (spelling: ProfileName) =
        if Seq.contains spelling names then
            Some spelling
        elif ignoresCase then
            Seq.tryFind (sameFolder spelling) names
        else
            None

    let explain fault =
        let rule =
            "a name is a letter or digit, then up to 63 of letters, digits, '.', '_' and '-'"

        match fault with
        | ProfileNameFault.Empty -> "the name is empty: " + rule
        | ProfileNameFault.TooLong length -> "the name has " + string<int> length + " characters: " + rule
        | ProfileNameFault.BadStart _ -> "the name begins with something else than a letter or digit: " + rule
        | ProfileNameFault.BadCharacter _ -> "the name holds a character that is not allowed: " + rule
        | ProfileNameFault.Reserved name -> "'" + name + "' is a reserved word"
