namespace CodexRouter.Cli

open System
open System.Text.Json
open CodexRouter.Core

/// What was last decided for one profile, as the file has it.
type FallbackDecisionRecord =
    {
        From: string
        To: string
        Since: string
        Given: string
        Holds: bool
    }

type FallbackRecord =
    {
        Schema: int
        Decisions: FallbackDecisionRecord list
    }

/// Reads and writes which profile was proposed in the place of which: without it, advice would waver with every figure.
[<RequireQualifiedAccess>]
module FallbackFile =

    /// The version of the format.
    [<Literal>]
    let Schema = 1

    /// Gives the file's bytes.
    let encode (state: FallbackState) : byte[] =
        let record: FallbackRecord =
            {
                Schema = Schema
                Decisions =
                    [
                        for KeyValue(from, decision) in state.Decisions do
                            {
                                From = ProfileName.value from
                                To = ProfileName.value decision.To
                                Since = OwnJson.time decision.Since
                                Given = OwnJson.time decision.Given
                                Holds = decision.Holds
                            }
                    ]
            }

        JsonSerializer.SerializeToUtf8Bytes(record, OwnJson.forFiles ())

    let private decision json =
        let text name =
            JsonValue.field name json |> Option.bind JsonValue.text

        let name key =
            text key |> Option.bind (ProfileName.create >> Result.toOption)

        match
            name "from", name "to", text "since" |> Option.bind Rfc3339.parse, text "given" |> Option.bind Rfc3339.parse
        with
        | Some from, Some target, Some since, Some given ->
            Some(
                from,
                {
                    To = target
                    Since = since
                    Given = given
                    Holds =
                        JsonValue.field "holds" json
                        |> Option.bind JsonValue.truth
                        |> Option.defaultValue false
                }
            )
        | _ -> None

    /// Gives what was decided, or nothing when the file is none that this version knows.
    let decode (bytes: ReadOnlyMemory<byte>) : FallbackState option =
        JsonValue.parse bytes (fun json ->
            match JsonValue.field "schema" json |> Option.bind JsonValue.number with
            | Some schema when schema = float Schema ->
                Some
                    {
                        Decisions =
                            JsonValue.field "decisions" json
                            |> Option.map JsonValue.items
                            |> Option.defaultValue []
                            |> List.choose decision
                            |> Map.ofList
                    }
            | _ -> None)
