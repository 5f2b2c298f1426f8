namespace CodexRouter.Shell.Tests

open System
open System.Collections.Generic
open System.Diagnostics
open System.IO
open System.Text
open System.Threading
open CodexRouter.Core

/// What one zsh holds after a line of input, and what it said meanwhile.
type Report =
    {
        Status: int
        Terminal: string
        CodexHome: Held
        Profile: Held
        Before: Held
        Use: Held
        Prompt: Held
        Level: Held
        /// The lines on stderr since the last report.
        Said: string list
    }

/// One real, interactive zsh that reads its commands from a pipe, so that zsh itself runs the hooks: `chpwd` on each
/// change of directory, `precmd` after each line.
type LiveZsh(directory: string, environment: (string * string) seq) =
    let marker = '\031'
    let separator = '\030'
    let unset = "\001"

    let zsh =
        let start =
            ProcessStartInfo(
                FileName = "zsh",
                WorkingDirectory = directory,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = UTF8Encoding false,
                StandardOutputEncoding = UTF8Encoding false,
                StandardErrorEncoding = UTF8Encoding false
            )

        for argument in LiveZsh.Arguments do
            start.ArgumentList.Add argument

        start.Environment.Clear()

        for name, value in environment do
            start.Environment[name] <- value

        match Process.Start start with
        | null -> failwith "zsh is not installed"
        | started -> started

    // A hook that hangs must fail the test and not hang it; no test depends on this time otherwise.
    let until (reader: StreamReader) (what: string) =
        let text = StringBuilder()
        let limit = new CancellationTokenSource(TimeSpan.FromMinutes 2.0)
        let one = Array.zeroCreate<char> 1

        let rec read () =
            let count =
                reader.ReadAsync(Memory one, limit.Token).AsTask().GetAwaiter().GetResult()

            if count = 0 then
                failwith ("zsh ended; its " + what + ": " + text.ToString())
            elif one[0] <> marker then
                text.Append one[0] |> ignore
                read ()

        read ()
        limit.Dispose()
        text.ToString()

    /// Options for an interactive zsh without startup files, job control and prompt marks.
    static member Arguments =
        [
            "-f"
            "-i"
            "-o"
            "no_monitor"
            "-o"
            "no_prompt_sp"
            "-o"
            "no_prompt_cr"
            "-o"
            "no_bang_hist"
        ]

    /// Quotes a text for zsh.
    static member Quote(text: string) = "'" + text.Replace("'", "'\\''") + "'"

    /// The functions that the tests need in every shell. A report ends with a prompt that is a marker: only then have all
    /// hooks run, and zsh waits for the next line while the test changes files.
    static member Preamble =
        "PS1= PS2=; preexec() { PS1= }; __status() { return $1 }; "
        + "__report() { builtin print -rn -- $?$'\\x1e'${TTY-}$'\\x1e'${CODEX_HOME-$'\\x01'}$'\\x1e'${CODEX_ROUTER_PROFILE-$'\\x01'}"
        + "$'\\x1e'${CODEX_ROUTER_BEFORE-$'\\x01'}$'\\x1e'${CODEX_ROUTER_USE-$'\\x01'}$'\\x1e'${CODEX_ROUTER_PROMPT-$'\\x01'}$'\\x1e'${CODEX_ROUTER_PROMPT_LEVEL-$'\\x01'}$'\\x1f'; "
        + "PS1=$'\\x1f' }"

    /// Types one line (it may go on over several).
    member _.Type(line: string) =
        zsh.StandardInput.Write(line + "\n")
        zsh.StandardInput.Flush()

    /// Asks for a report: what the shell holds after all that was typed.
    member live.Report() : Report =
        live.Type "__report"

        let fields =
            (until zsh.StandardOutput "output").Split separator
            |> Array.rev
            |> Array.truncate 8
            |> Array.rev

        let held text =
            if text = unset then Held.Unset else Held.Set text

        {
            Status = Int32.Parse(fields[0].Trim(), Globalization.CultureInfo.InvariantCulture)
            Terminal = fields[1]
            CodexHome = held fields[2]
            Profile = held fields[3]
            Before = held fields[4]
            Use = held fields[5]
            Prompt = held fields[6]
            Level = held fields[7]
            Said =
                (until zsh.StandardError "errors").Split('\n', StringSplitOptions.RemoveEmptyEntries)
                |> List.ofArray
        }

    interface IDisposable with
        member _.Dispose() =
            try
                zsh.StandardInput.Close()
            with :? IOException ->
                ()

            if not (zsh.WaitForExit 5000) then
                zsh.Kill(entireProcessTree = true)

            zsh.Dispose()
