namespace CodexRouter.Core

open System
open System.Buffers
open System.Text
open System.Text.Json

/// JSON that may go down to any depth, in a time that grows with its length alone.
[<RequireQualifiedAccess>]
module ShallowJson =

    /// How many levels deep a file is kept as it is. What Codex knows lies within three.
    let private kept = 64

    /// Gives the same document, in whose depths each list and object is a text that holds its bytes: two that differ there
    /// stay two. Codex passes over keys that it does not know however deep they go, and a document takes a time that grows
    /// with the square of the depth; this takes one pass. Throws what the parser throws.
    let private cut (bytes: ReadOnlyMemory<byte>) =
        let options = JsonReaderOptions(MaxDepth = Int32.MaxValue)
        let mutable reader = Utf8JsonReader(bytes.Span, options)
        let mutable written: ArrayBufferWriter<byte> | null = null
        let mutable copied = 0

        while reader.Read() do
            if
                reader.CurrentDepth = kept
                && (reader.TokenType = JsonTokenType.StartArray
                    || reader.TokenType = JsonTokenType.StartObject)
            then
                let start = int reader.TokenStartIndex
                reader.Skip()
                let next = int reader.BytesConsumed

                let writer =
                    match written with
                    | null -> ArrayBufferWriter<byte> bytes.Length
                    | writer -> writer

                writer.Write(bytes.Span.Slice(copied, start - copied))
                let text = Convert.ToBase64String(bytes.Span.Slice(start, next - start))
                writer.Write(ReadOnlySpan(Encoding.ASCII.GetBytes("\"" + text + "\"")))
                written <- writer
                copied <- next

        match written with
        | null -> bytes
        | writer ->
            writer.Write(bytes.Span.Slice copied)
            writer.WrittenMemory

    /// Gives the document down to a depth that nobody's own fields reach. Throws JsonException for what is no JSON.
    let parse (bytes: ReadOnlyMemory<byte>) : JsonDocument =
        JsonDocument.Parse(cut bytes, JsonDocumentOptions(MaxDepth = kept + 1))
