namespace CodexRouter.StandIn

open System.IO
open System.Text
open System.Text.Json

/// Writing and reading JSON without reflection, so that it works in the native program.
module internal Json =

    /// Gives the bytes of what is written.
    let write (build: Utf8JsonWriter -> unit) =
        use stream = new MemoryStream()

        do
            use writer = new Utf8JsonWriter(stream, JsonWriterOptions(Indented = true))
            build writer

        stream.ToArray()

    /// Gives the bytes of one object.
    let object (build: Utf8JsonWriter -> unit) =
        write (fun writer ->
            writer.WriteStartObject()
            build writer
            writer.WriteEndObject())

    /// Gives one object as text without a line's end in it.
    let line (build: Utf8JsonWriter -> unit) =
        use stream = new MemoryStream()

        do
            use writer = new Utf8JsonWriter(stream)
            writer.WriteStartObject()
            build writer
            writer.WriteEndObject()

        Encoding.UTF8.GetString(stream.ToArray())

    /// Gives a text of an object by its key; nothing if the bytes are no such object.
    let text (key: string) (bytes: byte[]) =
        try
            use document = JsonDocument.Parse bytes

            match document.RootElement.TryGetProperty key with
            | true, value when value.ValueKind = JsonValueKind.String -> Option.ofObj (value.GetString())
            | _ -> None
        with
        | :? JsonException
        | :? System.InvalidOperationException -> None

    /// Gives a whole number of an object by its key.
    let number (key: string) (bytes: byte[]) =
        try
            use document = JsonDocument.Parse bytes

            match document.RootElement.TryGetProperty key with
            | true, value when value.ValueKind = JsonValueKind.Number ->
                match value.TryGetInt64() with
                | true, number -> Some number
                | _ -> None
            | _ -> None
        with
        | :? JsonException
        | :? System.InvalidOperationException -> None

    /// Gives an object of an object by its key, as bytes.
    let part (key: string) (bytes: byte[]) =
        try
            use document = JsonDocument.Parse bytes

            match document.RootElement.TryGetProperty key with
            | true, value when value.ValueKind = JsonValueKind.Object ->
                Some(Encoding.UTF8.GetBytes(value.GetRawText()))
            | _ -> None
        with
        | :? JsonException
        | :? System.InvalidOperationException -> None
