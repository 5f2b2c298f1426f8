#!/usr/bin/env bash
# Replays the first five minutes of a new person in a real terminal, and prints what they see: an empty home with one
# made-up sign-in, a stand-in for Codex, the installation, and the commands that each command names as the next one.
# Nothing of yours is touched, and no provider is asked.
#
#   build/first-minutes.sh [DIR]
#
#   DIR   holds personal.json and work.json, the made-up sign-ins, and a config.toml that names a service for them
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=build/compile.sh
. "$project/build/compile.sh"

is_there tmux || give_up "tmux is not here to make a terminal with" "sudo apt-get install tmux"
is_there zsh || give_up "zsh is not here" "sudo apt-get install zsh"
(cd "$project" && ensure_built)

home=$(mktemp -d)
home=$(cd "$home" && pwd -P)
tell=$home/.prompts

on_terminal() { env -u TMUX tmux -f /dev/null -S "$home/.tmux" "$@"; }

finish() {
  on_terminal kill-server 2>/dev/null || true
  rm -rf "$home"
}
trap finish EXIT

# Gives a JSON Web Token that is visibly fake.
token() {
  local part
  part=$(printf '%s' "$1" | base64 | tr -d '=\n' | tr '+/' '-_')
  printf 'eyJhbGciOiJub25lIn0.%s.FAKE-SIGNATURE' "$part"
}

# Gives the auth.json of a made-up account: e-mail, account, plan.
made_up() {
  local identity
  identity=$(token "{\"email\":\"$1\",\"exp\":4102444800,\"https://api.openai.com/auth\":{\"chatgpt_account_id\":\"$2\",\"chatgpt_user_id\":\"user-$2\",\"chatgpt_plan_type\":\"$3\"}}")
  printf '{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{"id_token":"%s","access_token":"%s","refresh_token":"FAKE-%s","account_id":"%s"},"last_refresh":"2030-01-01T00:00:00Z"}' \
    "$identity" "$identity" "$2" "$2"
}

furnish() {
  mkdir -m 700 "$home/.codex"
  mkdir "$home/tools" "$home/acme"
  if [ -n "${1:-}" ]; then
    cp "$1/personal.json" "$home/.codex/auth.json"
    cp "$1/work.json" "$home/.sign-in-of-work"
    cp "$1/config.toml" "$home/.codex/config.toml"
  else
    made_up alice@example.com acct-alice plus >"$home/.codex/auth.json"
    made_up bob@work.example acct-work business >"$home/.sign-in-of-work"
  fi
  chmod 600 "$home/.codex/auth.json" "$home/.sign-in-of-work"
  cat >"$home/tools/codex" <<'END'
#!/bin/sh
case "$1" in
  login)
    echo "Starting local login server on http://localhost:1455."
    cp "$HOME/.sign-in-of-work" "${CODEX_HOME:-$HOME/.codex}/auth.json"
    echo "Successfully logged in" ;;
  *) echo "Codex, in ${CODEX_HOME:-$HOME/.codex}" ;;
esac
END
  chmod 755 "$home/tools/codex"
  ln -s "$project" "$home/codex-router"
  cat >"$home/.zshrc" <<'END'
PS1='%~ $ '
path=(~/.local/bin $path)
precmd_functions=(tell_of_prompt)
tell_of_prompt() { print prompt >>~/.prompts }
END
  : >"$tell"
}

prompts() { wc -l <"$tell" | tr -d ' '; }

# Waits until something is so. The limit only ends a replay that hangs.
until_so() {
  local rounds=0
  until "$@"; do
    rounds=$((rounds + 1))
    [ "$rounds" -lt 1200 ] || give_up "the terminal does not come to: $*" "look at what it shows: $(on_terminal capture-pane -p | tail -n 5)"
    sleep 0.1
  done
}

has_prompts() { [ "$(prompts)" -gt "$1" ]; }

shows() { on_terminal capture-pane -p | grep -F -- "$1" >/dev/null; }

# Types a line, and waits for the next prompt.
person_types() {
  local before
  before=$(prompts)
  on_terminal send-keys -l "$1"
  on_terminal send-keys Enter
  if [ -n "${2:-}" ]; then
    until_so shows "$2"
    on_terminal send-keys -l "$3"
    on_terminal send-keys Enter
  fi
  until_so has_prompts "$before"
}

start_terminal() {
  on_terminal new-session -d -x 110 -y 200 env -i HOME="$home" PATH="$home/tools:/usr/local/bin:/usr/bin:/bin" \
    TERM=tmux-256color LC_ALL=C.UTF-8 TZ=UTC SHELL=/bin/zsh https_proxy=http://127.0.0.1:1 zsh -d -i
  on_terminal set -g status off
  until_so has_prompts 0
}

furnish "${1:-}"
cd "$home"
start_terminal
person_types 'codex-router/install.sh' '[Y/n]' y
person_types 'exec zsh -d'
person_types codex-router
person_types 'codex-router save alice'
person_types 'codex-router login work'
person_types 'codex-router list'
person_types 'cd acme'
person_types 'codex-router pin work'
person_types 'codex'
person_types 'cd'
person_types 'cd acme'
person_types 'codex-router which'
person_types 'codex-router quota'
person_types codex-router
on_terminal capture-pane -p -J -S - | sed -e 's/ *$//' -e '/./,$!d' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
