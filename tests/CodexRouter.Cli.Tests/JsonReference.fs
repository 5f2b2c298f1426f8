namespace CodexRouter.Cli.Tests

open System
open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open CodexRouter.Cli

/// What the docs say of the answers for programs: a page with tables, and a JSON Schema for each answer.
[<RequireQualifiedAccess>]
module JsonReference =

    let rec private phrase jsonType =
        match jsonType with
        | JsonType.Text -> "string"
        | JsonType.Time -> "timestamp"
        | JsonType.Word words when words = ProblemCode.words -> "one of [these words](#codes)"
        | JsonType.Word words -> words |> List.map (fun word -> "`" + word + "`") |> String.concat ", "
        | JsonType.Integer -> "integer"
        | JsonType.Number -> "number"
        | JsonType.Flag -> "boolean"
        | JsonType.OrNull value -> phrase value + " or null"
        | JsonType.List(JsonType.Word _ as item) -> "array of the words " + phrase item
        | JsonType.List item -> "array of " + phrase item + "s"
        | JsonType.Object _ -> "object"

    /// The rows of an object's table; what is inside a field stands below it, by its path.
    let rec private rows (path: string) (fields: JsonField list) =
        [
            for field in fields do
                let name = path + field.Name
                "| `" + name + "` | " + phrase field.Type + " | " + field.Says + " |\n"

                let rec inside name jsonType =
                    match jsonType with
                    | JsonType.OrNull value -> inside name value
                    | JsonType.List item -> inside (name + "[]") item
                    | JsonType.Object fields -> rows (name + ".") fields
                    | JsonType.Text
                    | JsonType.Time
                    | JsonType.Word _
                    | JsonType.Integer
                    | JsonType.Number
                    | JsonType.Flag -> []

                yield! inside name field.Type
        ]

    let private fieldsOf jsonType =
        match jsonType with
        | JsonType.Object fields -> fields
        | JsonType.Text
        | JsonType.Time
        | JsonType.Word _
        | JsonType.Integer
        | JsonType.Number
        | JsonType.Flag
        | JsonType.OrNull _
        | JsonType.List _ -> []

    /// What a failure's code may be.
    let private codes =
        "\n## Codes\n\nThe `code` of a failure is one of these words. A new version may add more.\n\n"
        + "| code | meaning |\n|---|---|\n"
        + String.Join(
            "",
            ProblemCode.all
            |> List.map (fun code -> "| `" + ProblemCode.word code + "` | " + ProblemCode.says code + " |\n")
        )

    /// Gives the page about answers, each with the command line that is answered so.
    let markdown (answers: (string * JsonType) list) =
        let section (command, jsonType) =
            "\n## "
            + command
            + "\n\n| field | type | meaning |\n|---|---|---|\n"
            + String.Join("", rows "" (fieldsOf jsonType))

        "# JSON\n\n"
        + "With `--json` a command writes one object on one line to its standard output, and nothing else. Every field is always present, in this\n"
        + "order; an unknown value is null. A timestamp is a string as in RFC 3339, in UTC. New fields may be added. If an existing field changes, the `schema` number changes.\n"
        + "The exit codes are the same as [without `--json`](commands.md). No answer contains a token.\n\n"
        + "build/reference.sh generates this page from the code that writes the answers, and also a JSON Schema: [answers.schema.json](answers.schema.json).\n"
        + String.Join("", answers |> List.map section)
        + codes

    let rec private write (writer: Utf8JsonWriter) jsonType =
        let typed (name: string) = writer.WriteString("type", name)

        writer.WriteStartObject()

        match jsonType with
        | JsonType.Text -> typed "string"
        | JsonType.Time ->
            typed "string"
            writer.WriteString("format", "date-time")
        | JsonType.Word words ->
            writer.WriteStartArray "enum"
            words |> List.iter (fun word -> writer.WriteStringValue(word: string))
            writer.WriteEndArray()
        | JsonType.Integer -> typed "integer"
        | JsonType.Number -> typed "number"
        | JsonType.Flag -> typed "boolean"
        | JsonType.OrNull value ->
            writer.WriteStartArray "anyOf"
            write writer value
            writer.WriteStartObject()
            typed "null"
            writer.WriteEndObject()
            writer.WriteEndArray()
        | JsonType.List item ->
            typed "array"
            writer.WritePropertyName "items"
            write writer item
        | JsonType.Object fields ->
            typed "object"
            writer.WriteStartObject "properties"

            for field in fields do
                writer.WritePropertyName(field.Name: string)
                write writer field.Type

            writer.WriteEndObject()
            writer.WriteStartArray "required"
            fields |> List.iter (fun field -> writer.WriteStringValue(field.Name: string))
            writer.WriteEndArray()

        writer.WriteEndObject()

    /// Gives the JSON Schema (2020-12) of all answers: `$defs` by the command line that is answered so.
    let schema (answers: (string * JsonType) list) =
        use stream = new MemoryStream()

        using
            (new Utf8JsonWriter(
                stream,
                JsonWriterOptions(Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
            ))
            (fun writer ->
                writer.WriteStartObject()
                writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema")
                writer.WriteString("title", "What codex-router answers with --json")
                writer.WriteStartObject "$defs"

                for command, jsonType in answers do
                    writer.WritePropertyName(command: string)
                    write writer jsonType

                writer.WriteEndObject()
                writer.WriteEndObject())

        Encoding.UTF8.GetString(stream.ToArray()) + "\n"
