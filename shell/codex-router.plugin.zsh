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
    builtin emulate zsh -o no_aliases -o extended_glob -o no_multibyte -o no_print_eight_bit -o no_xtrace -c "builtin source -- \${_codex_router_reading:A}"; \
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

# Whether $1 names a profile: the folder of that name, or, where the file system ignores case, the one that it finds by it.
# REPLY is the name as the folder is spelled. A link there is an old name, left by `rename` for what still runs.
_codex_router_profile() {
  local profiles=$_codex_router_root/profiles
  local -a same
  _codex_router_looked+=( $profiles/$1 )
  REPLY=$1
  if [[ ! $_codex_router_root/PROFILES -ef $profiles ]]; then
    [[ -d $profiles/$1 && ! -L $profiles/$1 ]]
  else
    _codex_router_looked+=( $profiles )
    same=( $profiles/(#i)$1(N/:t) )
    (( ! $#same || ${same[(Ie)$1]} )) || REPLY=$same[1]
    (( $#same ))
  fi
}

# The profile that the name or alias $1 means on this machine.
_codex_router_resolve() {
  _codex_router_profile $1 && return 0
  _codex_router_read_aliases
  [[ -n ${_codex_router_aliases[$1]-} ]] && _codex_router_profile $_codex_router_aliases[$1]
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
  [[ -z $REPLY ]] || _codex_router_profile $REPLY || :
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

# The lines of file $1 into the array `reply`; none, and a word of it, if it is longer than any that the program writes.
_codex_router_lines() {
  local -a size
  reply=()
  [[ -f $1 && -r $1 ]] && builtin zstat -A size +size -- $1 || return 0
  if (( size[1] > 1048576 )); then
    _codex_router_warn "long $1" "% is longer than 1 MiB, so it has no effect: codex-router doctor" $1
    return 0
  fi
  reply=( "${(@f)"$(<$1)"}" )
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

# What is wrong with which profile, as the program last found it.
_codex_router_read_states() {
  local file=$_codex_router_root/router/states line
  local -a reply
  _codex_router_changed $file || return 0
  _codex_router_lines $file
  _codex_router_states=()
  for line in "${reply[@]}"; do
    if _codex_router_is_name "${line%% *}" && [[ $line == *' '* && "${line#* }" == [a-z_](#c1,20) ]]; then
      _codex_router_states[${line%% *}]=${line#* }
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
  local line word bytes=${1#$'\xef\xbb\xbf'}
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
  parts=( ${(s: :)line} )
  if [[ $#parts == 1 && $parts[1] == default ]]; then
    REPLY=default
    return 0
  fi
  REPLY="it holds something that is not a profile's name"
  for word in "${(@s:,:)line}"; do
    parts=( ${(s: :)word} )
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
    _codex_router_resolve $name || continue
    [[ ${_codex_router_states[$REPLY]-} == blocked ]] || return 0
    _codex_router_warn "blocked $REPLY $1" "% asks for $REPLY, whose sign-in Codex would delete: codex-router doctor" $1
    return 1
  done
  _codex_router_warn "nobody $pin $1" "% asks for ${pin:0:200}, which is not a profile here: codex-router list" $1
  return 1
}

# ---- What the program leaves for the prompt -------------------------------------------------------------------------
# Specified by PromptFile, Segment and Advice in src/CodexRouter.Core. What is kept of a file has matched word for word:
# numbers, labels of a few letters, names, and a text that is only ever printed.

# Looks at the file of profile $1, and reads it if it must be read (again).
_codex_router_look_at_prompt() {
  local file=$_codex_router_root/router/prompt/$1 state=none
  _codex_router_looked+=( $file )
  # all but the time of access
  [[ -f $file ]] && builtin zstat -A _codex_router_stat -- $file && state="$_codex_router_stat[1,8] $_codex_router_stat[10,11]"
  [[ ${_codex_router_seen[$file]-} == $state ]] || _codex_router_read_prompt $1 $file $state
}

# The figures and the advice in file $2 of profile $1, empty unless the file is whole; $3 is what is known of the file.
_codex_router_read_prompt() {
  local text line label left resets number='[0-9](#c1,12)'
  _codex_router_seen[$2]=
  if [[ $3 == none ]] || (( ${EPOCHSECONDS-0} - _codex_router_stat[11] >= 2 )); then
    _codex_router_seen[$2]=$3 # see _codex_router_changed
  fi
  _codex_router_figures[$1]= _codex_router_advice[$1]= _codex_router_stale[$1]=0 _codex_router_changes[$1]=0
  [[ $3 != none && -r $2 ]] && (( _codex_router_stat[8] <= 1024 )) || return 0
  text=$(<$2)
  line=${text%%$'\n'*}
  [[ $line == 1\ ${~number}\ ${~number}(\ [a-z0-9](#c1,6)\ (-|${~number})\ (-|${~number}))(#c0,3) ]] || return 0
  for label left resets in ${${(s: :)line}[4,-1]}; do
    [[ $left == - ]] || (( left <= 100 )) || return 0
    [[ $resets == - ]] || (( resets <= 253402300799 )) || return 0 # the end of the year 9999
  done
  _codex_router_figures[$1]=$line _codex_router_stale[$1]=${${(s: :)line}[3]}
  [[ $text == *$'\n'* ]] || return 0
  line=${${text#*$'\n'}%%$'\n'*}
  if [[ $line == (tell|switch)\ [a-zA-Z0-9._-]##\ (-|${~number})\ [\ -~](#c1,160) ]] && _codex_router_is_name ${${(s: :)line}[2]}; then
    _codex_router_advice[$1]=$line
  fi
}

# The segment of profile $1 at second $2, and the second from which on it may be another one.
_codex_router_render() {
  local text= label left resets moment clock level=none
  local -a days=( Mon Tue Wed Thu Fri Sat Sun )
  integer now=$2 stale=$_codex_router_stale[$1] least=101 changes=$_codex_router_never
  # without a clock nothing can be said of figures
  (( ! now )) || for label left resets in ${${(s: :)_codex_router_figures[$1]}[4,-1]}; do
    text+=" $label "
    if [[ $resets != - ]] && (( resets <= now )); then
      text+=reset
      continue
    fi
    if [[ $resets != - ]]; then
      for moment in $resets $(( resets - 86399 )); do # less than a day before, the day is not shown any more
        (( moment <= now || moment >= changes )) || changes=moment
      done
    fi
    if [[ $left == - ]]; then
      text+='?'
      continue
    fi
    text+="$(( left ))%"
    (( left >= least )) || least=left
    if (( left == 0 && _codex_router_clock )) && [[ $resets != - ]] && builtin strftime -s clock '%u %H:%M' $resets; then
      # the day's name in English, as all else: a locale's could hold anything
      (( resets - now < 86400 )) && text+=" until ${clock#* }" || text+=" until $days[${clock%% *}] ${clock#* }"
    fi
  done
  if (( stale <= now )); then
    text=${text/#\ /\ \~}
    (( least > 100 )) || level=stale
  else
    (( stale >= changes )) || changes=stale
    (( least > 100 )) || level=${${${(M)least:#<30->}:+good}:-${${(M)least:#<10->}:+low}}
    [[ -n $level ]] || level=bad
  fi
  _codex_router_text[$1]=$1$text _codex_router_level[$1]=$level _codex_router_changes[$1]=$changes
}

# The advice about profile $1 that counts at second $2: the other profile into REPLY, its end into `until`, the text into
# `reason`.
_codex_router_advised() {
  local -a words=( "${(@s: :)_codex_router_advice[$1]}" )
  if [[ $words[3] != - ]]; then
    (( $2 < words[3] )) || return 1
    (( _codex_router_due <= words[3] )) || _codex_router_due=$words[3]
  fi
  [[ $words[2] != $1 && ${_codex_router_states[$words[2]]-} != blocked ]] && _codex_router_profile $words[2] && [[ $REPLY == $words[2] ]] || return 1
  until=$words[3] reason="${(@j: :)words[4,-1]}"
}

# Has the program ask anew, in the background, how much is left for profile $1: at most once a minute for all terminals
# together, which the time of one file tells them. $2 is the present second.
_codex_router_refresh() {
  local file=$_codex_router_root/router/refreshed
  local -a stat=( 0 )
  [[ -d $_codex_router_root/profiles/$1 && ! -L $file ]] || return 0
  [[ ! -e $file ]] || builtin zstat -A stat +mtime -- $file || return 0
  if (( stat[1] <= $2 && $2 - stat[1] < 60 )); then
    (( _codex_router_due <= stat[1] + 60 )) || _codex_router_due=$(( stat[1] + 60 ))
    return 0
  fi
  (( _codex_router_due <= $2 + 60 )) || _codex_router_due=$(( $2 + 60 ))
  # from a subshell, so that this shell has no job of it: nothing to announce, to wait for, to be asked about at exit
  local REPORTTIME=-1
  ( _codex_router_refresh_alone $1 $file & ) </dev/null &>/dev/null
}

# The background's part: of several terminals that come this far at once the first goes on.
_codex_router_refresh_alone() {
  local fd lock
  local -a stat
  builtin trap '' HUP INT QUIT
  builtin umask 077
  builtin cd -q / # keeps no folder busy
  for fd in /dev/fd/<3->(N:t); do exec {fd}>&-; done # what this shell opened: a pipe that somebody waits for, say
  builtin print -rn >>$2
  ! builtin zmodload -F zsh/system b:zsystem b:syswrite || builtin zsystem flock -t 0 -f lock $2 || return 0
  # made just now, and so empty, or touched longer ago than a minute
  builtin zstat -A stat -- $2
  [[ -z $stat[8] ]] || (( stat[8] == 0 || stat[10] > EPOCHSECONDS || EPOCHSECONDS - stat[10] >= 60 )) || return 0
  # through the lock's own descriptor: opening the file again and closing it, as print does, would end the lock
  if [[ -n $lock ]]; then builtin syswrite -o $lock $1$'\n'; else builtin print -r -- $1 >|$2; fi
  CODEX_ROUTER_ROOT=$_codex_router_root _codex_router_run refresh $1
}

# Shows the segment of the profile in force, as text for every prompt and coloured for zsh's own; and what is advised.
_codex_router_show() {
  local REPLY= profile until reason text= level=none home=${${CODEX_HOME-}%%/#}
  integer now=$1
  if [[ -z $home || $home == $_codex_router_root ]]; then
    # most often the link is as it was
    if [[ -L $_codex_router_files[1] ]] && builtin zstat -A _codex_router_link -L +link -- $_codex_router_files[1] \
      && [[ $_codex_router_link[1] == $_codex_router_current[1] ]]; then
      REPLY=$_codex_router_current[2]
    else
      _codex_router_current
    fi
  elif [[ $home == $_codex_router_root/profiles/* ]] && _codex_router_is_name ${home#$_codex_router_root/profiles/}; then
    REPLY=${home#$_codex_router_root/profiles/}
  fi
  # what this shell was put on is spelled as its folder is
  [[ -z $REPLY || $REPLY == $_codex_router_marked || ! $_codex_router_root/PROFILES -ef $_codex_router_root/profiles ]] \
    || _codex_router_profile $REPLY || :
  profile=$REPLY
  if [[ -n $profile ]]; then
    (( ${_codex_router_looked[(Ie)$_codex_router_root/router/prompt/$profile]} )) || _codex_router_look_at_prompt $profile
    (( now < _codex_router_changes[$profile] )) || _codex_router_render $profile $now
    text=$_codex_router_text[$profile] level=$_codex_router_level[$profile]
    [[ -z ${_codex_router_states[$profile]-} ]] || text="$profile ${_codex_router_states[$profile]//_/ }" level=bad
    (( _codex_router_due <= _codex_router_changes[$profile] )) || _codex_router_due=$_codex_router_changes[$profile]
    if [[ -n $_codex_router_advice[$profile] ]] && _codex_router_advised $profile $now; then
      _codex_router_warn "advice $profile $REPLY $until" $reason
    fi
    if (( now >= _codex_router_stale[$profile] && now )) && [[ ${CODEX_ROUTER_REFRESH-} != 0 && $ZSH_SUBSHELL == 0 && -o interactive && ! -o restricted ]]; then
      (( _codex_router_loading )) && _codex_router_unsettled=1 || _codex_router_refresh $profile $now # from the first prompt on
    fi
  fi
  # Codex uses it in place of every stored sign-in: whose account that is, nobody can tell.
  [[ -z ${CODEX_ACCESS_TOKEN-} ]] || text=CODEX_ACCESS_TOKEN level=bad
  typeset -gx CODEX_ROUTER_PROMPT=$text CODEX_ROUTER_PROMPT_LEVEL=$level
  case $level in
    good) CODEX_ROUTER_PS1="%F{green}${text//\%/%%}%f" ;;
    low) CODEX_ROUTER_PS1="%F{yellow}${text//\%/%%}%f" ;;
    bad) CODEX_ROUTER_PS1="%F{red}${text//\%/%%}%f" ;;
    *) CODEX_ROUTER_PS1=${text//\%/%%} ;;
  esac
}

# ---- One step ------------------------------------------------------------------------------------------------------
# ShellState in src/CodexRouter.Core specifies it.

# Gives this shell the home of profile $1; without one, what CODEX_HOME would be without the hook. Status 1 if it had that
# already. An interrupt may leave the three variables in any mixture (also one command that sets several may do a part of
# it), so what CODEX_HOME would be is noted until all is done.
_codex_router_put() {
  local held=unset value
  (( ! ${+CODEX_HOME} )) || held="=$CODEX_HOME"
  value=$held
  # a mark that this shell did not make itself is looked at: it may have been inherited from anywhere
  if [[ ${CODEX_ROUTER_BEFORE-} == (unset|=*) && $held == "=$_codex_router_root/profiles/${CODEX_ROUTER_PROFILE-}" ]] \
    && { [[ $CODEX_ROUTER_PROFILE == $_codex_router_marked ]] || _codex_router_is_name $CODEX_ROUTER_PROFILE }; then
    value=$CODEX_ROUTER_BEFORE
  fi
  if [[ -n ${_codex_router_noted-} && $held == (${_codex_router_noted-}|=$_codex_router_root/profiles/*) ]]; then
    value=$_codex_router_noted
  fi
  if [[ ${(t)CODEX_HOME-} == *readonly* ]]; then
    [[ -n ${1-} ]] && value="=$_codex_router_root/profiles/$1"
    [[ $value == $held ]] || _codex_router_warn "readonly" "CODEX_HOME is read-only in this shell, so it stays: codex-router exec"
    return 1
  elif [[ -n ${1-} ]]; then
    _codex_router_noted=$value
    typeset -gx CODEX_ROUTER_PROFILE=$1
    typeset -gx CODEX_ROUTER_BEFORE=$value
    typeset -gx CODEX_HOME=$_codex_router_root/profiles/$1
    _codex_router_marked=$1 _codex_router_noted=
    [[ $held != "=$CODEX_HOME" ]]
  elif [[ $value == unset ]]; then
    _codex_router_noted=$value
    builtin unset CODEX_HOME CODEX_ROUTER_PROFILE CODEX_ROUTER_BEFORE
    _codex_router_noted=
    [[ $held != unset ]]
  else
    _codex_router_noted=$value
    [[ $value == $held ]] || typeset -gx CODEX_HOME=${value#=}
    builtin unset CODEX_ROUTER_PROFILE CODEX_ROUTER_BEFORE
    _codex_router_noted=
    [[ $value != $held ]]
  fi
}

# Says what holds after leaving.
_codex_router_say_left() {
  local REPLY
  if [[ ${CODEX_HOME-} == (|$_codex_router_root) ]]; then
    _codex_router_current
    _codex_router_say ${${REPLY:+"$REPLY (current)"}:-no profile here}
  else
    _codex_router_say "CODEX_HOME is % again" $CODEX_HOME
  fi
}

# hook = "global": the only case in which changing directory starts a process. Not in a subshell: a `$(cd …)` in somebody's
# function is no wish for another account everywhere.
_codex_router_switch() {
  if (( ZSH_SUBSHELL )) || [[ -o restricted ]]; then
    _codex_router_put || :
    return 0
  fi
  _codex_router_current
  if [[ $REPLY == $1 ]]; then
    ! _codex_router_put || _codex_router_say_left
    return 0
  fi
  _codex_router_put || :
  if _codex_router_run switch $1 </dev/null >/dev/null; then
    _codex_router_say "$1 (current everywhere, from %)" $2
  fi
}

# The profile that is wanted here, and where that comes from: `use`, a pin's path, or empty. Then does what is wanted, if
# that is not what was last done: until it changes, a CODEX_HOME set by hand stays. One function, because each call costs a
# zsh about as much as three files that are asked for.
_codex_router_apply() {
  local REPLY profile= origin= until reason pinned wanted=none file folder=$PWD used=${${CODEX_ROUTER_USE-}%%:*}
  integer now=${EPOCHSECONDS-0} put=0
  (( ! _codex_router_busy )) || _codex_router_forget
  _codex_router_busy=1
  _codex_router_basis=()
  _codex_router_unsettled=0 _codex_router_due=$_codex_router_never _codex_router_looked=()
  (( ! $#_codex_router_kept )) || _codex_router_say_kept

  # Where are we? Asking the system is slow, so PWD is believed while it leads here.
  [[ $folder -ef . ]] || folder=${:-.}
  folder=${folder:A}
  # every .codex-profile that counts for the folder, the nearest first
  if [[ ${_codex_router_chain[1]-} != ${folder%/}/.codex-profile ]]; then
    _codex_router_chain=()
    while [[ $folder == /?* ]]; do
      _codex_router_chain+=( $folder/.codex-profile )
      folder=${folder%/*}
    done
    _codex_router_chain+=( /.codex-profile )
  fi
  _codex_router_there=( ${^_codex_router_files}(N) ${^_codex_router_chain}(N) )
  _codex_router_read_states

  # Who decides?
  if [[ -n $used ]] && _codex_router_is_name $used; then
    if _codex_router_profile $used; then
      if [[ ${_codex_router_states[$REPLY]-} != blocked ]]; then
        profile=$REPLY origin=use
      else
        _codex_router_warn "use blocked $REPLY" "Codex would delete the sign-in of '$REPLY', which this terminal is to use: codex-router doctor"
      fi
    else
      _codex_router_warn "use $used" "Profile not found: '$used', which this terminal is to use"
    fi
  fi
  [[ -n $origin ]] || for file in ${(M)_codex_router_there:#*/.codex-profile}; do
    if _codex_router_pin_decides $file; then
      profile=$REPLY origin=${REPLY:+$file}
      break
    fi
  done

  # What is wanted?
  pinned=$profile
  if [[ $origin == use ]]; then
    wanted=export:$profile
  elif [[ -n $origin ]]; then
    _codex_router_read_mode
    if [[ $_codex_router_mode == global ]]; then
      wanted=switch:$profile
    else
      _codex_router_look_at_prompt $profile
      if [[ $_codex_router_advice[$profile] == switch\ * ]] && _codex_router_advised $profile $now; then
        profile=$REPLY
      fi
      wanted=export:$profile
    fi
  fi

  # What is done counts as done only when it is; what was done before does not count any more from the first step on.
  if [[ $wanted != $_codex_router_acted ]]; then
    _codex_router_acted=
    case $wanted in
      export:*)
        ! _codex_router_put $profile || put=1
        _codex_router_acted=$wanted
        if (( ! put )); then
          :
        elif [[ $origin == use ]]; then
          _codex_router_say "$profile (in this terminal, until: codex-router use -)"
        elif [[ $profile != $pinned ]]; then
          _codex_router_say "$profile (in place of $pinned: $reason)"
        else
          _codex_router_say "$profile (from %)" $origin
        fi ;;
      switch:*)
        _codex_router_switch $profile $origin
        _codex_router_acted=$wanted ;;
      *)
        ! _codex_router_put || put=1
        _codex_router_acted=$wanted
        (( ! put || _codex_router_loading )) || [[ ${CODEX_ROUTER_QUIET-} != (|0) ]] || _codex_router_say_left ;;
    esac
  fi

  _codex_router_show $now

  # What all this rests on, for the hook.
  _codex_router_basis=()
  (( _codex_router_unsettled )) || {
    _codex_router_places=( $_codex_router_files $_codex_router_chain $_codex_router_looked )
    _codex_router_there+=( ${^_codex_router_looked}(N) )
    _codex_router_decided=$now
    _codex_router_basis=(
      "$ZSH_SUBSHELL:$PWD:${+CODEX_HOME}:${CODEX_HOME-}:${CODEX_ROUTER_USE-}:${CODEX_ROUTER_PROFILE-}:${CODEX_ROUTER_BEFORE-}:${CODEX_ROUTER_PROMPT-}:${CODEX_ROUTER_PROMPT_LEVEL-}:${CODEX_ROUTER_DISABLE-}:${CODEX_ROUTER_QUIET-}:${CODEX_ACCESS_TOKEN:+1}"
      "$_codex_router_there"
    )
  }
  _codex_router_busy=0
}

# An interrupt ended the last decision between any two of its commands: nothing that was read is believed.
_codex_router_forget() {
  _codex_router_seen=() _codex_router_parsed=() _codex_router_current=() _codex_router_chain=() _codex_router_aliases=() _codex_router_states=()
  _codex_router_trust=() _codex_router_mode=shell _codex_router_figures=() _codex_router_advice=() _codex_router_stale=()
  _codex_router_text=() _codex_router_level=() _codex_router_changes=()
}

# ---- Messages ------------------------------------------------------------------------------------------------------

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

# Lines $@ on stderr, if there is one: printing to a closed one would end a script.
_codex_router_print() {
  [[ ! -e /dev/fd/2 ]] || builtin print -rlu2 -- "$@"
}

# One line on stderr: text $1, with the path $2 in the place of %. Nothing while the plugin loads, if told to be quiet, or in
# a subshell, where somebody's function may change directory at every prompt. What falls while powerlevel10k's instant prompt
# is on the screen is kept until it is not.
_codex_router_say() {
  (( ! _codex_router_loading && ! ZSH_SUBSHELL )) && [[ ${CODEX_ROUTER_QUIET-} == (|0) ]] || return 0
  local text=$1 REPLY
  if (( $# > 1 )); then
    _codex_router_shown $2
    text=${1%%\%*}$REPLY${1#*\%}
  fi
  if [[ -n ${__p9k_instant_prompt_active-} ]]; then
    _codex_router_kept+=( "codex-router: $text" )
    _codex_router_unsettled=1
    return 0
  fi
  [[ -z ${WIDGET-} ]] || builtin zle -I
  _codex_router_print "codex-router: $text"
}

_codex_router_say_kept() {
  _codex_router_unsettled=1
  [[ -z ${__p9k_instant_prompt_active-} ]] || return 0
  _codex_router_print "${(@)_codex_router_kept}"
  _codex_router_kept=()
}

# Says $2 (and path $3) unless $1 was said in this shell already.
_codex_router_warn() {
  if (( _codex_router_loading )); then
    _codex_router_unsettled=1 # to be said at the first prompt
    return 0
  fi
  (( ! ZSH_SUBSHELL )) && [[ ${CODEX_ROUTER_QUIET-} == (|0) ]] || return 0
  (( ! ${_codex_router_said[(Ie)$1]} )) || return 0
  _codex_router_said+=( "$1" )
  builtin shift
  _codex_router_say "$@"
}

# ---- Command -------------------------------------------------------------------------------------------------------

# The program: on PATH, or beside this file (bin/ of the same installation).
_codex_router_run() {
  local file=codex-router
  if [[ ${file:c} == */* ]]; then
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
  _codex_router_print "codex-router: the program is neither on PATH nor beside $_codex_router_folder"
  _codex_router_print "try: put the folder of codex-router on PATH"
  return 127
}

# Says once, for all terminals, that hooks which run at the root are off in profile $1, where the program found that out: see
# HookNote in src/CodexRouter.Core.
_codex_router_say_hooks() {
  local file=$_codex_router_root/router/hooks/$1 hooks='hooks that run' them=them are=are
  local -a reply words
  [[ -f $file && ! -L $file && -O $file && -w $file && ${CODEX_ROUTER_QUIET-} == (|0) && ! -o restricted ]] || return 0
  _codex_router_lines $file
  [[ ${reply[1]-} == 1\ [1-9][0-9](#c0,3)\ new\ [0-9a-f](#c16) ]] || return 0
  words=( ${(s: :)reply[1]} )
  [[ $words[2] != 1 ]] || hooks='hook that runs' them=it are=is
  _codex_router_say "$words[2] $hooks at the root $are off in '$1'; to turn $them on: codex-router hooks $1 --trust"
  builtin print -rl -- "1 $words[2] told $words[4]" "${reply[2]-}" >| $file
}

_codex_router_use() {
  local REPLY
  if (( $# != 1 )); then
    _codex_router_print "codex-router: use takes one profile, or -"
    _codex_router_print "try: codex-router use NAME"
    return 2
  elif [[ ${CODEX_ROUTER_DISABLE-} != (|0) ]]; then
    _codex_router_print "codex-router: switched off here by CODEX_ROUTER_DISABLE"
    _codex_router_print "try: unset CODEX_ROUTER_DISABLE"
    return 1
  elif [[ $1 == - ]]; then
    builtin unset CODEX_ROUTER_USE
  elif _codex_router_is_name $1 && _codex_router_resolve $1; then
    typeset -gx CODEX_ROUTER_USE=$REPLY:${TTY-}
    _codex_router_acted=
  else
    _codex_router_inert $1
    _codex_router_print "codex-router: Profile not found: '$REPLY'"
    _codex_router_print "try: codex-router list"
    return 3
  fi
  _codex_router_apply || return
  [[ -z ${CODEX_ROUTER_USE-} ]] || _codex_router_say_hooks ${CODEX_ROUTER_USE%%:*}
}

# `use` is for this shell; everything else is the program's.
codex-router() {
  if [[ ${1-} == use && ${2-} != (-h|--help) ]]; then
    _codex_router_use "${@:2}"
  else
    _codex_router_run "$@"
  fi
}

# ---- Prompts ready made --------------------------------------------------------------------------------------------
# docs/prompt.md shows their use.

# For themes that call a function; a theme that can take a variable saves the process by taking CODEX_ROUTER_PS1.
codex_router_prompt_info() {
  builtin print -rn -- "${CODEX_ROUTER_PS1-}"
}

# For powerlevel10k, which expands the percent signs of a text and nothing else of it.
prompt_codex_router() {
  [[ -z ${CODEX_ROUTER_PROMPT-} ]] || p10k segment -s "${(U)CODEX_ROUTER_PROMPT_LEVEL}" -t "${CODEX_ROUTER_PROMPT//\%/%%}"
}

instant_prompt_codex_router() {
  prompt_codex_router
}

# ---- Hooks ---------------------------------------------------------------------------------------------------------
# Most prompts come where nothing changed since the last. The hook then only compares all that the last decision rests on:
# the variables, which of the files that it looked at are there, and their facts (inode, size, times, a link's text); and
# whether the second has come from which on the segment is another.

# Runs on every change of directory, before every prompt, and before every command typed at one: a pin can be made while
# the prompt waits. Completion changes directory in subshells, which only WIDGET tells from a person's own. Never fails: a
# failing hook would end a script under err_exit, and keep the hooks after it from running. Few commands, because each
# costs a zsh more than what it does here; the variables are those that are kept above.
_codex_router_hook() {
  if [[ "$ZSH_SUBSHELL:$PWD:${+CODEX_HOME}:${CODEX_HOME-}:${CODEX_ROUTER_USE-}:${CODEX_ROUTER_PROFILE-}:${CODEX_ROUTER_BEFORE-}:${CODEX_ROUTER_PROMPT-}:${CODEX_ROUTER_PROMPT_LEVEL-}:${CODEX_ROUTER_DISABLE-}:${CODEX_ROUTER_QUIET-}:${CODEX_ACCESS_TOKEN:+1}" == ${_codex_router_basis[1]-} && $PWD -ef . ]] \
    && (( ${EPOCHSECONDS-0} < _codex_router_due )); then
    _codex_router_there=( ${^_codex_router_places}(N) )
    # the root folder too, so that there always is a file to ask for
    if [[ "$_codex_router_there" == $_codex_router_basis[2] ]] && builtin zstat -L -A _codex_router_facts -- / $_codex_router_there; then
      [[ "$_codex_router_facts" != ${_codex_router_basis[3]-} ]] || return 0
      # The first prompt after a decision: its facts are kept if they certainly are those that the decision rests on, and a
      # later change is certain to show in them. So not if a file has changed since the second before, is a link (but for
      # auth.json, whose text is a fact), or is somebody else's.
      if [[ -z ${_codex_router_basis[3]-} ]] && (( ${EPOCHSECONDS-0} - _codex_router_decided <= 1 )); then
        _codex_router_settled=( ${^_codex_router_there}(NUcs+1^@) $_codex_router_root/auth.json(NUcs+1@) )
        if (( $#_codex_router_settled == $#_codex_router_there )); then
          _codex_router_basis[3]="$_codex_router_facts"
          return 0
        fi
      fi
    fi
  fi
  [[ $ZSH_SUBSHELL != 0 && -n ${WIDGET-} ]] || {
    if [[ ${CODEX_ROUTER_DISABLE-} == (|0) ]]; then
      _codex_router_apply
    elif [[ -n ${CODEX_ROUTER_PROMPT-} ]]; then
      CODEX_ROUTER_PROMPT= CODEX_ROUTER_PROMPT_LEVEL=none CODEX_ROUTER_PS1= # it would not grow old any more
    fi
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
  preexec_functions=( ${preexec_functions:#_codex_router_*} )
  [[ -z $_codex_router_added_fpath ]] || fpath=( ${fpath:#$_codex_router_added_fpath} )
  _codex_router_put || :
  [[ -z ${_comps[codex-router]-} ]] || builtin unset '_comps[codex-router]'
  builtin unset CODEX_ROUTER_PROMPT CODEX_ROUTER_PROMPT_LEVEL CODEX_ROUTER_PS1 CODEX_ROUTER_USE
  builtin unset -m '_codex_router_*'
  builtin unfunction -m '_codex_router_*' codex-router _codex-router codex-router_plugin_unload \
    codex_router_prompt_info prompt_codex_router instant_prompt_codex_router
}

# ---- Loading -------------------------------------------------------------------------------------------------------

# The root, as Lookup.root in the program finds it: fixed from here on.
_codex_router_find_root() {
  local home=${${CODEX_ROUTER_ROOT:-${CODEX_HOME:-$HOME/.codex}}:a}
  [[ $home == / ]] || home=${home%%/#}
  if [[ -z ${CODEX_ROUTER_ROOT-} && -n ${CODEX_HOME-} && $home == */?*/profiles/* ]] && _codex_router_is_name ${home:t}; then
    home=${home%/profiles/${home:t}}
  fi
  # a root that is not there has no profiles: nothing could be pinned
  [[ -n ${CODEX_ROUTER_ROOT-} || -d $home ]] || home=${${:-$HOME/.codex}:a}
  REPLY=$home
}

_codex_router_load() {
  local hook=_codex_router_hook REPLY
  typeset -g _codex_router_folder=${_codex_router_reading:a:h}
  typeset -gi _codex_router_loading=0
  local -i _codex_router_loading=1 # while this runs, however it ends
  if (( ! ${+_codex_router_root} )); then
    _codex_router_find_root
    typeset -ga _codex_router_files=( $REPLY/{auth.json,router/{allowed,aliases,config.toml,states}} )
    typeset -g _codex_router_acted= _codex_router_marked= _codex_router_noted= _codex_router_mode=shell _codex_router_added_fpath=
    typeset -gi _codex_router_clock=0 _codex_router_busy=0 _codex_router_unsettled=0 _codex_router_due=0 _codex_router_decided=0 _codex_router_never=1000000000000
    typeset -ga _codex_router_said _codex_router_kept _codex_router_trust _codex_router_parsed
    typeset -ga _codex_router_chain _codex_router_looked _codex_router_places
    typeset -ga _codex_router_basis _codex_router_there _codex_router_settled _codex_router_facts
    typeset -ga _codex_router_link _codex_router_current _codex_router_stat
    typeset -gA _codex_router_seen _codex_router_aliases _codex_router_states
    typeset -gA _codex_router_figures _codex_router_advice _codex_router_stale
    typeset -gA _codex_router_text _codex_router_level _codex_router_changes
    # what another shell left is not this one's, and could be anything
    builtin unset CODEX_ROUTER_PROMPT CODEX_ROUTER_PROMPT_LEVEL CODEX_ROUTER_PS1
    typeset -g CODEX_ROUTER_PS1=
    # another terminal's
    [[ ${CODEX_ROUTER_USE-} == *:${TTY-} ]] || builtin unset CODEX_ROUTER_USE
    typeset -g _codex_router_root=$REPLY # last: whoever finds it finds all of the above
  fi
  # -s: a restricted zsh (-r) redirects to no file, not even /dev/null
  builtin zmodload -s -F zsh/stat b:zstat || hook=_codex_router_hook_without_modules
  # a variable of that name keeps the module's from coming, with an error that -s does not keep back
  (( ${+EPOCHSECONDS} )) || builtin zmodload -s -F zsh/datetime p:EPOCHSECONDS
  ! builtin zmodload -s -F zsh/datetime b:strftime || _codex_router_clock=1
  typeset -ga precmd_functions preexec_functions chpwd_functions
  (( ${precmd_functions[(Ie)$hook]} )) || precmd_functions+=( $hook )
  if [[ $hook == _codex_router_hook ]]; then
    (( ${chpwd_functions[(Ie)$hook]} )) || chpwd_functions+=( $hook )
    (( ${preexec_functions[(Ie)$hook]} )) || preexec_functions+=( $hook )
    _codex_router_hook
  fi
  # started to be another shell, zsh has no fpath
  if [[ ${(t)fpath-} == array* ]] && (( ! ${fpath[(Ie)$_codex_router_folder]} )); then
    fpath+=( $_codex_router_folder )
    _codex_router_added_fpath=$_codex_router_folder
  fi
  builtin autoload -Uz _codex-router
  (( ! ${+_comps} )) || _comps[codex-router]=_codex-router
}

_codex_router_load
