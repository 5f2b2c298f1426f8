namespace CodexRouter.Cli

open System
open CodexRouter.Core

/// Why there is no figure of a profile's quota, or no newer one, in words.
[<RequireQualifiedAccess>]
module QuotaProblems =

    /// Nobody is signed in to a profile.
    let notSignedIn (profile: Profile) =
        let name = ProfileName.value profile.Name

        Problem.notSignedIn ("profile '" + name + "' has no usable sign-in") ("codex-router login " + name)

    /// Nobody was asked yet.
    let noFigure =
        Problem.noQuota ProblemCode.NoFigure "no figure was read yet" "codex-router quota"

    /// Another program renewed the sign-in while it was asked with.
    let renewedMeanwhile (name: ProfileName) =
        Problem.noQuota
            ProblemCode.RenewedMeanwhile
            ("the sign-in of '" + ProfileName.value name + "' was renewed meanwhile")
            ("codex-router quota " + ProfileName.value name)

    /// A Codex that runs renews the sign-in; there is one at a time.
    let leftTo (name: ProfileName) (processes: int list) =
        Problem.noQuota
            ProblemCode.LeftToCodex
            ("Codex (process "
             + String.Join(", ", processes |> List.map string<int>)
             + ") uses the sign-in of '"
             + ProfileName.value name
             + "' and renews it when it needs to, so no second Codex is started for it")
            ("use that Codex once, then codex-router quota " + ProfileName.value name)

    /// A renewal is due, and nobody waits for it.
    let notInBackground (name: ProfileName) =
        Problem.noQuota
            ProblemCode.RenewalDue
            ("the access token of '"
             + ProfileName.value name
             + "' is to be renewed, which is never done in the background")
            ("codex-router quota " + ProfileName.value name)
