module CodexRouter.Shell.Tests.OptionTests

open System
open CodexRouter.Core
open Expecto

let private run (sandbox: Sandbox) before =
    sandbox.Run("scenario.zsh", [ sandbox.Path ], [ "SCENARIO_BEFORE", before ])

let private expected (sandbox: Sandbox) =
    let home name = sandbox.Root + "/profiles/" + name

    String.Join(
        '\n',
        [
            "pinned " + home "work" + " work unset work"
            "below " + home "work" + " work"
            "unpinned unset unset unset personal"
            "list " + home "personal" + " personal"
            "stranger unset personal"
            "use " + home "work" + " work"
            "status 3"
            "left unset personal"
            "program: <hello> <a  b> <*>"
            "status 42"
            "again " + home "work" + " work"
            "unloaded unset unset"
            ""
        ]
    )

let private words =
    String.Join(
        '\n',
        [
            "codex-router: work (from ~/acme/.codex-profile)"
            "codex-router: personal (current)"
            "codex-router: personal (from ~/list/.codex-profile)"
            "codex-router: ~/stranger/.codex-profile asks for work; to follow it: codex-router allow"
            "codex-router: personal (current)"
            "codex-router: work (in this terminal, until: codex-router use -)"
            "codex-router: Profile not found: 'nobody'"
            "try: codex-router list"
            "codex-router: personal (current)"
            "codex-router: work (from ~/acme/.codex-profile)"
            ""
        ]
    )

let private check name before =
    testCase name
    <| fun () ->
        use sandbox = new Sandbox()
        let outcome = run sandbox before
        Expect.equal outcome.Out (expected sandbox) "the scenario"
        Expect.equal outcome.Err words "its messages, and no word more"

// With these a shell does not run the scenario's commands at all, or prints each of them.
let private unfit =
    set
        [
            "exec"
            "noexec"
            "singlecommand"
            "restricted"
            "privileged"
            "verbose"
            "xtrace"
            "sourcetrace"
        ]

let tests =
    testList
        "Options"
        [
            check "the scenario, as everything below must give it" ""

            testCase "each option of this zsh, turned over, changes nothing"
            <| fun () ->
                use sandbox = new Sandbox()
                let listed = sandbox.Zsh([ "-fc"; "set -o" ]).Out

                let options =
                    listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    |> Array.map (fun line -> line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
                    |> Array.filter (fun name ->
                        not (unfit.Contains(if name.StartsWith "no" then name.Substring 2 else name)))

                Expect.isGreaterThan options.Length 150 "the options of zsh"

                for option in options do
                    // `set -o` names what is off by default
                    let outcome = run sandbox ("setopt " + option + " 2>/dev/null || :")
                    let undone = run sandbox ("unsetopt " + option + " 2>/dev/null || :")

                    for outcome, how in [ outcome, "setopt "; undone, "unsetopt " ] do
                        Expect.equal outcome.Out (expected sandbox) (how + option)
                        Expect.equal outcome.Err words (how + option)

            check
                "all options that change parsing, expansion and errors, together"
                "setopt ksh_arrays sh_word_split no_unset err_exit glob_subst null_glob extended_glob no_clobber posix_builtins posix_identifiers posix_strings posix_cd sh_glob ignore_braces ksh_glob csh_junkie_quotes csh_junkie_loops ksh_typeset rc_expand_param pipe_fail all_export warn_create_global warn_nested_var no_multi_os no_short_loops no_equals no_prompt_percent prompt_subst octal_zeroes c_bases"

            for mode in [ "sh"; "ksh"; "csh"; "zsh" ] do
                check ("emulation of " + mode) ("emulate -R " + mode + "; unsetopt restricted 2>/dev/null; true")
                check ("emulation of " + mode + " with local options") ("emulate -LR " + mode)

            check "IFS of one's own" "IFS=/.-"
            check "an empty IFS" "IFS="
            check "no IFS" "unset IFS"
            check "a locale of bytes" "LC_ALL=C"

            check
                "an alias for every builtin and reserved word"
                "zmodload zsh/parameter; for word in ${(k)builtins} ${(k)reswords}; do [[ $word == (done|do|for) ]] || 'builtin' 'alias' -- \"$word=wrong_$word\"; done; setopt aliases"

            check
                "a global alias for every word that the plugin holds"
                "setopt aliases; for word in local typeset builtin return true false zsh -f -H -A if else fi then for do case esac '{' '}' '[[' ']]' '((' print integer precmd_functions work use; do 'builtin' 'alias' -g -- \"$word=wrong_$word\" 2>/dev/null; done"

            check
                "functions in the place of builtins"
                "for word in print printf setopt unset zmodload emulate shift whence test true false autoload eval export set source . unfunction zle zstat; do functions[$word]='echo wrong; return 1' 2>/dev/null || eval \"function $word { echo wrong; return 1 }\"; done; function . { builtin source \"$@\" }; function cd { builtin cd \"$@\" }"

            check "a function in the place of cd" "cd() { builtin cd -P -- \"$@\" && builtin true }"
            check
                "no modules autoloaded"
                "zmodload zsh/parameter zsh/stat zsh/system zsh/datetime zsh/files 2>/dev/null; true"
        ]
