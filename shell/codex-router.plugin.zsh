# Codex Router for zsh: puts each terminal on the account of the directory it is in, without starting a process.
# Source this file, from anywhere. What it decides is specified by Lookup and ShellState in src/CodexRouter.Core and
# compared with them by a test; docs/zsh.md is for people.
#
# ---- Parsing -------------------------------------------------------------------------------------------------------
# Aliases and options such as sh_glob break functions while they are parsed, so the file reads itself once more under
# zsh's own rules. Functions defined so keep these rules whenever they are called (sticky emulation). Until then, only
# quoted words, since any word can be an alias, and a backslash at each line's end, for csh_junkie_quotes.
'builtin' 'test' '-n' "${_codex_router_reading-}" || 'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-c' ' \
  typeset -g _codex_router_reading=${(%):-%x}; \
  if [[ ${_codex_router_reading:A:t} == codex-router.plugin.zsh ]]; then \
    builtin emulate zsh -o no_aliases -o extended_glob -o no_multibyte -o no_print_eight_bit -o no_xtrace -c "builtin source -- \${(q)_codex_router_reading:A}"; \
  else \
    builtin print -ru2 -- "codex-router: source codex-router.plugin.zsh itself: a copy of its text cannot find its folder"; \
  fi; \
  builtin unset _codex_router_reading; \
  builtin true'
'builtin' 'test' '-n' "${_codex_router_reading-}" || 'builtin' 'return' '0'

# ---- Names ---------------------------------------------------------------------------------------------------------
# Results are given in REPLY, which every caller makes local. Bytes, not characters, are compared (no_multibyte).

