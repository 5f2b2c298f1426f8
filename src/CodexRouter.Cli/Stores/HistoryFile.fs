namespace CodexRouter.Cli

open System
open System.Diagnostics.CodeAnalysis
open CodexRouter.Core

/// One moment of the last day as the store writes it.
type PointRecord =
    {
        At: string
        Windows: WindowRecord list
    }

type HistoryRecord =
    {
        Schema: int
        UserId: string option
        AccountId: string option
        Points: PointRecord list
    }

/// Whose figures a history holds, and the figures.
type OwnedHistory =
    {
        UserId: string option
        AccountId: string option
        History: QuotaHistory
    }

/// Reads and writes how a profile's quota was over the last day.
[<RequireQualifiedAccess>]
module HistoryFile =

    /// The version of the format.
    [<Literal>]
    let Schema = 1

    /// Gives the file's bytes.
    [<DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof<PointRecord>)>]
    [<DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof<WindowRecord>)>]
    let encode (owned: OwnedHistory) : byte[] =
        let record: HistoryRecord =
            {
                Schema = Schema
                UserId = owned.UserId
                AccountId = owned.AccountId
                Points =
                    owned.History.Points
                    |> List.map (fun point ->
                        {
                            At = OwnJson.time point.At
                            Windows = point.Windows |> List.map QuotaFile.windowRecord
                        })
            }

        OwnJson.line record

    let private point json : QuotaPoint option =
        StoredJson.time "at" json
        |> Option.map (fun at ->
            {
                At = at
                Windows = QuotaFile.windows json
            })

    let private history json : OwnedHistory option =
        Some
            {
                UserId = StoredJson.text "user_id" json
                AccountId = StoredJson.text "account_id" json
                History =
                    {
                        Points =
                            StoredJson.items "points" json
                            |> List.truncate QuotaHistory.maximumPoints
                            |> List.choose point
                    }
            }

    /// Gives the history in a file's bytes, or nothing when it is none that this version knows.
    let decode (bytes: ReadOnlyMemory<byte>) : OwnedHistory option = StoredJson.parse Schema history bytes
