namespace CodexRouter.Core

open System

/// Which folder the profiles are kept in.
[<RequireQualifiedAccess>]
module Root =

    let private isSet (value: string option) =
        value |> Option.filter (String.IsNullOrEmpty >> not)

    let private trimmed (path: string) =
        if path.Length > 1 then path.TrimEnd '/' else path

    /// Gives the root and the name of the profile whose home a path is, if it has the form `<root>/profiles/<name>`.
    let ofHome (path: string) =
        let path = trimmed path

        match path.LastIndexOf '/' with
        | -1 -> None
        | last ->
            let parent = path.Substring(0, last)

            match ProfileName.create (path.Substring(last + 1)) with
            | Ok name when parent.EndsWith("/profiles", StringComparison.Ordinal) ->
                Some(parent.Substring(0, parent.Length - "/profiles".Length), name)
            | _ -> None

    /// Gives the root: `CODEX_ROUTER_ROOT`, else `CODEX_HOME` (a profile's home means the root above it), else `~/.codex`.
    /// An empty variable counts as unset, as it does for Codex.
    let resolve (routerRoot: string option) (codexHome: string option) (home: string) =
        match isSet routerRoot, isSet codexHome with
        | Some root, _ -> trimmed root
        | None, Some codexHome ->
            match ofHome codexHome with
            | Some(root, _) -> root
            | None -> trimmed codexHome
        | None, None -> Layout.(/) home ".codex"
