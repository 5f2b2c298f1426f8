namespace CodexRouter.StandIn

/// What the provider knows of one refresh token.
[<RequireQualifiedAccess>]
type Grant =
    /// It may be used once.
    | Live
    /// It was used, and this generation took its place.
    | Spent of by: int
    /// Somebody signed out with it, or with a later token of the same sign-in.
    | Revoked

/// Why the provider does not take a refresh token.
[<RequireQualifiedAccess>]
type RefreshFault =
    | Unknown
    | Reused
    | Revoked

/// Every refresh token that the provider gave out. Each is good for one use, which gives the next generation; a new
/// sign-in of the same account begins a chain of its own and leaves the others alone.
type Ledger =
    private
        {
            Grants: Map<string * int, Grant>
            Reuses: (string * int) list
        }

[<RequireQualifiedAccess>]
module Ledger =

    /// Nobody is signed in.
    let empty = { Grants = Map.empty; Reuses = [] }

    let private next user ledger =
        ledger.Grants
        |> Map.fold (fun last (owner, generation) _ -> if owner = user then max last generation else last) 0
        |> (+) 1

    /// Begins a sign-in for a user; gives the generation of its first refresh token.
    let signIn user ledger =
        let generation = next user ledger

        generation,
        { ledger with
            Grants = Map.add (user, generation) Grant.Live ledger.Grants
        }

    /// Uses a refresh token; gives the generation that takes its place, or why not.
    let refresh user generation ledger =
        match Map.tryFind (user, generation) ledger.Grants with
        | Some Grant.Live ->
            let replacement = next user ledger

            Ok replacement,
            { ledger with
                Grants =
                    ledger.Grants
                    |> Map.add (user, generation) (Grant.Spent replacement)
                    |> Map.add (user, replacement) Grant.Live
            }
        | Some(Grant.Spent _) ->
            Error RefreshFault.Reused,
            { ledger with
                Reuses = (user, generation) :: ledger.Reuses
            }
        | Some Grant.Revoked -> Error RefreshFault.Revoked, ledger
        | None -> Error RefreshFault.Unknown, ledger

    /// Ends the sign-in that a refresh token belongs to.
    let rec revoke user generation ledger =
        match Map.tryFind (user, generation) ledger.Grants with
        | Some(Grant.Spent replacement) -> revoke user replacement ledger
        | Some Grant.Live ->
            { ledger with
                Grants = Map.add (user, generation) Grant.Revoked ledger.Grants
            }
        | Some Grant.Revoked
        | None -> ledger

    /// Gives what is known of a user's refresh token.
    let grant user generation ledger =
        Map.tryFind (user, generation) ledger.Grants

    /// Gives the generations that may still be used for a user: one for each sign-in that has not ended.
    let live user ledger =
        ledger.Grants
        |> Map.toList
        |> List.choose (fun ((owner, generation), grant) ->
            if owner = user && grant = Grant.Live then
                Some generation
            else
                None)

    /// Gives every use of a token that had been used before, as user and generation, the first one first.
    let reuses ledger = List.rev ledger.Reuses
