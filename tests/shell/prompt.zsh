# What a person sees: `zsh -f prompt.zsh PLUGIN DIRECTORY FILE` starts an interactive zsh at a terminal, reads the lines of
# FILE in it, enters DIRECTORY, and prints what came to the screen between two commands: the prompt, colours and all.
emulate zsh
zmodload zsh/zpty
zpty terminal "TERM=xterm exec zsh -f -i -o no_prompt_sp -o no_beep"
zpty -w terminal "plugin=${(q)1}; source ${(q)3}; print -r -- 'rea''dy'"
zpty -r terminal text '*ready*'
zpty -w terminal "cd -- ${(q)2} 2>/dev/null; print -r -- 'ent''ered'"
zpty -r terminal text '*entered*'
zpty -w terminal "print -r -- 'en''ded'"
zpty -r terminal text '*ended*'
print -rn -- "$text"
zpty -d terminal
