namespace CodexRouter.Cli

open System
open System.Globalization
open System.Text.Json
open System.Text.Json.Serialization
open CodexRouter.Core

/// A profile's record as it stands in `profile.json`.
type RecordDto =
    {
        Schema: int
        Name: string
        Kind: string
        UserId: string option
        AccountId: string option
        Email: string option
        Plan: string option
        SavedAt: string
        Aliases: string list
        SeparateHistory: bool
    }

/// How this program writes the JSON in its own files. Answers are written by their shapes; all that is read is read with
/// JsonDocument.
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

    /// Gives the options for files that people may look at.
    let forFiles () = indented.Value

    /// Gives the options for files that only programs look at.
    let compact () = onOneLine.Value

    /// Writes a time as RFC 3339 in UTC, to the second.
    let time (time: DateTimeOffset) =
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)

/// Reads and writes `profile.json`.
[<RequireQualifiedAccess>]
module RecordFile =

    /// The version of the format. A file of a newer one is left alone and counts as unreadable.
    [<Literal>]
    let Schema = 1

    let private kindOf text =
        SignInKind.all |> List.tryFind (fun kind -> SignInKind.word kind = text)

    /// Gives the file's bytes for a record.
    let encode (record: ProfileRecord) : byte[] =
        let dto =
            {
                Schema = Schema
                Name = ProfileName.value record.Name
                Kind = SignInKind.word record.Kind
                UserId = record.UserId
                AccountId = record.AccountId
                Email = record.Email
                Plan = record.Plan
                SavedAt = OwnJson.time record.SavedAt
                Aliases = record.Aliases |> List.map ProfileName.value
                SeparateHistory = record.SeparateHistory
            }

        JsonSerializer.SerializeToUtf8Bytes(dto, OwnJson.forFiles ())

    /// Read without the serialiser: every command reads a record, and to set that up would take it half of its time.
    let private ofJson (json: JsonElement) : ProfileRecord option =
        let text name =
            JsonValue.field name json |> Option.bind JsonValue.text

        let names name =
            JsonValue.field name json
            |> Option.map JsonValue.items
            |> Option.defaultValue []
            |> List.choose (JsonValue.text >> Option.bind (ProfileName.create >> Result.toOption))

        let name = text "name" |> Option.bind (ProfileName.create >> Result.toOption)
        let schema = JsonValue.field "schema" json |> Option.bind JsonValue.number

        match schema, name, text "kind" |> Option.bind kindOf with
        | Some schema, Some name, Some kind when schema = float Schema ->
            Some
                {
                    Name = name
                    Kind = kind
                    UserId = text "user_id"
                    AccountId = text "account_id"
                    Email = text "email"
                    Plan = text "plan"
                    SavedAt =
                        text "saved_at"
                        |> Option.bind Rfc3339.parse
                        |> Option.defaultValue DateTimeOffset.UnixEpoch
                    Aliases = names "aliases"
                    SeparateHistory =
                        JsonValue.field "separate_history" json
                        |> Option.bind JsonValue.truth
                        |> Option.defaultValue false
                }
        | _ -> None

    /// Gives the record in a file's bytes, or nothing when it is no record that this version knows.
    let decode (bytes: ReadOnlyMemory<byte>) : ProfileRecord option = JsonValue.parse bytes ofJson
