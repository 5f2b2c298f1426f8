namespace CodexRouter.Cli.Commands

open System
open CodexRouter.Cli

/// The completion for bash, from the table of commands. It is plain enough for bash 3.2, as on macOS.
[<RequireQualifiedAccess>]
module BashCompletion =

    let private opening =
        """# Completion of codex-router for bash: commands, options, and the profiles and aliases of this machine, read straight from
# their folder.

_codex_router_add() { # a name that only holds what names hold
  case $1 in "" | *[!a-zA-Z0-9._-]*) ;; *) offered+=("$1") ;; esac
}

_codex_router_profiles() { # the profiles and aliases into `offered`
  local root=${CODEX_ROUTER_ROOT:-${CODEX_HOME:-$HOME/.codex}} path alias meant
  if [ -z "${CODEX_ROUTER_ROOT-}" ] && [ "${root%/profiles/*}/profiles/${root##*/}" = "$root" ]; then
    root=${root%/profiles/*}
  fi
  [ -d "$root/profiles" ] || return 0
  for path in "$root"/profiles/[a-zA-Z0-9]*; do
    [ ! -d "$path" ] || _codex_router_add "${path##*/}"
  done
  [ -r "$root/router/aliases" ] || return 0
  while read -r alias meant; do
    [ -z "$meant" ] || _codex_router_add "$alias"
  done <"$root/router/aliases"
}

_codex_router_answer() { # those of `offered` that begin with the word
  local one
  for one in ${offered[@]+"${offered[@]}"}; do
    case $one in "$word"*) COMPREPLY+=("$one") ;; esac
  done
}

_codex_router_files() { # $1: -f for files, -d for directories
  local one
  compopt -o filenames 2>/dev/null
  while IFS= read -r one; do COMPREPLY+=("$one"); done < <(compgen "$1" -- "$word")
}

_codex_router_beyond() { # another command line, from word number $1 on
  local spec
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
    return
  elif [ "$1" = "$COMP_CWORD" ]; then
    COMPREPLY=($(compgen -c -- "$word"))
    return
  fi
  spec=$(complete -p -- "${COMP_WORDS[$1]##*/}" 2>/dev/null)
  COMP_WORDS=("${COMP_WORDS[@]:$1}")
  COMP_CWORD=$((COMP_CWORD - $1))
  case $spec in
    *" -F "*)
      spec=${spec#* -F }
      "${spec%% *}" "${COMP_WORDS[0]}" "$word" "$before" ;;
    *) _codex_router_files -f ;;
  esac
}

_codex_router() {
  local IFS=$' \t\n' word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]-}
  local options= places= words= text= skipped= kind= at place=1
  local -a offered=()
  COMPREPLY=()
  # `--option=word` is three words for bash
  if [ "$word" = = ]; then
    word=
  elif [ "$before" = = ]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
"""

    let private middle =
        """  for ((at = 2; at < COMP_CWORD; at++)); do
    text=${COMP_WORDS[at]}
    if [ "$text" = = ]; then
      skipped=1
    elif [ -n "$skipped" ]; then
      skipped=
    elif [ "$text $command" = "-- exec" ]; then
      _codex_router_beyond "$((at + 1))"
      return
    else
      case $text in
"""

    let private words =
        """        -?*) ;;
        *) place=$((place + 1)) ;;
      esac
    fi
  done
  case $before in
"""

    let private closing =
        """    *) before= ;;
  esac
  if [ -n "$before" ]; then
    _codex_router_answer
    return
  fi
  case $word in -*) offered=($options --help) ;; esac
  set -- $places
  case $places in
    *profiles) kind=profile ;;
    *) kind=${!place-} ;;
  esac
  case $kind in
    profile) _codex_router_profiles ;;
    back)
      _codex_router_profiles
      offered+=(-) ;;
    directory) _codex_router_files -d ;;
    word) offered+=($words) ;;
  esac
  _codex_router_answer
}

complete -F _codex_router codex-router
"""

    let private first (commands: Command list) =
        "  if [ \"$COMP_CWORD\" = 1 ]; then\n    offered=("
        + CompletionWords.joined (commands |> List.map _.About.Name)
        + ")\n    case $word in -*) offered=(--help --version) ;; esac\n"
        + "    _codex_router_answer\n    return\n  fi\n"

    let private place offer =
        match offer with
        | Offer.Profile -> "profile"
        | Offer.ProfileOrBack -> "back"
        | Offer.Profiles -> "profiles"
        | Offer.Directory -> "directory"
        | Offer.OneOf _ -> "word"
        | Offer.Free _ -> "free"

    let private arm (command: Command) =
        let options = command.Words().Options |> List.map _.Name
        let places = command.About.Offers |> List.map place

        let words = command.About.Offers |> List.collect Offer.words

        let set name values =
            match values with
            | [] -> ""
            | values -> " " + name + "=" + CompletionWords.quoted (CompletionWords.joined values)

        "    "
        + command.About.Name
        + ")"
        + set "options" options
        + set "places" places
        + set "words" words
        + " ;;\n"

    let private behind (name, words) =
        let answer =
            match words with
            | OptionWords.File -> "_codex_router_files -f"
            | OptionWords.OneOf words -> "offered=(" + CompletionWords.joined words + ")"
            | OptionWords.Free _ -> ":"

        "    " + name + ") " + answer + " ;;\n"

    /// Gives the text.
    let text (commands: Command list) =
        let valued = CompletionWords.valued commands

        String.Join(
            "",
            [
                opening
                first commands
                "  case $command in\n"
                yield! List.map arm commands
                "    *) return ;;\n  esac\n"
                middle
                "        " + String.Join(" | ", valued |> List.map fst) + ") skipped=1 ;;\n"
                words
                yield! List.map behind valued
                closing
            ]
        )
