namespace CodexRouter.Cli.Commands

open System
open CodexRouter.Cli

/// The completion for zsh, from the table of commands. shell/_codex-router is this text, and a test compares the two.
[<RequireQualifiedAccess>]
module ZshCompletion =

    let private opening =
        """#compdef codex-router
# Completion of codex-router: commands, options, and the profiles and aliases of this machine, read straight from their
# files. No process is started. Generated from the program's table of commands by build/reference.sh

# The account of profile $1 and what is left of its plan, from files that the program keeps, into `account`; empty where
# they do not say it. `now` is the present second.
_codex-router_account() {
  local text line label left resets number='[0-9](#c1,12)'
  local -a file match mbegin mend
  account=
  file=( $root/profiles/$1/profile.json(N.Lk-64) )
  if (( $#file )) && [[ -r $file[1] && "$(<$file[1])" == (#b)*\"email\":\ #\"([a-zA-Z0-9.@_+-]##)\"* ]]; then
    account=$match[1]
  fi
  file=( $root/router/prompt/$1(N.L-1025) )
  (( $#file )) && [[ -r $file[1] ]] || return 0
  text=$(<$file[1])
  line=${text%%$'\n'*} text=
  [[ $line == 1\ ${~number}\ ${~number}(\ [a-z0-9](#c1,6)\ (-|${~number})\ (-|${~number}))(#c1,3) ]] || return 0
  for label left resets in ${${(s: :)line}[4,-1]}; do
    if [[ $resets != - ]] && (( resets <= now )); then
      left=reset
    elif [[ $left == - ]]; then
      left='?'
    else
      left+=%
    fi
    text+="  $label $left"
  done
  (( now < ${${(s: :)line}[3]} )) || text=${text/#\ \ /\ \ ~}
  account=${account:+$account  }${text#\ \ }
}

# The profiles into `names`, each with its account, and the aliases into `aliases`, each with what it stands for.
_codex-router_read() {
  local root=${_codex_router_root:-${CODEX_ROUTER_ROOT:-${CODEX_HOME:-$HOME/.codex}}} line name account
  local now=${(%):-%D\{%s\}}
  [[ -n ${_codex_router_root-}${CODEX_ROUTER_ROOT-} ]] || root=${root%/profiles/[^/]##}
  names=()
  for name in $root/profiles/[a-zA-Z0-9]*(N-/:t); do
    [[ $name == [a-zA-Z0-9._-]## ]] || continue
    _codex-router_account $name
    names+=( $name${account:+:$account} )
  done
  aliases=()
  if [[ -r $root/router/aliases ]]; then
    for line in ${(f)"$(<$root/router/aliases)"}; do
      [[ $line != [a-zA-Z0-9._-]##\ [a-zA-Z0-9._-]## ]] || aliases+=( "${line%% *}:stands for ${line#* }" )
    done
  fi
}

_codex-router_profiles() {
  local -a names aliases
  _codex-router_read
  _alternative 'profiles:profile:(($names))' 'aliases:alias:(($aliases))'
}

# For `use` and `switch`, which can also go back.
_codex-router_profiles_or_back() {
  _alternative 'profiles:profile:_codex-router_profiles' 'back:back:((-\:"back to what was before"))'
}

_codex-router_commands() {
  local -a commands=(
"""

    let private middle =
        """  )
  _describe -t commands command commands
}

_codex-router() {
  local curcontext=$curcontext context state line ret=1
  local -A opt_args
  local -a help=( '(- *)'{-h,--help}'[show help]' )
  builtin setopt local_options extended_glob
  _arguments -C $help '(- *)--version[show the version]' '1: :_codex-router_commands' '*:: :->arguments' && ret=0
  [[ $state == arguments ]] || return ret
  curcontext=${curcontext%:*:*}:codex-router-$words[1]:
  case $words[1] in
"""

    let private closing =
        """    *)
      _message 'no such command' ;;
  esac && ret=0
  return ret
}

# Read by `autoload` this is the first call; read by `source` there is no call yet.
if [[ ${funcstack[1]-} == _codex-router ]]; then
  _codex-router "$@"
elif (( ${+_comps} )); then
  compdef _codex-router codex-router
fi
"""

    /// Behind `--` stands another command line, which completes as it does anywhere.
    let private ofAnotherCommand =
        """      if (( ${words[(Ie)--]} && ${words[(Ie)--]} < CURRENT )); then
        integer skipped=${words[(ie)--]}
        words=( "${(@)words[skipped + 1, -1]}" )
        (( CURRENT -= skipped ))
        _normal
      else
"""

    let private quoted = CompletionWords.quoted

    let private action words =
        match words with
        | OptionWords.File -> "file:_files"
        | OptionWords.OneOf words -> "window:(" + CompletionWords.joined words + ")"
        | OptionWords.Free what -> what + ":"

    let private option (option: CommandOption) =
        let others =
            if List.contains option.Name CompletionWords.exclusive then
                "("
                + CompletionWords.joined (CompletionWords.exclusive |> List.filter ((<>) option.Name))
                + ")"
            else
                ""

        let value =
            match CompletionWords.behind option with
            | Some words -> ":" + action words
            | None -> ""

        quoted (
            others
            + option.Name
            + "["
            + option.Help.Replace("[", "\\[").Replace("]", "\\]")
            + "]"
            + value
        )

    let private offer index offer =
        let place = string<int>(index + 1) + ":"

        match offer with
        | Offer.Profile -> place + "profile:_codex-router_profiles"
        | Offer.ProfileOrBack -> place + "profile:_codex-router_profiles_or_back"
        | Offer.Profiles -> "*:profile:_codex-router_profiles"
        | Offer.Directory -> place + "directory:_directories"
        | Offer.OneOf words -> place + "word:(" + CompletionWords.joined words + ")"
        | Offer.Free what -> place + what + ":"
        |> quoted

    let private arm (command: Command) =
        let specs =
            (command.Words().Options |> List.map option)
            @ List.mapi offer command.About.Offers

        "    "
        + command.About.Name
        + ")\n"
        + (if CompletionWords.isBeforeAnother command then
               ofAnotherCommand
               + String.Join(" \\\n          ", "        _arguments $help" :: specs @ [ "'*:command:'" ])
               + "\n      fi ;;\n"
           else
               "      _arguments " + String.Join(" \\\n        ", "$help" :: specs) + " ;;\n")

    /// Gives the text.
    let text (commands: Command list) =
        let names =
            commands
            |> List.map (fun command -> "    " + quoted (command.About.Name + ":" + command.About.Summary) + "\n")

        String.Join("", opening :: names @ [ middle ] @ List.map arm commands @ [ closing ])
