# What TAB offers: `zsh -f complete.zsh PLUGIN LINE…` prints, for each line, the words that completion adds.
emulate zsh
zmodload zsh/zpty
zpty terminal "TERM=dumb exec zsh -f -i -o no_prompt_sp -o no_beep"
zpty -w terminal "autoload -Uz compinit; compinit -u -D; source ${(q)1}; print -r -- 'rea''dy'"
zpty -w terminal "compadd() { local -a _added; builtin compadd -O _added \"\$@\"; _offered+=(\$_added); builtin compadd \"\$@\" }"
zpty -w terminal "offer() { _offered=(); _main_complete; compstate[insert]= compstate[list]=; print -r -- \"<<<\$_offered>>>\" }"
zpty -w terminal "zle -C offer complete-word offer; bindkey '^T' offer; print -r -- 'se''t'"
zpty -r terminal text '*set*'
shift
for line in "$@"; do
  zpty -w -n terminal $'\x15'"$line"$'\x14'
  zpty -r terminal text '*<<<*>>>*'
  print -r -- "$line: ${(o)${=${${text##*<<<}%%>>>*}//$'\r'}}"
done
zpty -d terminal
