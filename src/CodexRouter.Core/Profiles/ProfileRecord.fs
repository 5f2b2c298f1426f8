namespace CodexRouter.Core

open System

/// What the router remembers of a profile beside its sign-in. Nothing in it is secret.
type ProfileRecord =
    {
        /// The name of the folder the record was written for: after a half-done rename it tells where a profile came from.
        Name: ProfileName
        Kind: SignInKind
        UserId: string option
        AccountId: string option
        Email: string option
        Plan: string option
        SavedAt: DateTimeOffset
        Aliases: ProfileName list
        /// What the profile has of its own in place of what is common.
        Own: Set<HomeGroup>
        /// Of what the home may not be yet as `Own` says: it is being changed, or was when something was interrupted.
        Unsettled: Set<HomeGroup>
    }

[<RequireQualifiedAccess>]
module ProfileRecord =

    /// Gives the record of a profile for the sign-in that it holds.
    let ofSignIn name (signIn: SignIn) savedAt own : ProfileRecord =
        {
            Name = name
            Kind = signIn.Kind
            UserId = signIn.UserId
            AccountId = signIn.AccountId
            Email = signIn.Email
            Plan = signIn.Plan
            SavedAt = savedAt
            Aliases = []
            Own = own
            Unsettled = Set.empty
        }

    /// Gives what a profile has of its own: nothing where no record says so.
    let own (record: ProfileRecord option) =
        record |> Option.map _.Own |> Option.defaultValue Set.empty

    /// Tells whether a sign-in is of the person and account that the record remembers. A record without ids, such as an
    /// API key's, cannot tell one credential from another of its kind.
    let isOf (signIn: SignIn) (record: ProfileRecord) =
        record.Kind = signIn.Kind
        && record.UserId = signIn.UserId
        && record.AccountId = signIn.AccountId
        && (record.UserId.IsSome || record.Email = signIn.Email)

    /// Tells whether a sign-in is certainly of the person that the record remembers, whatever the workspace.
    let isOfPerson (signIn: SignIn) (record: ProfileRecord) =
        record.Kind = signIn.Kind
        && record.UserId.IsSome
        && record.UserId = signIn.UserId

    /// Gives the record brought up to date with the sign-in, keeping what the person chose.
    let renew (signIn: SignIn) (record: ProfileRecord) =
        { record with
            Kind = signIn.Kind
            UserId = signIn.UserId
            AccountId = signIn.AccountId
            Email = signIn.Email
            Plan = signIn.Plan
        }
