namespace CodexRouter.Core

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
[<Sealed>]
type Trust

/// Reads, changes and writes the list of allowed pins. One line is `allow`, the pin's text and the path of the file,
/// with tabs between; or `deny`. The last line for a pin decides. The zsh hook looks for exactly these lines.
[<RequireQualifiedAccess>]
module Trust =

    /// Holds no pin.
    val empty: Trust

    /// Allows a pin, or says why its path cannot be recorded.
    val allow: path: string -> pin: Pin -> trust: Trust -> Result<Trust, TrustRefusal>

    /// Refuses a pin for good, or says why its path cannot be recorded.
    val deny: path: string -> pin: Pin -> trust: Trust -> Result<Trust, TrustRefusal>

    /// Drops all that was said of a file, whatever it held.
    val forget: path: string -> trust: Trust -> Trust

    /// Tells what the person has said of a pin.
    val judge: path: string -> pin: Pin -> trust: Trust -> Judgement

    /// Reads the list; lines that it does not know count for nothing.
    val parse: text: string -> Trust

    /// Writes the list, in an order that does not depend on when each line was added.
    val render: trust: Trust -> string

    /// Says in words why a path cannot be recorded.
    val explain: refusal: TrustRefusal -> string
