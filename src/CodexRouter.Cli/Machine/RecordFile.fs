namespace CodexRouter.Cli

open System
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
        /// What versions know that do not know of `own`.
        SeparateHistory: bool
        Own: string list
        Unsettled: string list
    }

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
                SeparateHistory = Set.isSubset HomeGroup.separateHistory record.Own
                Own = HomeGroup.wordsOf record.Own
                Unsettled = HomeGroup.wordsOf record.Unsettled
            }

        OwnJson.lines dto

    /// Words of later versions are passed over.
    let private groups name json =
        StoredJson.items name json
        |> List.choose (JsonValue.text >> Option.bind HomeGroup.ofWord)
        |> set

    let private ofJson json : ProfileRecord option =
        match StoredJson.name "name" json, StoredJson.text "kind" json |> Option.bind kindOf with
        | Some name, Some kind ->
            Some
                {
                    Name = name
                    Kind = kind
                    UserId = StoredJson.text "user_id" json
                    AccountId = StoredJson.text "account_id" json
                    Email = StoredJson.text "email" json
                    Plan = StoredJson.text "plan" json
                    SavedAt = StoredJson.time "saved_at" json |> Option.defaultValue DateTimeOffset.UnixEpoch
                    Aliases =
                        StoredJson.items "aliases" json
                        |> List.choose (JsonValue.text >> Option.bind (ProfileName.create >> Result.toOption))
                    Own =
                        (if StoredJson.truth "separate_history" json then
                             HomeGroup.separateHistory
                         else
                             Set.empty)
                        + groups "own" json
                    Unsettled = groups "unsettled" json
                }
        | _ -> None

    /// Gives the record in a file's bytes, or nothing when it is no record that this version knows.
    let decode (bytes: ReadOnlyMemory<byte>) : ProfileRecord option = StoredJson.parse Schema ofJson bytes
