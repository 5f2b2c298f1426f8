# shellcheck shell=bash
# The one line in a person's .zshrc that loads the plugin. Needs build/system.sh.

mark="# added by Codex Router's install.sh"

zshrc() { echo "${ZDOTDIR:-$HOME}/.zshrc"; }

# Gives a path as one zsh word, whatever is in it.
quoted_for_zsh() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

line_for() { printf '%s  %s\n' "source $(quoted_for_zsh "$1")" "$mark"; }

# Gives the first line, with its number, that loads the plugin already, whoever wrote it; comments do not count.
loading_line() {
  [ -f "$(zshrc)" ] || return 0
  grep -nE 'codex-router\.plugin\.zsh|codex-router init zsh' "$(zshrc)" | grep -vE '^[0-9]+:[[:space:]]*#' | sed -n 1p || true
}

# Gives the file behind a link, or behind a link to a link; readlink -f is not on every macOS. Fails for links in a loop.
behind_links() {
  local file=$1 target links=0
  while [ -L "$file" ]; do
    links=$((links + 1))
    [ "$links" -le 40 ] || return 1
    target=$(readlink "$file") || return 1
    case $target in /*) file=$target ;; *) file=$(dirname "$file")/$target ;; esac
  done
  printf '%s\n' "$file"
}

# Says why .zshrc was left as it is.
zshrc_stays() {
  [ -z "${2:-}" ] || rm -f "$2"
  say "codex-router: $1; $(zshrc) is as it was"
  return 2
}

# Puts what a command makes of the file in its place, by a rename: a crash or a full disk leaves the old file whole.
# The new one is counted first, as a tool that fails must not pass for one that had nothing to write.
rewrite_zshrc() {
  local file=$1 lines=$2 new
  shift 2
  new=$file.codex-router.new.$$
  # A copy first, for its mode and owner.
  if [ -e "$file" ]; then
    cp -p "$file" "$new" || { zshrc_stays "$file cannot be copied beside itself" "$new"; return; }
  fi
  "$@" "$file" >"$new" || { zshrc_stays "$new cannot be written" "$new"; return; }
  [ "$(wc -l <"$new" | tr -d ' ')" = "$lines" ] || { zshrc_stays "$new is not what it should be" "$new"; return; }
  mv -f "$new" "$file" || { zshrc_stays "$file cannot be replaced" "$new"; return; }
}

# A last line without its line end counts, and would swallow ours.
lines_in() {
  if [ -s "$1" ]; then awk 'END { print NR }' "$1"; else echo 0; fi
}

with_line() {
  if [ -s "$2" ]; then awk '{ print }' "$2" || return 1; fi
  line_for "$1"
}

without_line() {
  local status=0
  grep -vxF -- "$1" "$2" || status=$?
  [ "$status" -le 1 ] # 1: nothing left, which is fine too
}

# Adds the line. What fails leaves the file as it was.
add_line() {
  local file count
  file=$(behind_links "$(zshrc)") || { zshrc_stays "its links lead in a circle"; return; }
  count=$(lines_in "$file") || { zshrc_stays "$file cannot be read"; return; }
  rewrite_zshrc "$file" "$((count + 1))" with_line "$1"
}

# Takes out exactly the line that was added. Gives 1 when it is not there, 2 when it could not be taken out.
remove_line() {
  local file line count ours status=0
  file=$(behind_links "$(zshrc)") || { zshrc_stays "its links lead in a circle"; return; }
  [ -f "$file" ] || return 1
  line=$(line_for "$1")
  ours=$(grep -cxF -- "$line" "$file") || status=$?
  [ "$status" -le 1 ] || { zshrc_stays "$file cannot be read"; return; }
  [ "$status" = 0 ] || return 1
  count=$(lines_in "$file") || { zshrc_stays "$file cannot be read"; return; }
  rewrite_zshrc "$file" "$((count - ours))" without_line "$line"
}
