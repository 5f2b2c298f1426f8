namespace CodexRouter.Demo

open System

/// What the person in the demo types.
[<RequireQualifiedAccess>]
module Script =

    /// Gives a text as one word of a shell.
    let quoted (text: string) = "'" + text.Replace("'", "'\\''") + "'"

    /// Comments are for whoever watches.
    let private steps (codexIsHere: bool) =
        [
            "# Codex is signed in to one account, as usual. Keep that sign-in as a profile:"
            "codex-router save personal"
            "# Sign in to another (here: a sample sign-in that is at hand) and keep that too:"
            "codex-router save work --from ~/sign-in-of-bob.json"
            "codex-router list"
            "# Put a folder on an account, for whoever works in it:"
            "mkdir -p ~/acme/api ~/garden"
            "cd ~/acme"
            "codex-router pin work"
            "# From now on, being there is enough:"
            "cd ~/garden"
            "codex-router current"
            "cd ~/acme/api"
            "codex-router current"
            "print $CODEX_HOME"
            if codexIsHere then
                "codex login status"
            "# Everywhere else, one command changes the account:"
            "cd ~"
            "codex-router switch work"
            "codex-router switch -"
            "# How much is left, of every account, as its provider says:"
            "codex-router quota --all"
            "codex-router guard --min-left 20 && print 'enough for a long job'"
            "# And in the prompt, where asking would take too long:"
            "print -r -- $CODEX_ROUTER_PROMPT"
            "codex-router"
        ]

    /// Gives the whole as lines for zsh: each command is shown before its output.
    let lines (plugin: string) (codexIsHere: bool) =
        String.Join(
            '\n',
            [
                "precmd_here() { local hook; for hook in $precmd_functions; do $hook; done }"
                "show() {"
                "  if [[ $1 == \\#* ]]; then print -r -- \"$1\"; return; fi"
                "  print -r -- \"\\$ $1\""
                "  eval $1 2>&1"
                "  precmd_here 2>&1"
                "  print"
                "}"
                "source " + quoted plugin
                "precmd_here"
                for step in steps codexIsHere do
                    "show " + quoted step
                ""
            ]
        )
