#!/usr/bin/env bash
# Installs Codex Router for this person, or removes what an installation put there. Profiles are never touched.
#
#   ./install.sh [--prefix DIR] [--yes]     builds if needed; DIR is ~/.local unless told
#   ./install.sh --uninstall [--prefix DIR]
#   --yes        adds the line to .zshrc without asking
#   --from DIR   installs what was built elsewhere: DIR holds bin/ and share/, as out/ does
#   --from FILE  installs a release's archive (codex-router-VERSION-SYSTEM.tar.gz), of which FILE.sha256 is believed
# From an unpacked archive it installs what lies beside it, and builds nothing.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=build/compile.sh
. "$project/build/compile.sh"
# shellcheck source=build/zshrc.sh
. "$project/build/zshrc.sh"
# shellcheck source=build/archive.sh
. "$project/build/archive.sh"

prefix=""
from=""
action=install
yes=""
added=""      # the line came into .zshrc just now
incomplete="" # something that was asked for could not be done

usage() {
  say "usage: ./install.sh [--prefix DIR] [--yes] [--uninstall] [--from DIR|ARCHIVE]"
  exit "$1"
}

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix | --from)
        [ -n "${2:-}" ] || usage 2
        if [ "$1" = --prefix ]; then prefix=$2; else from=$2; fi
        shift
        ;;
      --prefix=*) prefix=${1#*=} ;;
      --uninstall) action=uninstall ;;
      --yes) yes=1 ;;
      -h | --help) usage 0 ;;
      *) usage 2 ;;
    esac
    shift
  done
  [ -n "$prefix" ] || prefix=${HOME:?is not set: say where to install with --prefix DIR}/.local
  # What goes into .zshrc must hold from any folder.
  case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
  prefix=${prefix%/}
}

plugin() { echo "$prefix/share/codex-router/codex-router.plugin.zsh"; }

# The list of what an installation put under the prefix: uninstalling removes that and nothing else.
manifest() { echo "$prefix/share/codex-router/installed-files"; }

# A program or a shell that is using the old file keeps it: the new one takes the name in one step.
put() {
  local target=$prefix/$2
  mkdir -p "$(dirname "$target")"
  cp "$1" "$target.codex-router.new"
  chmod "$3" "$target.codex-router.new"
  mv -f "$target.codex-router.new" "$target"
  echo "$2" >>"$new_manifest"
}

# zsh loads a compiled plugin in half of the time. It takes the compiled one unless the text is newer, so an earlier one
# goes before a new text comes (see put_all). Without zsh, or where it cannot, there is none.
compile_plugin() {
  local file=share/codex-router/codex-router.plugin.zsh new
  new=$prefix/$file.codex-router.new
  # shellcheck disable=SC2016 # zsh's own words
  if zsh -fc 'emulate zsh -o no_aliases -o extended_glob -o no_multibyte; zcompile -- $1 $2' zsh "$new" "$prefix/$file" 2>/dev/null; then
    chmod 644 "$new.zwc"
    mv -f "$new.zwc" "$(plugin).zwc"
    echo "$file.zwc" >>"$new_manifest"
  fi
  rm -f "$new.zwc"
}

# Removes what an earlier installation had and this one has not.
remove_leftovers() {
  local file
  [ ! -f "$(manifest)" ] || grep -vxF -f "$new_manifest" "$(manifest)" | while IFS= read -r file; do rm -f "$prefix/$file"; done || true
}

put_all() {
  local file new_manifest
  new_manifest=$(mktemp)
  put "$from/bin/codex-router" bin/codex-router 755
  rm -f "$(plugin).zwc"
  while IFS= read -r file; do
    put "$from/share/codex-router/$file" "share/codex-router/$file" 644
    case $file in
      _codex-router | */_codex-router) put "$from/share/codex-router/$file" share/zsh/site-functions/_codex-router 644 ;;
      codex-router.1) put "$from/share/codex-router/$file" share/man/man1/codex-router.1 644 ;;
    esac
  done <<<"$(cd "$from/share/codex-router" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort)"
  compile_plugin
  remove_leftovers
  chmod 644 "$new_manifest"
  mv -f "$new_manifest" "$(manifest)"
}

