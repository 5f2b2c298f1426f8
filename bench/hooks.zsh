# Times the prompt hooks of the plugin and of direnv in one and the same zsh, interleaved. Run as:
#   zsh -f hooks.zsh ROUNDS FILE PLUGIN [direnv]
# Each of the two goes round all steps several times before the other does: a fork leaves the shell's memory to be copied
# page by page, and what the one forks the other should not pay for.
# FILE has a line per step: its name ("-" for a step that is not timed) and the folder to go to, separated by a tab; an empty
# folder means a prompt where nothing changed. Prints a line per timed step: name, whose hooks, microseconds.
zmodload zsh/datetime

typeset -ga chpwd_functions precmd_functions router_chpwd router_precmd direnv_chpwd direnv_precmd
typeset -F before after
typeset -a words lines hooks
typeset line owner hook
integer rounds=$1 round

source $3
router_chpwd=($chpwd_functions) router_precmd=($precmd_functions)
chpwd_functions=() precmd_functions=()

if [[ ${4-} == direnv ]]; then
  eval "$(direnv hook zsh)"
  direnv_chpwd=($chpwd_functions) direnv_precmd=($precmd_functions)
  chpwd_functions=() precmd_functions=()
fi

while IFS= read -r line; do lines+=("$line"); done <$2
# Opened once, not at every step: what the hooks say is no part of their work.
exec 2>/dev/null

integer turn turns=10

for (( round = 0; round < rounds; round += turns )); do
  for owner in router ${4-}; do
    for (( turn = 0; turn < turns && round + turn < rounds; turn++ )); do
      for line in "${(@)lines}"; do
        words=("${(@ps:\t:)line}")
        [[ -z $words[2] ]] || builtin cd -q -- $words[2] || exit 1
        # What zsh itself would run after a command line that changed the folder, or did not.
        hooks=(${(P)${:-${owner}_precmd}})
        [[ -z $words[2] ]] || hooks=(${(P)${:-${owner}_chpwd}} $hooks)
        before=$EPOCHREALTIME
        for hook in $hooks; do $hook; done
        after=$EPOCHREALTIME
        [[ $words[1] == - ]] || print -r -- "$words[1]"$'\t'$owner$'\t'$(( (after - before) * 1e6 ))
      done
    done
  done
done
