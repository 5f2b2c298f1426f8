#!/usr/bin/env bash
# Makes the pictures beside it: real terminals (tmux), the program as built, sample accounts in a throw-away home. Those of the live
# view are drawn by the program's own code in the suite `cli`, of made-up profiles with a clock of their own: the same code gives
# the same pictures.
#
#   docs/pictures/make.sh            all
#   docs/pictures/make.sh list       this one
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=build/compile.sh
. "$project/build/compile.sh"
# shellcheck source=build/suites.sh
. "$project/build/suites.sh"

work=""
clean_up() {
  [ -n "$work" ] || return 0
  tmux -S "$work/tmux" kill-server 2>/dev/null || true
  rm -rf "$work"
}

in_tmux() { tmux -f /dev/null -S "$work/tmux" -u "$@"; }

# Gives the URL-safe base64 (RFC 4648) of the standard input.
base64_url() { base64 | tr -d '\n=' | tr '+/' '-_'; }

# Gives an auth.json as Codex writes it, of an account that does not exist: EMAIL PLAN WORD.
sample_sign_in() {
  local claims
  claims=$(printf '{"email":"%s","https://api.openai.com/auth":{"chatgpt_plan_type":"%s","chatgpt_user_id":"user-%s","chatgpt_account_id":"acct-%s"}}' "$1" "$2" "$3" "$3")
  printf '{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{"id_token":"%s.%s.%s","access_token":"FAKE-ACCESS","refresh_token":"FAKE-REFRESH-%s","account_id":"acct-%s"},"last_refresh":"2030-01-01T00:00:00Z"}' \
    "$(printf '{"alg":"none","typ":"JWT"}' | base64_url)" "$(printf %s "$claims" | base64_url)" "$(printf FAKE-SIGNATURE | base64_url)" "$3" "$3"
}

# A home with three profiles, of which one is current and one pinned in a folder.
furnish() {
  local root=$work/home/.codex
  mkdir -p "$root" "$work/home/acme"
  router() { env -i HOME="$work/home" PATH="$PATH" CODEX_ROUTER_CODEX=/bin/true "$project/out/bin/codex-router" "$@" >/dev/null; }
  (umask 077 && sample_sign_in alice@example.com plus alice >"$root/auth.json")
  router save personal
  (umask 077 && sample_sign_in bob@work.example business bob >"$work/sign-in.json")
  router save work --from "$work/sign-in.json"
  (umask 077 && sample_sign_in carol@lab.example pro carol >"$work/sign-in.json")
  router save research --from "$work/sign-in.json"
  printf 'work\n' >"$work/home/acme/.codex-profile"
  (cd "$work/home/acme" && router allow)
  give_figures "$root"
}

# Gives a time, in seconds since 1970, as files have it; date(1) differs between systems, zsh does not.
utc() { TZ=UTC zsh -fc 'zmodload zsh/datetime; strftime "%Y-%m-%dT%H:%M:%SZ" $1' zsh "$1"; }

# What is known of each profile, as a reading a minute ago left it: percent left of 5h, then of the week.
give_figures() {
  local now profile person left_5h left_week
  now=$(date +%s)
  mkdir -p "$1/router/prompt"
  while read -r profile person left_5h left_week; do
    printf '1 %s %s 5h %s %s wk %s %s\n' $((now - 60)) $((now + 86400)) "$left_5h" $((now + 5000)) "$left_week" $((now + 273600)) \
      >"$1/router/prompt/$profile"
    mkdir -p "$1/router/quota/$profile"
    printf '{"schema":1,"user_id":"user-%s","account_id":"acct-%s","quota":{"source":"service","fetched_at":"%s","windows":[{"limit":"codex","minutes":300,"used":%s,"resets_at":"%s"},{"limit":"codex","minutes":10080,"used":%s,"resets_at":"%s"}]}}' \
      "$person" "$person" "$(utc $((now - 60)))" $((100 - left_5h)) "$(utc $((now + 5000)))" $((100 - left_week)) "$(utc $((now + 273600)))" \
      >"$1/router/quota/$profile/snapshot.json"
  done <<END
personal alice 58 93
work bob 19 36
research carol 88 69
END
  chmod -R go= "$1/router"
}

# Waits until a text is on the terminal; leaves what is on it in `screen`.
await() {
  local tries=0
  until screen=$(in_tmux capture-pane -p -e) && printf %s "$screen" | grep -F -- "$1" >/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ]; then
      say "the terminal does not show '$1':"
      printf '%s\n' "$screen" >&2
      return 1
    fi
    sleep 0.1
  done
}

# Runs a shell's line in a terminal, waits for a text on it, and makes the picture: NAME COLUMNS ROWS TITLE TEXT LINE, and
# perhaps what a person types there and the text to wait for then.
take() {
  local name=$1 columns=$2 rows=$3 title=$4 text=$5 line=$6 screen
  in_tmux new-session -d -x "$columns" -y "$rows" -c "$work/home" \
    env -i HOME="$work/home" PATH="$project/out/bin:$PATH" TERM=tmux-256color LC_ALL=C.UTF-8 TZ=UTC \
    CODEX_ROUTER_CODEX=/bin/true PLUGIN="$project/out/share/codex-router/codex-router.plugin.zsh" zsh -f -i -c "$line"
  in_tmux set -g status off
  await "$text"
  if [ $# -gt 6 ]; then
    in_tmux send-keys "$7" Enter
    await "$8"
  fi
  in_tmux kill-server
  printf '%s\n' "$screen" | dotnet fsi "$project/docs/pictures/svg.fsx" "$columns" "$title" >"$work/$name.svg"
  mv -f "$work/$name.svg" "$project/docs/pictures/$name.svg"
  say "docs/pictures/$name.svg"
}

# The sample's clock counts from one moment: a second after the start is the same on every day.
sample_watch="exec dotnet '$project/tests/CodexRouter.Cli.Tests/bin/Release/net10.0/CodexRouter.Cli.Tests.dll' --watch-role sample 8"
picture_watch() { take watch 116 31 "codex-router watch" "next reading in 25s" "$sample_watch"; }
picture_watch_80x24() { take watch-80x24 80 24 "codex-router watch, 80 by 24" "next reading in 25s" "$sample_watch"; }
picture_watch_40x12() { take watch-40x12 40 12 "codex-router watch, 40 by 12" "next reading in 25s" "$sample_watch"; }

picture_list() { take list 80 6 "codex-router list" "research" "print -r -- '$ codex-router list'; codex-router list; sleep 60"; }

# An interactive zsh with the plugin, to which a person types.
picture_prompt() {
  cat >"$work/home/.zshrc" <<'END'
source $PLUGIN
setopt prompt_subst
PROMPT='%~ $ ' RPROMPT='${CODEX_ROUTER_PS1}'
END
  take prompt 80 5 "the prompt, in two directories" "personal 5h" "CODEX_ROUTER_REFRESH=0 exec zsh -i" "cd acme" "work 5h"
}

main() {
  local picture
  for tool in tmux zsh base64; do
    is_there "$tool" || give_up "$tool is not installed" "apt-get install tmux zsh, or brew install tmux"
  done
  quiet_dotnet
  (
    cd "$project"
    ensure_built
    restore_packages
    build_suite cli
  )
  trap clean_up EXIT
  work=$(mktemp -d)
  furnish
  [ $# -gt 0 ] || set -- watch watch_80x24 watch_40x12 list prompt
  for picture in "$@"; do "picture_$picture"; done
}

main "$@"
