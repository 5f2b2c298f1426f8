namespace CodexRouter.StandIn

open System.Text

/// One answer of the service.
type Answer =
    {
        Status: int
        ContentType: string
        /// Further headers, as names and values.
        Headers: (string * string) list
        Body: byte[]
    }

[<RequireQualifiedAccess>]
module Answer =

    /// Gives an answer with a JSON body.
    let json status body =
        {
            Status = status
            ContentType = "application/json"
            Headers = []
            Body = body
        }

    /// Gives an answer with any text.
    let text status contentType (body: string) =
        {
            Status = status
            ContentType = contentType
            Headers = []
            Body = Encoding.UTF8.GetBytes body
        }

    /// Gives the answer with one more header.
    let withHeader name value (answer: Answer) : Answer =
        { answer with
            Headers = answer.Headers @ [ name, value ]
        }

    /// Gives a refusal as the provider words it: a code for programs, a message for people.
    let error status (code: string) (message: string) =
        json
            status
            (Json.object (fun writer ->
                writer.WriteStartObject "error"
                writer.WriteString("code", code)
                writer.WriteString("message", message)
                writer.WriteEndObject()))

    /// The answer to a path that the service does not have.
    let notFound = error 404 "not_found" "the stand-in service has no such path"
