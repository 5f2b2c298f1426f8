# A person at a real terminal: `zsh -f terminal.zsh PLUGIN DIRECTORY`. Prints what each prompt of an interactive zsh
# with its line editor showed; the prompt holds the segment between brackets.
emulate zsh
zmodload zsh/zpty
zpty terminal "TERM=dumb exec zsh -f -i -o no_prompt_sp -o no_beep"
ask() { # types $1, waits for the prompt, prints what came in the place of the echo
  local text
  zpty -w terminal "print -r -- 'end''ed'; $1"
  zpty -r terminal text '*ended*\[*\]> '
  print -r -- "--- $2"
  print -r -- ${(j:\n:)${(M)${(f)${text//$'\r'}}:#(codex-router: *|status *|tty *)}}
  print -r -- "prompt ${(MS)text%%\[*\]> }"
}
zpty -w terminal "PS1='[%1v]> '; precmd_functions=(set_segment); set_segment() { psvar=(\"\$CODEX_ROUTER_PROMPT\") }; print -r -- 'rea''dy'"
zpty -r terminal text '*ready*\[*\]> '
ask "source ${(q)1}; precmd_functions=(\${precmd_functions:#set_segment} set_segment)" load
ask "cd ${(q)2}/acme" 'enter a pinned folder'
ask 'PS1="[%1v %?]> "; (exit 7)' 'a failing command'
ask 'PS1="[%1v]> "' 'a working one'
ask "cd ${(q)2}/other" leave
ask "codex-router use w" use
ask '[[ $CODEX_ROUTER_USE == work:$TTY && -c $TTY ]] && print -r -- "tty tied"' 'use is tied to the terminal'
zpty -w terminal "exec zsh -f -i -o no_prompt_sp -o no_beep"
zpty -w terminal "PS1='[%1v]> '; set_segment() { psvar=(\"\$CODEX_ROUTER_PROMPT\") }; source ${(q)1}; precmd_functions+=(set_segment); print -r -- 'rea''dy'"
zpty -r terminal text '*ready*\[*\]> '
ask : 'exec zsh keeps it'
ask "move() { cd ${(q)2}/acme }; codex-router use -; zle -N move; bindkey '^X' move; cd ${(q)2}/other" 'ready to move by a key'
zpty -w -n terminal $'\x18'
ask : 'moved by a key'
zpty -d terminal
