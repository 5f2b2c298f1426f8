namespace CodexRouter.Cli

open System.Text.Json

/// The type of a JSON value, as the docs and the JSON Schema tell of it.
[<RequireQualifiedAccess>]
type JsonType =
    | Text
    /// RFC 3339, in UTC.
    | Time
    /// One of these words.
    | Word of words: string list
    | Integer
    | Number
    | Flag
    | OrNull of value: JsonType
    | List of item: JsonType
    | Object of fields: JsonField list

/// A field of an object: it is always there, and always in this place.
and JsonField =
    {
        Name: string
        Type: JsonType
        /// What it tells: a phrase.
        Says: string
    }

/// How a value is written as JSON, and of what type that JSON is: one description for both, so that they cannot differ.
[<NoEquality; NoComparison>]
type Shape<'value> =
    {
        Type: JsonType
        Write: Utf8JsonWriter -> 'value -> unit
    }

/// How one field of a record is written.
[<NoEquality; NoComparison>]
type ShapeField<'record> =
    {
        Field: JsonField
        WriteOf: Utf8JsonWriter -> 'record -> unit
    }

/// Shapes, and what makes greater ones of them.
[<RequireQualifiedAccess>]
module Shape =

    /// Any text.
    let text: Shape<string> =
        {
            Type = JsonType.Text
            Write = fun writer value -> writer.WriteStringValue value
        }

    /// A time that is text already: RFC 3339, in UTC.
    let time: Shape<string> = { text with Type = JsonType.Time }

    /// One of some words.
    let word (words: string list) : Shape<string> =
        { text with Type = JsonType.Word words }

    /// A whole number.
    let integer: Shape<int> =
        {
            Type = JsonType.Integer
            Write = fun writer value -> writer.WriteNumberValue value
        }

    /// A whole number that may be great.
    let integer64: Shape<int64> =
        {
            Type = JsonType.Integer
            Write = fun writer value -> writer.WriteNumberValue value
        }

    /// A number.
    let number: Shape<float> =
        {
            Type = JsonType.Number
            Write = fun writer value -> writer.WriteNumberValue value
        }

    /// True or false.
    let flag: Shape<bool> =
        {
            Type = JsonType.Flag
            Write = fun writer value -> writer.WriteBooleanValue value
        }

    /// A value or null.
    let orNull (shape: Shape<'value>) : Shape<'value option> =
        {
            Type = JsonType.OrNull shape.Type
            Write =
                fun writer value ->
                    match value with
                    | Some value -> shape.Write writer value
                    | None -> writer.WriteNullValue()
        }

    /// Any number of values.
    let list (shape: Shape<'value>) : Shape<'value list> =
        {
            Type = JsonType.List shape.Type
            Write =
                fun writer values ->
                    writer.WriteStartArray()

                    for value in values do
                        shape.Write writer value

                    writer.WriteEndArray()
        }

    /// A field: its name, what it tells, its shape, and where its value is.
    let field name says (shape: Shape<'value>) (get: 'record -> 'value) : ShapeField<'record> =
        {
            Field =
                {
                    Name = name
                    Type = shape.Type
                    Says = says
                }
            WriteOf =
                fun writer record ->
                    writer.WritePropertyName(name: string)
                    shape.Write writer (get record)
        }

    /// An object of these fields, in this order.
    let object (fields: ShapeField<'record> list) : Shape<'record> =
        {
            Type = JsonType.Object(fields |> List.map _.Field)
            Write =
                fun writer record ->
                    writer.WriteStartObject()

                    for field in fields do
                        field.WriteOf writer record

                    writer.WriteEndObject()
        }
