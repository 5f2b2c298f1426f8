/// The records of the router's own files: the serialiser finds their members by reflection, so the native compiler has to be
/// told of every record within them.
module CodexRouter.Cli.Tests.StoredRecordTests

open System
open System.Diagnostics.CodeAnalysis
open System.Reflection
open CodexRouter.Cli
open Expecto
open Microsoft.FSharp.Reflection

/// The records that stand in the fields of a record, at any depth.
let rec private within (record: Type) =
    let rec records (kind: Type) =
        if kind.IsGenericType then
            kind.GetGenericArguments() |> Seq.collect records |> List.ofSeq
        elif FSharpType.IsRecord kind then
            kind :: within kind
        else
            []

    FSharpType.GetRecordFields record
    |> Seq.collect (fun field -> records field.PropertyType)
    |> Seq.distinct
    |> List.ofSeq

/// The records that a file's writer names for the native compiler.
let private named (writer: string) =
    let found =
        match typeof<RecordDto>.Assembly.GetType("CodexRouter.Cli." + writer) with
        | null -> failwith ("no module " + writer)
        | found -> found

    match found.GetMethod "encode" with
    | null -> failwith ("no encode in " + writer)
    | encode ->
        [
            for dependency in encode.GetCustomAttributes<DynamicDependencyAttribute>() do
                match dependency.Type with
                | null -> ()
                | kind ->
                    if dependency.MemberTypes = DynamicallyAccessedMemberTypes.All then
                        kind
        ]

let tests =
    testList
        "the records of the router's files"
        [
            for writer, record in
                [
                    "RecordFile", typeof<RecordDto>
                    "QuotaFile", typeof<SnapshotRecord>
                    "HistoryFile", typeof<HistoryRecord>
                    "FallbackFile", typeof<FallbackRecord>
                ] do
                testCase (writer + " names every record within its own")
                <| fun () ->
                    let names = List.map (fun (kind: Type) -> kind.Name) >> List.sort
                    Expect.equal (names (named writer)) (names (within record)) "named for the native compiler"
        ]
