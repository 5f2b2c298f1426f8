namespace CodexRouter.Core

open System
open System.Globalization
open System.Text.Json

/// Reads what may or may not be in JSON that was written by others, or by another version: what is missing or of another
/// kind is nothing, never an error.
[<RequireQualifiedAccess>]
module JsonValue =

    /// Gives a string's text. JSON can spell half a surrogate pair, which is no text.
    let text (value: JsonElement) =
        if value.ValueKind <> JsonValueKind.String then
            None
        else
            try
                value.GetString() |> Option.ofObj
            with :? InvalidOperationException ->
                None

    /// A name can spell half a surrogate pair too: then it is no name, and .NET throws where it would compare it.
    let private spelled (property: JsonProperty) =
        try
            Some property.Name
        with :? InvalidOperationException ->
            None

    /// Gives an object's fields that are not null, in their order, names and values; none of anything else. A field whose
    /// name is no text is left out.
    let fields (parent: JsonElement) =
        if parent.ValueKind <> JsonValueKind.Object then
            []
        else
            [
                for property in parent.EnumerateObject() do
                    match spelled property with
                    | Some name when property.Value.ValueKind <> JsonValueKind.Null -> name, property.Value
                    | _ -> ()
            ]

    let private lookUp (name: string) (parent: JsonElement) =
        try
            match parent.TryGetProperty name with
            | true, value -> Some value
            | _ -> None
        with :? InvalidOperationException ->
            parent.EnumerateObject()
            |> Seq.filter (fun property -> spelled property = Some name)
            |> Seq.map _.Value
            |> Seq.tryLast

    /// Gives an object's field, if it is one and has it. Of a field that stands twice, the last counts.
    let field (name: string) (parent: JsonElement) =
        if parent.ValueKind <> JsonValueKind.Object then
            None
        else
            lookUp name parent
            |> Option.filter (fun value -> value.ValueKind <> JsonValueKind.Null)

    /// Gives a list's elements; none of anything else.
    let items (value: JsonElement) =
        if value.ValueKind = JsonValueKind.Array then
            List.ofSeq (value.EnumerateArray())
        else
            []

    /// Gives the text of an object's field, if it has it.
    let textOf name (parent: JsonElement) = field name parent |> Option.bind text

    /// Gives the elements of the list in an object's field; none of anything else.
    let itemsOf name (parent: JsonElement) =
        field name parent |> Option.map items |> Option.defaultValue []

    /// Gives a text as JSON, quotation marks included.
    let quoted (text: string) =
        "\"" + JsonEncodedText.Encode(text).ToString() + "\""

    let private finite (parsed: bool, number: float) =
        if parsed && Double.IsFinite number then
            Some number
        else
            None

    /// Gives the finite number that a text means.
    let numberOf (text: string) =
        finite (Double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture))

    /// Gives a finite number, also one that was written as text.
    let number (value: JsonElement) =
        match value.ValueKind with
        | JsonValueKind.Number -> finite (value.TryGetDouble())
        | JsonValueKind.String -> text value |> Option.bind numberOf
        | _ -> None

    /// Gives a yes or no, also one that was written as text or as 1 and 0.
    let truth (value: JsonElement) =
        match value.ValueKind with
        | JsonValueKind.True -> Some true
        | JsonValueKind.False -> Some false
        | JsonValueKind.Number ->
            match value.TryGetDouble() with
            | true, 1.0 -> Some true
            | true, 0.0 -> Some false
            | _ -> None
        | JsonValueKind.String ->
            match text value |> Option.map _.Trim().ToLowerInvariant() with
            | Some("true" | "1") -> Some true
            | Some("false" | "0") -> Some false
            | _ -> None
        | _ -> None

    /// Parses a document and reads it; nothing if it is no JSON.
    let parse (bytes: ReadOnlyMemory<byte>) (read: JsonElement -> 'a option) : 'a option =
        try
            use document = JsonDocument.Parse bytes
            read document.RootElement
        with :? JsonException ->
            None
