# `zsh -f interrupts.zsh PLUGIN HOME WAY`: interrupts the hook and compares the next prompt with a new shell's. WAY is
# `commands`, each command of the hook in turn; or `signals`, real ones at any moment.
plugin=$1 home=$2
held='print -r -- "${CODEX_HOME-unset} ${CODEX_ROUTER_PROFILE-unset} ${CODEX_ROUTER_BEFORE-unset} ${CODEX_ROUTER_PROMPT-unset}"'
typeset -A due
for folder in acme list other stranger; do
  due[$folder]=$(zsh -fc 'cd -- "$2"; source -- "$1"; eval "$3"' zsh $plugin $home/$folder $held)
done
source -- $plugin
sleep 2.1 # files at rest are read once
integer at=0 count=0 hit=0 wrong=0 interrupted=0

check() {
  _codex_router_hook
  [[ $(eval $held) == $due[$1] ]] || { (( ++wrong )); print -r -- "$2: $(eval $held), due $due[$1]" }
}

# Interrupted on the way from one folder to another; then the next prompt is in the second, or in the first again.
by_commands() {
  local from=$1 to=$2 next=$3
  for (( at = 1; ; at++ )); do
    cd -- $home/$from
    _codex_router_hook
    # nothing is known of any file
    _codex_router_seen=() _codex_router_parsed=() _codex_router_current=() _codex_router_basis=()
    cd -q -- $home/$to
    hit=0 count=0
    TRAPDEBUG() {
      [[ ${funcstack[(Ie)_codex_router_hook]} -gt 0 ]] || return 0
      (( ++count != at )) || { hit=1; return 1 }
    }
    { _codex_router_hook } always { TRY_BLOCK_ERROR=0 }
    unfunction TRAPDEBUG
    (( hit )) || break
    (( ++interrupted ))
    [[ $next == $to ]] || cd -q -- $home/$next
    check $next "$from to $to, at command $at, then $next"
  done
}

# Lines for an interactive zsh, the only one that goes on after an interrupt: at each the next line is read.
lines_with_signals() {
  integer i
  local to
  local -a folders=( list other stranger )
  print -r -- "source -- ${(q)plugin}; integer wrong=0 interrupted=0"
  typeset -p due home held
  functions check
  for (( i = 0; i < 60; i++ )); do
    to=${(q)home}/$folders[i%3+1]
    print -r -- "(( ++interrupted )); { sleep 0.0$(( 1 + RANDOM % 5 )); kill -INT \$\$ } &; repeat 100000; do _codex_router_seen=() _codex_router_parsed=(); cd -- ${(q)home}/acme; cd -- $to; done; (( --interrupted ))"
    print -r -- "wait; cd -q -- $to; check ${to:t} 'signal $i'"
  done
  print -r -- 'print -r -- "wrong $wrong"; (( interrupted == 60 )) || print -r -- "interrupted $interrupted times"'
}

exec 2>/dev/null
if [[ $3 == commands ]]; then
  for from to in other acme acme list list stranger stranger other acme other; do
    by_commands $from $to $to
    by_commands $from $to $from
  done
  print -r -- "wrong $wrong"
  (( interrupted > 50 )) || print -r -- "interrupted $interrupted times"
else
  lines_with_signals | PS1= PS2= zsh -f -i -o no_monitor -o no_prompt_sp -o no_prompt_cr -o no_bang_hist
fi
