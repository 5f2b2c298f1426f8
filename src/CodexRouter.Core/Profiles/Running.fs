namespace CodexRouter.Core

/// What runs of Codex, as the command line finds it in the process table. What only looks for newer releases and holds no
/// sign-in is not among it.
type Running =
    {
        /// Codex programs whose home is the root.
        Root: int list
        /// Codex programs by the profile whose home they use.
        Profiles: Map<ProfileName, int list>
    }

[<RequireQualifiedAccess>]
module Running =
    let nothing = { Root = []; Profiles = Map.empty }
