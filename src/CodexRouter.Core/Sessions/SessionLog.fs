namespace CodexRouter.Core

open System
open System.Text.Json

/// What the first line of a session's log tells.
type SessionHead =
    {
        Id: string
        BegunAt: DateTimeOffset option
        /// The folder that it was begun in.
        Folder: string option
        /// Whose account it was begun with. API keys, and releases before 0.160, have nobody written down.
        Owner: SessionOwner option
        /// The session that it goes on from.
        ForkedFrom: string option
        /// `cli`, `exec`, `vscode` and the like; `subagent` for one that another session started.
        Source: string option
    }

/// Reads single lines of the logs that Codex writes of its sessions (rollout files), for what people know a session by. Never
/// throws.
[<RequireQualifiedAccess>]
module SessionLog =

    let private isHex (character: char) = Char.IsAsciiHexDigitLower character

    /// Gives a session's id if it is one: a UUID as Codex writes it.
    let id (text: string) : string option =
        let isPlaced index character =
            match index with
            | 8
            | 13
            | 18
            | 23 -> character = '-'
            | _ -> isHex character

        if
            text.Length = 36
            && text |> Seq.mapi isPlaced |> Seq.forall (fun placed -> placed)
        then
            Some text
        else
            None

    [<Literal>]
    let private Beginning = "rollout-"

    [<Literal>]
    let private Ending = ".jsonl"

    /// The length of `2026-11-25T10-00-00`, and of the dash behind it.
    [<Literal>]
    let private Time = 20

    /// Gives the id that the name of a log ends with.
    let ofFileName (name: string) : string option =
        if
            name.StartsWith(Beginning, StringComparison.Ordinal)
            && name.EndsWith(Ending, StringComparison.Ordinal)
            && name.Length = Beginning.Length + Time + 36 + Ending.Length
        then
            id (name.Substring(Beginning.Length + Time, 36))
        else
            None

    let private headMark = "\"session_meta\""B
    let private messageMark = "\"user_message\""B
    let private itemMark = "\"UserMessage\""B

    let private holds (mark: byte[]) (line: ReadOnlyMemory<byte>) =
        line.Span.IndexOf(ReadOnlySpan mark) >= 0

    let private field name value = JsonValue.field name value

    let private text name value =
        field name value |> Option.bind JsonValue.text

    let private isOfType name value = text "type" value = Some name

    /// The source is a word, or an object for one that another session started.
    let private source (payload: JsonElement) =
        match field "source" payload with
        | Some value when value.ValueKind = JsonValueKind.Object ->
            JsonValue.fields value |> List.tryHead |> Option.map fst
        | Some value -> JsonValue.text value
        | None -> None

    /// Gives what the first line tells; nothing from another line. A log of a session that goes on from another has the
    /// other's first line as its second: it tells of the other.
    let head (line: ReadOnlyMemory<byte>) : SessionHead option =
        if not (holds headMark line) then
            None
        else
            JsonValue.parse line (fun root ->
                match field "payload" root with
                | Some payload when isOfType "session_meta" root ->
                    text "id" payload
                    |> Option.bind id
                    |> Option.map (fun own ->
                        {
                            Id = own
                            BegunAt = text "timestamp" payload |> Option.bind Rfc3339.parse
                            Folder = text "cwd" payload
                            Owner = Rollout.owner line
                            ForkedFrom = text "forked_from_id" payload |> Option.bind id
                            Source = source payload
                        })
                | _ -> None)

    let private itemText (item: JsonElement) =
        field "content" item
        |> Option.map (JsonValue.items >> List.choose (text "text") >> String.concat " ")

    /// Gives what the person typed, if the line is a message of theirs: `user_message` until 0.150, an item since.
    let message (line: ReadOnlyMemory<byte>) : string option =
        if not (holds messageMark line || holds itemMark line) then
            None
        else
            JsonValue.parse line (fun root ->
                match field "payload" root with
                | Some payload when isOfType "event_msg" root ->
                    match text "type" payload, field "item" payload with
                    | Some "user_message", _ -> text "message" payload
                    | Some "item_completed", Some item when isOfType "UserMessage" item -> itemText item
                    | _ -> None
                | _ -> None)

    /// Gives a session's id and the name that a person gave it, from a line of `session_index.jsonl`. The last line of an id
    /// counts.
    let name (line: ReadOnlyMemory<byte>) : (string * string) option =
        JsonValue.parse line (fun root ->
            match text "id" root |> Option.bind id, text "thread_name" root with
            | Some own, Some given -> Some(own, given)
            | _ -> None)
