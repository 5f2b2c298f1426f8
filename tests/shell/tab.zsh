# One TAB in a real bash with its line editor: `zsh -f tab.zsh PROGRAM` prints what the line is then.
emulate zsh
zmodload zsh/zpty
# -e: bash's line editor echoes only where the terminal does
zpty -e terminal "TERM=dumb exec bash --norc --noprofile -i"
zpty -w terminal "PS1='> '; eval \"\$(${(q)1} init bash)\"; echo 'rea''dy'"
zpty -r terminal text '*ready*> '
zpty -w -n terminal $'codex-router sw\t'
zpty -r terminal text '*codex-router switch '
print -r -- ${text##*> }
zpty -d terminal
