namespace CodexRouter.Core

open System
open System.Globalization
open System.Security.Cryptography
open System.Text

/// One entry of `[hooks.state]` in Codex's settings: what the person said of a hook.
type HookSetting =
    {
        Key: string
        /// The hash that is trusted, if one is.
        TrustedHash: string option
        IsEnabled: bool
    }

/// What is known of a profile's home without asking Codex: how many hooks are off there that run at the root, and which MCP
/// servers only the root is signed in to. Written for commands that enter a home and may not wait, and for the shell.
type HookNote =
    {
        /// Which hooks it is about; another set is told of again.
        Set: string
        /// How many of them are off in the profile's home.
        Off: int
        /// The person was told.
        IsTold: bool
        /// The MCP servers that the root is signed in to and the home is not.
        McpServers: string list
    }

/// Reads and writes the notes, and decides what is known from the settings alone.
[<RequireQualifiedAccess>]
module HookNote =

    [<Literal>]
    let private Told = "told"

    [<Literal>]
    let private New = "new"

    /// More than this is nobody's list of hooks.
    [<Literal>]
    let private Most = 9999

    /// Nothing is off, and nothing was to be told.
    let none =
        {
            Set = "-"
            Off = 0
            IsTold = true
            McpServers = []
        }

    /// A hook's place in a home, if it is in one of the home's own files: below those, other homes lie.
    let private ownPlace paths (key: string) =
        let place = HookTrust.place paths key

        if place.StartsWith("./", StringComparison.Ordinal) && place.IndexOf('/', 2) = -1 then
            Some place
        else
            None

    let private trusted paths (settings: HookSetting list) =
        settings
        |> List.choose (fun setting ->
            match ownPlace paths setting.Key, setting.TrustedHash with
            | Some place, Some hash when setting.IsEnabled -> Some(place, hash)
            | _ -> None)
        |> Set.ofList

    /// Places of the home that the person turned off there: nothing is to be said of those.
    let private turnedOff paths (settings: HookSetting list) =
        settings
        |> List.choose (fun setting ->
            if setting.IsEnabled then
                None
            else
                ownPlace paths setting.Key)
        |> Set.ofList

    /// Gives the hooks that the settings trust at the root and not in a home, each by its place and hash. Both homes have the
    /// same settings: the home's are a link. A hook that was removed since may still be trusted there, which only Codex tells.
    let lacking
        (rootPaths: string list)
        (homePaths: string list)
        (settings: HookSetting list)
        : (string * string) list =
        let off = turnedOff homePaths settings

        Set.difference (trusted rootPaths settings) (trusted homePaths settings)
        |> Set.filter (fun (place, _) -> not (off.Contains place))
        |> Set.toList

    /// Gives a short word for a set of hooks: the same for the same set, another for another.
    let setOf (hooks: (string * string) list) =
        match hooks with
        | [] -> none.Set
        | hooks ->
            hooks
            |> List.sort
            |> List.map (fun (place, hash) -> place + "\n" + hash + "\n")
            |> String.concat ""
            |> Encoding.UTF8.GetBytes
            |> SHA256.HashData
            |> Array.truncate 8
            |> Convert.ToHexStringLower

    /// Gives the note after the settings were read. What was found before counts while the set is the same: then it is what
    /// Codex itself said, or was told already.
    let afterSettings (lacking: (string * string) list) (before: HookNote) : HookNote =
        let set = setOf lacking

        if set = before.Set then
            before
        else
            { before with
                Set = set
                Off = lacking.Length
                IsTold = lacking.IsEmpty
            }

    /// Gives the note after Codex was asked. It is told where the person was shown the answer.
    let afterAsking (lacking: (string * string) list) (off: int) isShown (before: HookNote) : HookNote =
        let set = setOf lacking

        { before with
            Set = set
            Off = off
            IsTold = off = 0 || isShown || (set = before.Set && before.IsTold)
        }

    let private isServer (name: string) =
        name.Length >= 1
        && name.Length <= 64
        && name
           |> Seq.forall (fun character -> Char.IsAsciiLetterOrDigit character || "_-".Contains character)

    /// Writes a note: a version, the number, whether it was told and the set on the first line, which the shell reads; the MCP
    /// servers on the second.
    let render (note: HookNote) =
        "1 "
        + string<int>(min Most note.Off)
        + " "
        + (if note.IsTold then Told else New)
        + " "
        + note.Set
        + "\n"
        + (note.McpServers |> List.filter isServer |> String.concat " ")
        + "\n"

    let private isSet (word: string) =
        word = none.Set
        || (word.Length = 16 && word |> Seq.forall Char.IsAsciiHexDigitLower)

    /// Reads a note; what is none is nothing.
    let parse (text: string) : HookNote option =
        match text.Split '\n' with
        | [| first; servers; "" |] ->
            match first.Split ' ' with
            | [| "1"; off; (Told | New as told); set |] when isSet set ->
                match Int32.TryParse(off, NumberStyles.None, CultureInfo.InvariantCulture) with
                | true, off when off <= Most ->
                    Some
                        {
                            Set = set
                            Off = off
                            IsTold = (told = Told)
                            McpServers =
                                servers.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                                |> Array.filter isServer
                                |> List.ofArray
                        }
                | _ -> None
            | _ -> None
        | _ -> None