_codex_router_is_name() {
  (( $#1 <= 64 )) && [[ $1 == [a-zA-Z0-9][a-zA-Z0-9._-]# && ${(L)1} != (default|none) ]]
}

_codex_router_is_profile() {
  _codex_router_homes+=( $_codex_router_root/profiles/$1 )
  [[ -d $_codex_router_root/profiles/$1 ]]
}

# The profile that the name or alias $1 means on this machine.
_codex_router_resolve() {
  REPLY=$1
  _codex_router_is_profile $1 && return 0
  _codex_router_read_aliases
  REPLY=${_codex_router_aliases[$1]-}
  [[ -n $REPLY ]] && _codex_router_is_profile $REPLY
}

# The current profile, from the text of the link at auth.json; empty if there is none. A text is taken apart once.
_codex_router_current() {
  REPLY=
  [[ -L $_codex_router_root/auth.json ]] \
    && builtin zstat -A _codex_router_link -L +link -- $_codex_router_root/auth.json || return 0
  if [[ $_codex_router_link[1] != $_codex_router_current[1] ]]; then
    _codex_router_current=( $_codex_router_link[1] "" )
    local name=${${${_codex_router_link[1]#"$_codex_router_root/"}#profiles/}%/auth.json}
    if [[ $_codex_router_link[1] == (|"$_codex_router_root/")profiles/$name/auth.json ]] && _codex_router_is_name $name; then
      _codex_router_current[2]=$name
    fi
  fi
  REPLY=$_codex_router_current[2]
}

# ---- The router's own files ----------------------------------------------------------------------------------------

# Whether file $1 must be read (again). A file counts as seen only if it had been at rest for a second when it was read:
# a later change then always shows in its times.
_codex_router_changed() {
  local -A stat
  local state=none
  if [[ -f $1 ]] && builtin zstat -H stat -- $1; then
    state=$stat[device]:$stat[inode]:$stat[size]:$stat[mtime]:$stat[ctime]
  fi
  [[ ${_codex_router_seen[$1]-} != $state ]] || return 1
  if [[ $state == none ]] || (( ${EPOCHSECONDS-0} - stat[ctime] >= 2 )); then
    _codex_router_seen[$1]=$state
  else
    _codex_router_seen[$1]=
  fi
}

# The lines of file $1 into the array `reply`.
_codex_router_lines() {
  reply=()
  [[ ! -f $1 || ! -r $1 ]] || reply=( "${(@f)"$(<$1)"}" )
}

_codex_router_read_aliases() {
  local file=$_codex_router_root/router/aliases line
  local -a reply
  _codex_router_changed $file || return 0
  _codex_router_lines $file
  _codex_router_aliases=()
  for line in "${reply[@]}"; do
    if _codex_router_is_name "${line%% *}" && _codex_router_is_name "${line#* }" && [[ $line == *' '* ]]; then
      _codex_router_aliases[${line%% *}]=${line#* }
    fi
  done
}

_codex_router_read_trust() {
  local file=$_codex_router_root/router/allowed
  local -a reply
  _codex_router_changed $file || return 0
  _codex_router_lines $file
  _codex_router_trust=( "${reply[@]}" )
}

# What the person said of pin $2 at path $1: allow, deny or unknown.
_codex_router_judge() {
  integer allowed denied
  REPLY=unknown
  [[ $1 != *[$'\x01'-$'\x1f'$'\x7f']* ]] || return 0
  _codex_router_read_trust
  local line=$'\t'$2$'\t'$1
  allowed=${_codex_router_trust[(Ie)allow$line]} denied=${_codex_router_trust[(Ie)deny$line]}
  if (( allowed > denied )); then
    REPLY=allow
  elif (( denied )); then
    REPLY=deny
  fi
}

# shell or global: the first line `hook = "…"` before any [table] of the settings.
_codex_router_read_mode() {
  local file=$_codex_router_root/router/config.toml line
  local blank=$'[ \t\r]#'
  local -a reply match mbegin mend
  _codex_router_changed $file || return 0
  _codex_router_lines $file
  _codex_router_mode=shell
  for line in "${reply[@]}"; do
    [[ $line != ${~blank}\[* ]] || break
    if [[ $line == (#b)${~blank}hook${~blank}=${~blank}([\"\'])(shell|global)([\"\'])${~blank}(|\#*) && $match[1] == $match[3] ]]; then
      _codex_router_mode=$match[2]
      break
    fi
  done
}

# ---- Pins ----------------------------------------------------------------------------------------------------------

# Whether file $1 can be somebody else's doing: its folder is writable by everybody, and the file or the link to it
# belongs to neither this person nor root. $2 is the file's owner.
_codex_router_not_ours() {
  local -A link folder
  link[uid]=$2
  [[ ! -L $1 ]] || builtin zstat -L -H link -- $1 || return 0
  (( ($2 && $2 != EUID) || (link[uid] && link[uid] != EUID) )) || return 1
  builtin zstat -H folder -- ${1:h} || return 0
  (( folder[mode] & 2 ))
}

# The bytes of pin file $1; or a fault, and status 1. Only a regular file is opened: opening a pipe would wait.
_codex_router_pin_bytes() {
  local -A stat
  local bytes=
  REPLY='it is not a file'
  [[ -f $1 ]] && builtin zstat -H stat -- $1 || return 1
  REPLY='it is longer than 4096 bytes'
  (( stat[size] <= 4096 )) || return 1
  REPLY='it belongs to somebody else, in a folder that everybody can write to'
  ! _codex_router_not_ours $1 $stat[uid] || return 1
  REPLY='it cannot be read'
  [[ -r $1 ]] || return 1
  bytes=$(<$1) # sysopen would not wait for a pipe put there meanwhile, but cannot open every UTF-8 name
  REPLY='it is longer than 4096 bytes'
  (( $#bytes <= 4096 )) || return 1
  REPLY=$bytes
}

# The pin in the text $1, in its one spelling: names with commas between, or `default`; or a fault, and status 1.
_codex_router_parse() {
  local line word IFS=' ' bytes=${1#$'\xef\xbb\xbf'}
  local -a names parts
  REPLY='it is not a text'
  [[ $bytes != *$'\0'* ]] || return 1
  REPLY='it names no profile'
  for line in "${(@f)bytes}"; do
    line=${line//[$'\t\r']/ }
    line=${line##[ ]#}
    [[ -z $line || $line == \#* ]] || break
    line=
  done
  [[ -n $line ]] || return 1
  parts=( ${=line} )
  if [[ $#parts == 1 && $parts[1] == default ]]; then
    REPLY=default
    return 0
  fi
  REPLY="it holds something that is not a profile's name"
  for word in "${(@s:,:)line}"; do
    parts=( ${=word} )
    (( $#parts == 1 )) && _codex_router_is_name $parts[1] || return 1
    names+=( $parts[1] )
  done
  REPLY=${(j:,:)names}
}

# The same for file $1. The last text is not parsed again: a repository may make it long.
_codex_router_pin() {
  _codex_router_pin_bytes $1 || return 1
  if (( ! $#_codex_router_parsed )) || [[ $REPLY != $_codex_router_parsed[1] ]]; then
    _codex_router_parsed=( "$REPLY" )
    _codex_router_parse $REPLY
    _codex_router_parsed+=( $? "$REPLY" )
  fi
  REPLY=$_codex_router_parsed[3]
  return $_codex_router_parsed[2]
}

# What the pin at path $1 decides: status 0 and the profile in REPLY, empty for `default`; or status 1, and the walk
# goes on upward.
_codex_router_pin_decides() {
  local pin name
  if ! _codex_router_pin $1; then
    _codex_router_warn "broken $REPLY $1" "%: $REPLY; it has no effect" $1
    return 1
  fi
  pin=$REPLY
  _codex_router_judge $1 $pin
  case $REPLY in
    unknown)
      _codex_router_warn "unknown $pin $1" "% asks for ${pin:0:200}; to follow it: codex-router allow" $1
      return 1 ;;
    deny)
      return 1 ;;
  esac
  REPLY=
  [[ $pin != default ]] || return 0
  for name in ${(s:,:)pin}; do
    ! _codex_router_resolve $name || return 0
  done
  _codex_router_warn "nobody $pin $1" "% asks for ${pin:0:200}, which is no profile here: codex-router list" $1
  return 1
}

# ---- Decision ------------------------------------------------------------------------------------------------------

# Every .codex-profile that counts for the physical folder $1, the nearest first, into _codex_router_chain.
_codex_router_climb() {
  local folder=$1
  _codex_router_chain=()
  while [[ $folder == /?* ]]; do
    _codex_router_chain+=( $folder/.codex-profile )
    folder=${folder:h}
  done
  _codex_router_chain+=( ${folder%/}/.codex-profile )
}

# The profile that is wanted here into `profile`, and where that comes from into `origin`: `use`, a pin's path, or empty.
_codex_router_decide() {
  local name=${${CODEX_ROUTER_USE-}%%:*} folder=$PWD file
  # asking the system where we are is slow, so PWD is believed while it leads here
  [[ $folder -ef . ]] || folder=${:-.}
  folder=${folder:A}
  [[ ${_codex_router_chain[1]-} == ${folder%/}/.codex-profile ]] || _codex_router_climb $folder
  _codex_router_homes=()
  profile= origin=
  if [[ -n $name ]] && _codex_router_is_name $name; then
    if _codex_router_is_profile $name; then
      profile=$name origin=use
      return 0
    fi
    _codex_router_warn "use $name" "Profile not found: '$name', which this terminal is to use"
  fi
  for file in ${^_codex_router_chain}(N); do
    if _codex_router_pin_decides $file; then
      profile=$REPLY origin=${REPLY:+$file}
      return 0
    fi
  done
}

# ---- Nothing changed -----------------------------------------------------------------------------------------------
# Most prompts come where nothing changed since the last. The hook then only compares all that the last decision rests on:
# the variables, which of the files that it looked at are there, and their facts (inode, size, times, a link's text).

# Keeps what the present decision rests on, if a later change is certain to show: not if one of the files changed within
# the last second, is a link or is somebody else's, or if something is still to be said. $1 is when the decision began.
_codex_router_remember() {
  _codex_router_basis=()
  (( ! _codex_router_unsettled && ${EPOCHSECONDS-0} - $1 <= 1 )) || return 0
  _codex_router_places=(
    $_codex_router_root/{auth.json,router/{allowed,aliases,config.toml}} $_codex_router_homes $_codex_router_chain
  )
  _codex_router_there=( ${^_codex_router_places}(N) )
  # those that are as said: only auth.json may be a link, whose text is one of its facts
  _codex_router_settled=( ${^_codex_router_places}(NUcs+1^@) $_codex_router_root/auth.json(NUcs+1@) )
  # the root folder too, so that there always is a file to ask for
  (( $#_codex_router_settled == $#_codex_router_there )) \
    && builtin zstat -L -A _codex_router_facts -- / $_codex_router_there || return 0
  _codex_router_basis=(
    "$ZSH_SUBSHELL:$PWD:${+CODEX_HOME}:${CODEX_HOME-}:${CODEX_ROUTER_USE-}:${CODEX_ROUTER_PROFILE-}:${CODEX_ROUTER_BEFORE-}:${CODEX_ROUTER_PROMPT-}:${CODEX_ROUTER_DISABLE-}"
    "$_codex_router_there" "$_codex_router_facts"
  )
}

# What CODEX_HOME would be here without the hook: `unset`, or `=` and the value.
_codex_router_without_hook() {
  REPLY=unset
  (( ! ${+CODEX_HOME} )) || REPLY="=$CODEX_HOME"
  if [[ ${CODEX_ROUTER_BEFORE-} == (unset|=*) ]] && _codex_router_is_name ${CODEX_ROUTER_PROFILE-} \
    && [[ $REPLY == "=$_codex_router_root/profiles/$CODEX_ROUTER_PROFILE" ]]; then
    REPLY=$CODEX_ROUTER_BEFORE
  fi
}

_codex_router_enter() {
  local home=$_codex_router_root/profiles/$1
  _codex_router_without_hook
  typeset -gx CODEX_ROUTER_PROFILE=$1 CODEX_ROUTER_BEFORE=$REPLY
  [[ ${CODEX_HOME-} != $home ]] || return 0
  typeset -gx CODEX_HOME=$home
  if [[ $2 == use ]]; then
    _codex_router_say "$1 (in this terminal, until: codex-router use -)"
  else
    _codex_router_say "$1 (from %)" $2
  fi
}

_codex_router_leave() {
  local now=unset
  (( ! ${+CODEX_HOME} )) || now="=$CODEX_HOME"
  _codex_router_without_hook
  builtin unset CODEX_ROUTER_PROFILE CODEX_ROUTER_BEFORE
  [[ $REPLY != $now ]] || return 0
  if [[ $REPLY == unset ]]; then
    builtin unset CODEX_HOME
  else
    typeset -gx CODEX_HOME=${REPLY#=}
  fi
  if (( $# )); then
    return 0
  elif [[ ${CODEX_HOME-} == (|$_codex_router_root) ]]; then
    _codex_router_current
    _codex_router_say ${${REPLY:+"$REPLY (current)"}:-no profile here}
  else
    _codex_router_say "CODEX_HOME is % again" $CODEX_HOME
  fi
}

# hook = "global": the only case in which changing directory starts a process.
_codex_router_switch() {
  _codex_router_current
  if [[ $REPLY == $1 ]]; then
    _codex_router_leave
    return 0
  fi
  _codex_router_leave quietly
  if _codex_router_run switch $1 </dev/null >/dev/null; then
    _codex_router_say "$1 (current everywhere, from %)" $2
  fi
}

# One step: does what is wanted here, if that is not what was last done. Until it changes, a CODEX_HOME set by hand stays.
_codex_router_apply() {
  local REPLY profile origin wanted=none
  integer now=${EPOCHSECONDS-0}
  _codex_router_unsettled=0
  _codex_router_decide
  if [[ -n $origin ]]; then
    [[ $origin == use ]] || _codex_router_read_mode
    wanted=export:$profile
    [[ $origin == use || $_codex_router_mode == shell ]] || wanted=switch:$profile
  fi
  if [[ $wanted != $_codex_router_acted ]]; then
    _codex_router_acted=$wanted
    case $wanted in
      export:*) _codex_router_enter $profile $origin ;;
      switch:*) _codex_router_switch $profile $origin ;;
      *) _codex_router_leave ;;
    esac
  fi
  _codex_router_prompt
  _codex_router_remember $now
}

# ---- Prompt --------------------------------------------------------------------------------------------------------

# The segment's text: the name of the profile in force. A name is inert in every prompt.
_codex_router_prompt() {
  local REPLY= home=${CODEX_HOME-}
  home=${home%%/#}
  if [[ -z $home || $home == $_codex_router_root ]]; then
    _codex_router_current
  elif [[ $home == $_codex_router_root/profiles/* ]] && _codex_router_is_name ${home#$_codex_router_root/profiles/}; then
    REPLY=${home#$_codex_router_root/profiles/}
  fi
  typeset -gx CODEX_ROUTER_PROMPT=$REPLY
}

# ---- Messages ------------------------------------------------------------------------------------------------------

_codex_router_is_on() { [[ -n $1 && $1 != 0 ]] }

# Text $1 with everything visible that could move the cursor, colour the screen or turn the reading direction.
_codex_router_inert() {
  builtin setopt local_options multibyte
  REPLY=${(V)1}
  builtin setopt no_multibyte
  REPLY=${REPLY//($'\xd8\x9c'|$'\xe2\x80'[$'\x8b'-$'\x8f'$'\xa8'-$'\xae']|$'\xe2\x81'[$'\xa0'-$'\xaf']|$'\xef\xbb\xbf')/<?>}
}

# Path $1 for a message.
_codex_router_shown() {
  REPLY=$1
  [[ -z ${HOME-} || $HOME == / ]] || REPLY=${${REPLY/#(#s)"${HOME:A}"\//\~/}/#(#s)"$HOME"\//\~/}
  _codex_router_inert $REPLY
}

# One line on stderr: text $1, with the path $2 in the place of %. Nothing while the plugin loads, or if told to be quiet.
_codex_router_say() {
  (( ! _codex_router_loading )) && ! _codex_router_is_on ${CODEX_ROUTER_QUIET-} || return 0
  local text=$1 REPLY
  if (( $# > 1 )); then
    _codex_router_shown $2
    text=${1%%\%*}$REPLY${1#*\%}
  fi
  [[ -z ${WIDGET-} ]] || builtin zle -I
  builtin print -ru2 -- "codex-router: $text"
}

# Says $2 (and path $3) unless $1 was said in this shell already.
_codex_router_warn() {
  if (( _codex_router_loading )) || _codex_router_is_on ${CODEX_ROUTER_QUIET-}; then
    _codex_router_unsettled=1 # to be said when it may be
    return 0
  fi
  (( ! ${_codex_router_said[(Ie)$1]} )) || return 0
  _codex_router_said+=( "$1" )
  builtin shift
  _codex_router_say "$@"
}

# ---- Command -------------------------------------------------------------------------------------------------------

# The program: on PATH, or beside this file (bin/ of the same installation).
_codex_router_run() {
  local file
  if builtin whence -p codex-router >/dev/null; then
    command codex-router "$@"
    return
  fi
  for file in $_codex_router_folder/../bin/codex-router $_codex_router_folder/../../bin/codex-router \
    $_codex_router_folder/../../../bin/codex-router; do
    if [[ -f $file && -x $file ]]; then
      command $file "$@"
      return
    fi
  done
  builtin print -ru2 -- "codex-router: the program is neither on PATH nor beside $_codex_router_folder"
  builtin print -ru2 -- "try: put the folder of codex-router on PATH"
  return 127
}

_codex_router_use() {
  local REPLY
  if (( $# != 1 )); then
    builtin print -ru2 -- "codex-router: use takes one profile, or -"
    builtin print -ru2 -- "try: codex-router use NAME"
    return 2
  elif _codex_router_is_on ${CODEX_ROUTER_DISABLE-}; then
    builtin print -ru2 -- "codex-router: switched off here by CODEX_ROUTER_DISABLE"
    builtin print -ru2 -- "try: unset CODEX_ROUTER_DISABLE"
    return 1
  elif [[ $1 == - ]]; then
    builtin unset CODEX_ROUTER_USE
  elif _codex_router_is_name $1 && _codex_router_resolve $1; then
    typeset -gx CODEX_ROUTER_USE=$REPLY:${TTY-}
    _codex_router_acted=
  else
    _codex_router_inert $1
    builtin print -ru2 -- "codex-router: Profile not found: '$REPLY'"
    builtin print -ru2 -- "try: codex-router list"
    return 3
  fi
  _codex_router_apply
}

# `use` is for this shell; everything else is the program's.
codex-router() {
  if [[ ${1-} == use && ${2-} != (-h|--help) ]]; then
    _codex_router_use "${@:2}"
  else
    _codex_router_run "$@"
  fi
}

# ---- Hooks ---------------------------------------------------------------------------------------------------------

# Runs on every change of directory and before every prompt; completion changes directory in subshells. Never fails: a
# failing hook would end a script under err_exit, and keep the hooks after it from running. Few commands, because each
# costs a zsh more than what it does here; the variables are those that are kept above.
_codex_router_hook() {
  if [[ $PWD -ef . && "$ZSH_SUBSHELL:$PWD:${+CODEX_HOME}:${CODEX_HOME-}:${CODEX_ROUTER_USE-}:${CODEX_ROUTER_PROFILE-}:${CODEX_ROUTER_BEFORE-}:${CODEX_ROUTER_PROMPT-}:${CODEX_ROUTER_DISABLE-}" == ${_codex_router_basis[1]-} ]]; then
    _codex_router_there=( ${^_codex_router_places}(N) )
    builtin zstat -L -A _codex_router_facts -- / $_codex_router_there \
      && [[ "$_codex_router_there" == $_codex_router_basis[2] && "$_codex_router_facts" == $_codex_router_basis[3] ]] \
      && return 0
  fi
  [[ $ZSH_SUBSHELL != 0 || ${CODEX_ROUTER_DISABLE-} != (|0) ]] || {
    _codex_router_apply
  } always {
    TRY_BLOCK_ERROR=0
  }
  return 0
}

# A zsh without its modules: says so at the first prompt, and does nothing else.
_codex_router_hook_without_modules() {
  _codex_router_say 'this zsh lacks its module zsh/stat: pins have no effect'
  precmd_functions=( ${precmd_functions:#_codex_router_*} )
  return 0
}

# Takes everything back: hooks, functions, variables, and CODEX_HOME if it is ours.
codex-router_plugin_unload() {
  local REPLY
  chpwd_functions=( ${chpwd_functions:#_codex_router_*} )
  precmd_functions=( ${precmd_functions:#_codex_router_*} )
  fpath=( ${fpath:#$_codex_router_added_fpath} )
  _codex_router_leave quietly
  [[ -z ${_comps[codex-router]-} ]] || builtin unset '_comps[codex-router]'
  builtin unset CODEX_ROUTER_PROMPT CODEX_ROUTER_USE
  builtin unset -m '_codex_router_*'
  builtin unfunction -m '_codex_router_*' codex-router _codex-router codex-router_plugin_unload
}

# ---- Loading -------------------------------------------------------------------------------------------------------

# The root, as Lookup.root in the program finds it: fixed from here on.
_codex_router_find_root() {
  local home=${${CODEX_ROUTER_ROOT:-${CODEX_HOME:-$HOME/.codex}}:a}
  [[ $home == / ]] || home=${home%%/#}
  if [[ -z ${CODEX_ROUTER_ROOT-} && -n ${CODEX_HOME-} && $home == */?*/profiles/* ]] && _codex_router_is_name ${home:t}; then
    home=${home%/profiles/${home:t}}
  fi
  typeset -g _codex_router_root=$home
}

_codex_router_load() {
  local hook=_codex_router_hook REPLY
  typeset -g _codex_router_folder=${_codex_router_reading:h}
  typeset -gi _codex_router_loading=1
  if (( ! ${+_codex_router_root} )); then
    _codex_router_find_root
    typeset -g _codex_router_acted= _codex_router_mode=shell _codex_router_added_fpath=
    typeset -gi _codex_router_unsettled=0
    typeset -ga _codex_router_said _codex_router_trust _codex_router_parsed
    typeset -ga _codex_router_chain _codex_router_homes _codex_router_places
    typeset -ga _codex_router_basis _codex_router_there _codex_router_settled _codex_router_facts
    typeset -ga _codex_router_link _codex_router_current
    typeset -gA _codex_router_seen _codex_router_aliases
    # another terminal's
    [[ ${CODEX_ROUTER_USE-} == *:${TTY-} ]] || builtin unset CODEX_ROUTER_USE
  fi
  if ! builtin zmodload -F zsh/stat b:zstat 2>/dev/null; then
    hook=_codex_router_hook_without_modules
  fi
  builtin zmodload -F zsh/datetime p:EPOCHSECONDS 2>/dev/null
  typeset -ga precmd_functions chpwd_functions
  (( ${precmd_functions[(Ie)$hook]} )) || precmd_functions+=( $hook )
  if [[ $hook == _codex_router_hook ]]; then
    (( ${chpwd_functions[(Ie)$hook]} )) || chpwd_functions+=( $hook )
    _codex_router_hook
  fi
  if (( ! ${fpath[(Ie)$_codex_router_folder]} )); then
    fpath+=( $_codex_router_folder )
    _codex_router_added_fpath=$_codex_router_folder
  fi
  builtin autoload -Uz _codex-router
  (( ! ${+_comps} )) || _comps[codex-router]=_codex-router
  _codex_router_loading=0
}

_codex_router_load
