# Times the prompt hooks of the plugin and of direnv in one and the same zsh, interleaved. Run as:
#   zsh -f hooks.zsh ROUNDS FILE PLUGIN [direnv]
# FILE has a line per step: its name ("-" for a step that is not timed) and the folder to go to, separated by a tab; an empty
# folder means a prompt where nothing changed. Prints a line per timed step: name, whose hooks, microseconds.
zmodload zsh/datetime

typeset -ga chpwd_functions precmd_functions router_chpwd router_precmd direnv_chpwd direnv_precmd
typeset -F before after
typeset -a words
integer rounds=$1 round

source $3
router_chpwd=($chpwd_functions) router_precmd=($precmd_functions)
chpwd_functions=() precmd_functions=()

if [[ ${4-} == direnv ]]; then
  eval "$(direnv hook zsh)"
  direnv_chpwd=($chpwd_functions) direnv_precmd=($precmd_functions)
  chpwd_functions=() precmd_functions=()
fi

# What zsh itself would run after a command line that changed the folder, or did not.
hooks_of() {
  local hook
  if [[ -n $2 ]]; then
    for hook in ${(P)${:-$1_chpwd}}; do $hook; done
  fi
  for hook in ${(P)${:-$1_precmd}}; do $hook; done
}

for (( round = 0; round < rounds; round++ )); do
  while IFS= read -r line; do
    words=("${(@ps:\t:)line}")
    [[ -z $words[2] ]] || builtin cd -q -- $words[2] || exit 1
    for owner in router ${4-}; do
      before=$EPOCHREALTIME
      hooks_of $owner "$words[2]" >/dev/null 2>&1
      after=$EPOCHREALTIME
      [[ $words[1] == - ]] || print -r -- "$words[1]"$'\t'$owner$'\t'$(( (after - before) * 1e6 ))
    done
  done <$2
done
