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

# Appending in place keeps the file's mode and owner, and what a link points at.
add_line() {
  local file
  file=$(zshrc)
  # A last line without its line end would swallow ours.
  if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then echo >>"$file"; fi
  line_for "$1" >>"$file"
}

# Gives the file behind a link, or behind a link to a link; readlink -f is not on every macOS.
behind_links() {
  local file=$1 target
  while [ -L "$file" ]; do
    target=$(readlink "$file")
    case $target in /*) file=$target ;; *) file=$(dirname "$file")/$target ;; esac
  done
  echo "$file"
}

# Takes out exactly the line that was added, by a rename: a crash leaves the old file or the new one.
remove_line() {
  local file line
  file=$(behind_links "$(zshrc)")
  line=$(line_for "$1")
  [ -f "$file" ] && grep -qxF -- "$line" "$file" || return 1
  cp -p "$file" "$file.codex-router.new"
  grep -vxF -- "$line" "$file" >"$file.codex-router.new" || true # nothing left is fine too
  mv -f "$file.codex-router.new" "$file"
}
