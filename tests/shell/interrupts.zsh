# `zsh -f interrupts.zsh PLUGIN HOME WAY`: interrupts the hook and compares the next prompt with a new shell's. WAY is
# `commands`, each command of the hook in turn; or `signals`, real ones at any moment.
# only an interactive zsh goes on after an interrupt
[[ $3 == commands || -o interactive ]] || exec zsh -f -o interactive -o no_monitor $0 "$@"
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

by_commands() {
  local from=$1 to=$2
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
    check $to "$from to $to, at command $at"
  done
}

by_signals() {
  local self=$$ to
  integer i
  for (( i = 0; i < 60; i++ )); do
    cd -- $home/acme
    _codex_router_hook
    to=${${=:-list other stranger}[i % 3 + 1]}
    { sleep 0.0$(( 1 + RANDOM % 5 )); kill -INT $self } &
    {
      repeat 100000; do
        _codex_router_seen=() _codex_router_parsed=()
        cd -- $home/acme
        cd -- $home/$to
      done
    } always { TRY_BLOCK_ERROR=0 TRY_BLOCK_INTERRUPT=0 }
    (( ++interrupted ))
    wait
    cd -q -- $home/$to
    check $to "signal $i"
  done
}

exec 3>&2 2>/dev/null
if [[ $3 == commands ]]; then
  by_commands other acme
  by_commands acme list
  by_commands list stranger
  by_commands stranger other
else
  by_signals
fi
print -r -- "wrong $wrong"
(( interrupted > 50 )) || print -r -- "interrupted only $interrupted times"
