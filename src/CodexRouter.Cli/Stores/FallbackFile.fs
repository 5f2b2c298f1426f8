namespace CodexRouter.Cli

open System
open System.Diagnostics.CodeAnalysis
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
    [<DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof<FallbackDecisionRecord>)>]
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

        OwnJson.lines record

    let private decision json =
        match
            StoredJson.name "from" json,
            StoredJson.name "to" json,
            StoredJson.time "since" json,
            StoredJson.time "given" json
        with
        | Some from, Some target, Some since, Some given ->
            Some(
                from,
                {
                    To = target
                    Since = since
                    Given = given
                    Holds = StoredJson.truth "holds" json
                }
            )
        | _ -> None

    /// Gives what was decided, or nothing when the file is none that this version knows.
    let decode (bytes: ReadOnlyMemory<byte>) : FallbackState option =
        bytes
        |> StoredJson.parse Schema (fun json ->
            Some
                {
                    Decisions = StoredJson.items "decisions" json |> List.choose decision |> Map.ofList
                })