# Only a person at a terminal can be asked; anyone else reads what to add.
agrees() {
  local answer=""
  [ -z "$yes" ] || return 0
  [ -t 0 ] && [ -t 2 ] || return 1
  printf 'Add the line that loads the plugin to %s? [Y/n] ' "$(zshrc)" >&2
  read -r answer || return 1
  case $answer in "" | [Yy]*) ;; *) return 1 ;; esac
}

offer_line() {
  local present
  present=$(loading_line)
  if [ -n "$present" ]; then
    say "$(zshrc) loads the plugin already (line ${present%%:*})"
  elif agrees; then
    if add_line "$(plugin)"; then
      added=1
      say "added to $(zshrc): it takes effect in new terminals, or after: exec zsh"
    else
      say "try: add this line by hand:"
      say "  $(line_for "$(plugin)")"
      incomplete=1
    fi
  else
    say "to load the plugin, add this to $(zshrc):"
    say "  $(line_for "$(plugin)")"
  fi
}

is_on_path() { case ":$PATH:" in *":$prefix/bin:"*) ;; *) return 1 ;; esac; }

# How the program is called in this shell.
program() { if is_on_path; then echo codex-router; else quoted_for_zsh "$prefix/bin/codex-router"; fi; }

check_path() {
  if is_on_path; then return 0; fi
  say "$prefix/bin is not on PATH: add to $(zshrc):"
  say "  path+=($(quoted_for_zsh "$prefix/bin"))"
}

# What a person of another shell adds.
tell_other_shell() {
  case ${SHELL:-} in
    */bash) say "for bash, add to ~/.bashrc:  eval \"\$($(program) init bash)\"" ;;
    */fish) say "for fish, add to ~/.config/fish/config.fish:  $(program) init fish | source" ;;
  esac
}

# Sets what to install: as told, or what lies beside this script in an unpacked archive, or what is built here.
find_source() {
  if [ -f "$from" ]; then
    unpack_folder=$(mktemp -d)
    trap 'rm -rf "$unpack_folder"' EXIT
    unpack_archive "$from" "$unpack_folder"
    from=$unpacked
  elif [ -z "$from" ] && [ -x "$project/bin/codex-router" ]; then
    from=$project
  elif [ -z "$from" ]; then
    (cd "$project" && ensure_built)
    from=$project/out
  fi
}

install_all() {
  find_source
  [ -x "$from/bin/codex-router" ] || give_up "$from/bin/codex-router is not there" "./install.sh without --from, which builds it"
  put_all
  say "installed codex-router under $prefix"
  offer_line
  tell_other_shell
  check_path
  # What it finds is for the person to read; the installation itself is done. This shell cannot have the hook yet when
  # its line is new, so the doctor waits for the next one.
  if [ -n "$added" ]; then
    say "next: exec zsh, then: $(program)"
  else
    "$prefix/bin/codex-router" doctor || true
    say "next: $(program)"
  fi
  [ -z "$incomplete" ]
}

remove_files() {
  local file
  while IFS= read -r file; do rm -f "$prefix/$file"; done <"$(manifest)"
  rm -f "$(manifest)"
  # Folders that hold something of others stay.
  for file in share/codex-router share/zsh/site-functions share/zsh; do
    rmdir "$prefix/$file" 2>/dev/null || true
  done
}

uninstall_all() {
  local present status=0
  if [ -f "$(manifest)" ]; then
    remove_files
    say "removed codex-router from $prefix"
  else
    say "nothing is installed under $prefix"
  fi
  remove_line "$(plugin)" || status=$?
  case $status in
    0) say "removed its line from $(zshrc)" ;;
    1) ;;
    *) say "try: take the line that ends with \"$mark\" out of $(zshrc) by hand" ;;
  esac
  present=$(loading_line)
  [ -z "$present" ] || say "left alone: line ${present%%:*} of $(zshrc), which loads the plugin and was not added by this script"
  say "your profiles and sign-ins in ~/.codex are untouched"
  [ "$status" -le 1 ]
}

read_arguments "$@"
"${action}_all"
