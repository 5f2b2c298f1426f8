# The refresh in the background, at a real terminal with job control: `zsh -f refresh.zsh PLUGIN DIRECTORY CALLS`. Waits for
# the program to be called (it adds a line to CALLS and then stays), and prints what the shell says of its jobs, and at its end.
emulate zsh
zmodload zsh/zpty zsh/zselect
zpty terminal "TERM=dumb exec zsh -f -i -o no_prompt_sp -o no_beep -o notify -o check_jobs"
ask() { # types $1, prints what came between its echo and its end
  local text
  zpty -w terminal "$1; print -r -- 'en''ded'"
  zpty -r terminal text '*ended*'
  print -r -- ${(M)${(f)${text//$'\r'}}:#answer *}
  print -r -- ${(M)${(f)${text//$'\r'}}:#*(\[[0-9]#\]|running|suspended|done)*}
}
zpty -w terminal "PS1='> '; source ${(q)1}; print -r -- 'rea''dy'"
zpty -r terminal text '*ready*'
ask "cd ${(q)2}; print -r -- answer last \$!"
ask ': a prompt'
until [[ -s $3 ]]; do zselect -t 5; done
ask 'print -r -- answer jobs "$(jobs)" last $!'
ask 'wait; print -r -- answer waited'
zpty -w terminal "print -r -- 'by''e'; exit"
zpty -r terminal text '*bye*'
while zpty -r terminal rest; do text+=$rest; done 2>/dev/null
print -r -- "end${${(f)${${text##*bye}//$'\r'}}:#(|'> ')}"
