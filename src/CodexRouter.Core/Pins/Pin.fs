namespace CodexRouter.Core

open System
open System.Text

/// Why what stands at a `.codex-profile` has no effect. Each is said once and changes nothing.
[<RequireQualifiedAccess>]
type PinFault =
    /// A folder, a pipe, a device, a socket, or a link that leads nowhere.
    | NotAFile
    /// Larger than `Pin.MaximumBytes`.
    | TooLong
    /// The folder is writable by everybody and the file, or the link to it, belongs to neither this person nor root.
    | NotOurs
    /// The system does not let this person read it.
    | Unreadable
    /// It holds a zero byte, so it is no text.
    | ZeroByte
    /// It holds nothing but blank lines and comments.
    | NoName
    /// A word in the line is not a name; the line's other words do not count either.
    | BadName

/// What a `.codex-profile` asks for.
[<RequireQualifiedAccess>]
type Pin =
    /// The current profile, whatever is pinned further up.
    | Default
    /// The first of these names or aliases that exists on this machine.
    | Names of first: ProfileName * others: ProfileName list

/// The grammar of `.codex-profile`.
[<RequireQualifiedAccess>]
module Pin =

    /// The name of the file.
    [<Literal>]
    let FileName = ".codex-profile"

    /// The most bytes that the file may have.
    [<Literal>]
    let MaximumBytes = 4096

    /// The word that stands for the current profile.
    [<Literal>]
    let DefaultWord = "default"

    let private blanks = [| ' '; '\t'; '\r' |]

    /// Reads the line that counts: names or aliases separated by commas, or `default` alone.
    let ofLine (line: string) : Result<Pin, PinFault> =
        let rec names (words: string list) =
            match words with
            | [] -> Ok []
            | word :: rest ->
                match ProfileName.create (word.Trim blanks) with
                | Error _ -> Error PinFault.BadName
                | Ok name -> names rest |> Result.map (fun others -> name :: others)

        if line.Trim blanks = DefaultWord then
            Ok Pin.Default
        else
            match names (List.ofArray (line.Split ',')) with
            | Ok(first :: others) -> Ok(Pin.Names(first, others))
            | Ok [] -> Error PinFault.NoName
            | Error fault -> Error fault

    // One character for each byte: names are ASCII, so no other decoding can matter, and no bytes can be refused.
    let private withoutMark (bytes: byte[]) =
        let text = Encoding.Latin1.GetString bytes

        if text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) then
            text.Substring 3
        else
            text

    /// Reads a whole file: the first line that is neither blank nor a comment. Never throws, whatever the bytes.
    let parse (bytes: byte[]) : Result<Pin, PinFault> =
        if bytes.Length > MaximumBytes then
            Error PinFault.TooLong
        elif Array.contains 0uy bytes then
            Error PinFault.ZeroByte
        else
            (withoutMark bytes).Split '\n'
            |> Array.map (fun line -> line.Trim blanks)
            |> Array.tryFind (fun line -> line <> "" && line[0] <> '#')
            |> function
                | Some line -> ofLine line
                | None -> Error PinFault.NoName

    /// Gives the pin's one spelling, without spaces: what is written into a new file and what is allowed or refused.
    let text pin =
        match pin with
        | Pin.Default -> DefaultWord
        | Pin.Names(first, others) -> String.Join(',', List.map ProfileName.value (first :: others))

    /// Says in words what is wrong. Nothing from the file is repeated: it may hold anything.
    let explain fault =
        match fault with
        | PinFault.NotAFile -> "it is not a file"
        | PinFault.TooLong -> "it is longer than " + string<int> MaximumBytes + " bytes"
        | PinFault.NotOurs -> "it belongs to somebody else, in a folder that everybody can write to"
        | PinFault.Unreadable -> "it cannot be read"
        | PinFault.ZeroByte -> "it is not a text"
        | PinFault.NoName -> "it names no profile"
        | PinFault.BadName -> "it holds something that is not a profile's name"
