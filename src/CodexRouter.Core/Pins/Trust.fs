namespace CodexRouter.Core

open System

/// What the person has said of one pin: this file with this content.
[<RequireQualifiedAccess>]
type Judgement =
    | Allowed
    | Denied
    /// Nothing yet; the pin has no effect until they do.
    | Unknown

/// Why a file's path cannot be written into the list.
[<RequireQualifiedAccess>]
type TrustRefusal =
    | NotAbsolute
    /// A line feed, a tab or another control character: it would break the line, or forge one.
    | ControlCharacter
    /// The file system's bytes are not UTF-8, so this text is not the path.
    | NotText

/// The pins that the person has allowed or refused, by the physical path of the file and the pin's text: a changed
/// pin must be allowed again. A comment or a blank line more in the file changes nothing.
type Trust = private { Entries: Map<string, bool> }

/// Reads, changes and writes the list of allowed pins. One line is `allow`, the pin's text and the path of the file,
/// with tabs between; or `deny`. The last line for a pin decides. The zsh hook looks for exactly these lines.
[<RequireQualifiedAccess>]
module Trust =

    [<Literal>]
    let private Heading =
        "# Pins that codex-router may follow. Written by: codex-router allow, deny, pin, unpin."

    [<Literal>]
    let private Allow = "allow"

    [<Literal>]
    let private Deny = "deny"

    /// Holds no pin.
    let empty: Trust = { Entries = Map.empty }

    let private recordable (path: string) =
        if not (path.StartsWith '/') then
            Error TrustRefusal.NotAbsolute
        elif path |> Seq.exists (fun character -> character < ' ' || character = '\127') then
            Error TrustRefusal.ControlCharacter
        elif path |> Seq.exists (fun character -> character = '\uFFFD') then
            Error TrustRefusal.NotText
        else
            Ok path

    // The pin first: it holds no tab, so that nothing in a path can be taken for it.
    let private key pin path = Pin.text pin + "\t" + path

    let private set verdict path pin trust =
        recordable path
        |> Result.map (fun path ->
            {
                Entries = trust.Entries |> Map.add (key pin path) verdict
            })

    /// Allows a pin, or says why its path cannot be recorded.
    let allow path pin trust = set true path pin trust

    /// Refuses a pin for good, or says why its path cannot be recorded.
    let deny path pin trust = set false path pin trust

    /// Drops all that was said of a file, whatever it held.
    let forget (path: string) trust =
        {
            Entries =
                trust.Entries
                |> Map.filter (fun key _ -> key.Substring(key.IndexOf '\t' + 1) <> path)
        }

    /// Tells what the person has said of a pin.
    let judge path pin trust =
        match trust.Entries |> Map.tryFind (key pin path) with
        | Some true -> Judgement.Allowed
        | Some false -> Judgement.Denied
        | None -> Judgement.Unknown

    // Only the spelling that `render` writes: what the hook would not find must not count here either.
    let private entry (line: string) =
        match line.Split('\t', 3) with
        | [| verdict; text; path |] when verdict = Allow || verdict = Deny ->
            match Pin.ofLine text, recordable path with
            | Ok pin, Ok path when Pin.text pin = text -> Some(key pin path, (verdict = Allow))
            | _ -> None
        | _ -> None

    /// Reads the list; lines that it does not know count for nothing.
    let parse (text: string) : Trust =
        {
            Entries = text.Split '\n' |> Seq.choose entry |> Map.ofSeq
        }

    /// Writes the list, in an order that does not depend on when each line was added.
    let render trust =
        let line (KeyValue(key, allowed)) =
            (if allowed then Allow else Deny) + "\t" + key + "\n"

        Heading + "\n" + String.Concat(Seq.map line trust.Entries)

    /// Says in words why a path cannot be recorded.
    let explain refusal =
        match refusal with
        | TrustRefusal.NotAbsolute -> "the path is not absolute"
        | TrustRefusal.ControlCharacter -> "the folder's path holds a control character: rename it first"
        | TrustRefusal.NotText -> "the folder's path is not UTF-8: rename it first"
