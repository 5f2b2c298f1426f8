namespace CodexRouter.Cli

open CodexRouter.Core

/// The profiles below `~/.codex`, for who looks for them below a `CODEX_HOME` of their own.
[<RequireQualifiedAccess>]
module OtherRoot =

    /// Says that the profiles are somewhere else, when `CODEX_HOME` leads to a root without any.
    let hint (surroundings: Surroundings) : string option =
        let usual = Layout.(/) surroundings.Home ".codex"

        if
            surroundings.Root = usual
            || surroundings.Variables.ContainsKey "CODEX_ROUTER_ROOT"
            || not (Observed.names Disk.files surroundings.Root).IsEmpty
        then
            None
        else
            match (Observed.names Disk.files usual).Length with
            | 0 -> None
            | count ->
                Some(
                    "CODEX_HOME leads to "
                    + Inert.text (Surroundings.short surroundings surroundings.Root)
                    + ", where no profiles are; in ~/.codex there "
                    + (if count = 1 then "is 1" else "are " + string<int> count)
                    + ": CODEX_ROUTER_ROOT=~/.codex codex-router list, or unset CODEX_HOME"
                )
