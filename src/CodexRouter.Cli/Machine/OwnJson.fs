namespace CodexRouter.Cli

open System
open System.Diagnostics.CodeAnalysis
open System.Globalization
open System.Text.Json
open System.Text.Json.Serialization
open CodexRouter.Core

/// How this program writes the JSON in its own files. Answers are written by their shapes; what is read goes
/// through `StoredJson`.
[<RequireQualifiedAccess>]
module OwnJson =

    let private made indented =
        let options =
            JsonSerializerOptions(
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                WriteIndented = indented,
                // They are for programs and terminals, not for web pages.
                Encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            )

        options.Converters.Add(JsonFSharpConverter())
        options

    /// For files, with names as in `snake_case`. Made once: what the serialiser learns of a type it keeps in them.
    let private indented = lazy (made true)

    let private onOneLine = lazy (made false)

    // The serialiser finds a type's members by reflection, and the native compiler keeps only what it is told of: the record
    // itself is kept by these attributes; whoever writes a record that holds others names those with DynamicDependency.

    /// Gives the bytes of a file that people may look at.
    let lines<[<DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)>] 'Record> (record: 'Record) =
        JsonSerializer.SerializeToUtf8Bytes(record, indented.Value)

    /// Gives the bytes of a file that only programs look at.
    let line<[<DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)>] 'Record> (record: 'Record) =
        JsonSerializer.SerializeToUtf8Bytes(record, onOneLine.Value)

    /// Writes a time as RFC 3339 in UTC, to the second.
    let time (time: DateTimeOffset) =
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)

/// Reads the JSON of this program's own files, whose names are in `snake_case`. Without the serialiser: every command reads
/// such files, and to set that up would take it half of its time. What is missing or of another kind is nothing.
[<RequireQualifiedAccess>]
module StoredJson =

    let private field name read json =
        JsonValue.field name json |> Option.bind read

    let text name json = field name JsonValue.text json

    let number name json = field name JsonValue.number json

    /// A time as RFC 3339.
    let time name json =
        text name json |> Option.bind Rfc3339.parse

    /// A yes or no; what is missing is a no.
    let truth name json =
        field name JsonValue.truth json |> Option.defaultValue false

    /// A whole number of a size that people meet.
    let whole name json =
        number name json
        |> Option.filter (fun number -> abs number <= 1e9 && Math.Floor number = number)
        |> Option.map int

    /// A profile's name.
    let name field json =
        text field json |> Option.bind (ProfileName.create >> Result.toOption)

    /// The elements of a list; none of what is missing.
    let items name json =
        JsonValue.field name json
        |> Option.map JsonValue.items
        |> Option.defaultValue []

    /// Parses a file and reads it, if it is one of this version of its format.
    let parse (schema: int) (read: JsonElement -> 'a option) (bytes: ReadOnlyMemory<byte>) : 'a option =
        JsonValue.parse bytes (fun json ->
            if number "schema" json = Some(float schema) then
                read json
            else
                None)
