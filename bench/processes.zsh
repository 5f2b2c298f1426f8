# Times whole processes, interleaved: every round runs each command once, so that a busy moment of the machine meets all
# of them. Run as:  zsh -f processes.zsh ROUNDS FILE
# FILE has a line per command: its name, the router's root, and its words, separated by tabs.
# Prints a line per run: name, microseconds, exit code.
zmodload zsh/datetime

integer rounds=$1 round code
typeset -F before after
typeset -a words

for (( round = 0; round < rounds; round++ )); do
  while IFS= read -r line; do
    words=("${(@ps:\t:)line}")
    export CODEX_ROUTER_ROOT=$words[2] CODEX_HOME=$words[2]
    before=$EPOCHREALTIME
    "${(@)words[3,-1]}" </dev/null >/dev/null 2>&1
    code=$?
    after=$EPOCHREALTIME
    print -r -- "$words[1]"$'\t'$(( (after - before) * 1e6 ))$'\t'$code
  done <$2
done
