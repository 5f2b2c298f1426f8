namespace CodexRouter.Cli.Commands

open System
open CodexRouter.Cli

/// The completion for fish, from the table of commands.
[<RequireQualifiedAccess>]
module FishCompletion =

    let private opening =
        """# Completion of codex-router for fish: commands, options, and the profiles and aliases of this machine, read straight from
# their folder. No process is started.

function __codex_router_profiles --description 'the profiles, and the aliases with what they stand for'
    set -l root $HOME/.codex
    if test -n "$CODEX_ROUTER_ROOT"
        set root $CODEX_ROUTER_ROOT
    else if test -n "$CODEX_HOME"
        set root (string replace -r '/profiles/[^/]+$' '' -- $CODEX_HOME)
    end
    for path in $root/profiles/*/
        string match -r '[a-zA-Z0-9][a-zA-Z0-9._-]*(?=/$)' -- (string replace -r '.*/(?=[^/]+/$)' '' -- $path)
    end
    if test -r $root/router/aliases
        while read -l alias meant
            string match -qr '^[a-zA-Z0-9._-]+$' -- $alias
            and test -n "$meant"
            and printf '%s\tstands for %s\n' $alias $meant
        end <$root/router/aliases
    end
end

function __codex_router_is --argument-names command --description 'whether the command line is one of this command'
    set -l words (commandline -opc)
    test "$words[2]" = $command
    and not contains -- -- $words
end

function __codex_router_at --argument-names command place --description 'whether a name comes here, in this place or, for 0, any'
    __codex_router_is $command
    or return 1
    set -l words (commandline -opc)
    set -e words[1..2]
    set -l count 1
    set -l skipped
    for word in $words
        if test -n "$skipped"
            set skipped
        else if contains -- $word"""

    let private middle =
        """
            set skipped yes
        else if not string match -qr '^-.' -- $word
            set count (math $count + 1)
        end
    end
    test -z "$skipped"
    and contains $place 0 $count
end

function __codex_router_beyond --description 'whether another command line stands behind --'
    set -l words (commandline -opc)
    test "$words[2]" = exec
    and contains -- -- $words
end

function __codex_router_other --description 'what that other command line offers'
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -e words[1..$at]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

complete -c codex-router -f
complete -c codex-router -n __codex_router_beyond -a '(__codex_router_other)'
complete -c codex-router -n 'not __codex_router_beyond' -s h -l help -d 'show help'
complete -c codex-router -n 'test (count (commandline -opc)) = 1' -l version -d 'show the version'
"""

    /// Text in single quotes, as fish reads it.
    let private quoted (text: string) =
        "'" + text.Replace("\\", "\\\\").Replace("'", "\\'") + "'"

    let private complete condition (rest: string list) =
        String.Join(" ", "complete -c codex-router" :: "-n" :: quoted condition :: rest)
        + "\n"

    let private name (command: Command) =
        complete "test (count (commandline -opc)) = 1" [ "-a"; command.About.Name; "-d"; quoted command.About.Summary ]

    let private option (command: Command) (option: CommandOption) =
        complete
            ("__codex_router_is " + command.About.Name)
            [
                "-l"
                option.Name.Substring 2
                match CompletionWords.behind option with
                | None -> ()
                | Some OptionWords.File -> "-rF"
                | Some(OptionWords.OneOf words) -> "-x -a " + quoted (CompletionWords.joined words)
                | Some(OptionWords.Free _) -> "-x"
                "-d"
                quoted option.Help
            ]

    let private offer (command: Command) index offer =
        let at place =
            complete ("__codex_router_at " + command.About.Name + " " + string<int> place)

        let here = at (index + 1)
        let profiles = [ "-a"; "'(__codex_router_profiles)'" ]

        match offer with
        | Offer.Profile -> here profiles
        | Offer.ProfileOrBack -> here profiles + here [ "-a"; "-"; "-d"; quoted "back to what was before" ]
        | Offer.Profiles -> at 0 profiles
        | Offer.Directory -> here [ "-a"; "'(__fish_complete_directories (commandline -ct))'" ]
        | Offer.OneOf words -> here [ "-a"; quoted (CompletionWords.joined words) ]
        | Offer.Free _ -> ""

    /// Gives the text.
    let text (commands: Command list) =
        let valued = CompletionWords.valued commands |> List.map fst

        String.Join(
            "",
            [
                opening
                for name in valued do
                    " " + name
                middle
                yield! List.map name commands
                for command in commands do
                    yield! command.Words().Options |> List.map (option command)
                    yield! command.About.Offers |> List.mapi (offer command)
            ]
        )
