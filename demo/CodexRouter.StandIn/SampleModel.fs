namespace CodexRouter.StandIn

open System
open System.Text.Json

/// A model that says one word, as server-sent events of the Responses API.
[<RequireQualifiedAccess>]
module SampleModel =

    let private event (name: string) (fields: Utf8JsonWriter -> unit) =
        let data =
            Json.line (fun writer ->
                writer.WriteString("type", name)
                fields writer)

        "event: " + name + "\ndata: " + data + "\n\n"

    let private created =
        event "response.created" (fun writer ->
            writer.WriteStartObject "response"
            writer.WriteString("id", "FAKE-RESPONSE")
            writer.WriteEndObject())

    let private said (words: string) =
        event "response.output_item.done" (fun writer ->
            writer.WriteStartObject "item"
            writer.WriteString("type", "message")
            writer.WriteString("role", "assistant")
            writer.WriteString("id", "FAKE-MESSAGE")
            writer.WriteStartArray "content"
            writer.WriteStartObject()
            writer.WriteString("type", "output_text")
            writer.WriteString("text", words)
            writer.WriteEndObject()
            writer.WriteEndArray()
            writer.WriteEndObject())

    let private completed =
        event "response.completed" (fun writer ->
            writer.WriteStartObject "response"
            writer.WriteString("id", "FAKE-RESPONSE")
            writer.WriteStartObject "usage"
            writer.WriteNumber("input_tokens", 100)
            writer.WriteNumber("output_tokens", 20)
            writer.WriteNumber("total_tokens", 120)
            writer.WriteEndObject()
            writer.WriteEndObject())

    /// Gives the answer to `POST /v1/responses` for somebody whose quota is used so far.
    let answer usage =
        { Answer.text 200 "text/event-stream" (String.Concat(created, said "Done.", completed)) with
            Headers = SampleUsage.headers usage
        }
