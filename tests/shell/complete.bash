# What TAB offers in bash: `bash --norc complete.bash PROGRAM LINE…` prints, for each line, the words that completion adds.
eval "$("$1" init bash)"
shift
for line in "$@"; do
  read -ra COMP_WORDS <<<"$line"
  case $line in *' ') COMP_WORDS+=('') ;; esac
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=${#line}
  COMPREPLY=()
  _codex_router codex-router "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s: %s\n' "$line" "${COMPREPLY[*]}"
done
