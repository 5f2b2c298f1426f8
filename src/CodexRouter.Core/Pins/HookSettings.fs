namespace CodexRouter.Core

open System

/// What entering a pinned folder does.
[<RequireQualifiedAccess>]
type HookMode =
    /// Sets `CODEX_HOME` in that terminal only.
    | Shell
    /// Makes the pinned profile current everywhere, as `codex-router switch` does.
    | Global

/// The one line of the settings that the zsh hook understands: `hook = "shell"` or `hook = "global"`, on a line of its
/// own before the first `[table]`. TOML allows other spellings of the same; the program reads them, the hook does not.
[<RequireQualifiedAccess>]
module HookSettings =

    let private blanks = [| ' '; '\t'; '\r' |]

    /// Reads the word in the settings.
    let ofWord word =
        match word with
        | "shell" -> Some HookMode.Shell
        | "global" -> Some HookMode.Global
        | _ -> None

    // `hook`, `=` and a quoted word, then perhaps a comment; blanks anywhere between.
    let private value (line: string) =
        let afterKey =
            if line.StartsWith("hook", StringComparison.Ordinal) then
                line.Substring(4).TrimStart blanks
            else
                ""

        if not (afterKey.StartsWith '=') then
            None
        else
            let quoted = afterKey.Substring(1).TrimStart blanks
            let quote = if quoted = "" then ' ' else quoted[0]

            let last =
                if quote = '"' || quote = '\'' then
                    quoted.IndexOf(quote, 1)
                else
                    -1

            if last < 0 then
                None
            else
                let rest = quoted.Substring(last + 1).TrimStart blanks

                if rest = "" || rest[0] = '#' then
                    ofWord (quoted.Substring(1, last - 1))
                else
                    None

    /// Reads the settings as the hook does; without a line that it understands, `Shell`.
    let parse (text: string) =
        text.Split '\n'
        |> Seq.map (fun line -> line.Trim blanks)
        |> Seq.takeWhile (fun line -> not (line.StartsWith '['))
        |> Seq.tryPick value
        |> Option.defaultValue HookMode.Shell
