# shellcheck shell=bash
# From sources to out/: the program in out/bin, what the shell loads in out/share/codex-router. Nothing is done when
# no source has changed since.

# shellcheck source=build/system.sh
. "${BASH_SOURCE[0]%/*}/system.sh"
# shellcheck source=build/feed.sh
. "${BASH_SOURCE[0]%/*}/feed.sh"

# Servers that outlive a build keep its pipes open, and whoever reads them waits for ever: none is started.
quiet_dotnet() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
  export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
}

runtime_id() {
  local system machine
  case $(uname -s) in Darwin) system=osx ;; *) system=linux ;; esac
  case $(uname -m) in arm64 | aarch64) machine=arm64 ;; *) machine=x64 ;; esac
  # Alpine and its like have another C library.
  if [ "$system" = linux ] && ldd --version 2>&1 | grep -i musl >/dev/null; then system=linux-musl; fi
  echo "$system-$machine"
}

# Everything that goes into out/. Contents count, not times: a checkout changes times.
sources_fingerprint() {
  local inputs="src build paket.dependencies paket.lock global.json Directory.Build.props Directory.Build.targets"
  [ ! -d shell ] || inputs="$inputs shell"
  [ ! -f docs/codex-router.1 ] || inputs="$inputs docs/codex-router.1"
  # shellcheck disable=SC2086 # words on purpose
  find $inputs .config .paket \( -name bin -o -name obj \) -prune -o -type f ! \( -path "build/*.sh" ! -name compile.sh \) -print0 |
    LC_ALL=C xargs -0 cksum | LC_ALL=C sort | fingerprint
}

# native: compiled ahead of time, starts in milliseconds. ready-to-run: needs the .NET runtime, starts ten times slower.
possible_kind() {
  if [ "${CODEX_ROUTER_NO_NATIVE:-}" != 1 ] && can_link; then echo native; else echo ready-to-run; fi
}

built_kind() { sed -n 's/^kind //p' out/stamp 2>/dev/null || true; }

# A native program stays right until a source changes; a ready-to-run one also until a C toolchain turns up.
wanted_kind() {
  if [ "${CODEX_ROUTER_NO_NATIVE:-}" != 1 ] && [ "$(built_kind)" = native ]; then echo native; else possible_kind; fi
}

stamp_of() { printf 'kind %s\nsources %s\n' "$1" "$2"; }

is_up_to_date() {
  [ -x out/bin/codex-router ] && [ "$(cat out/stamp 2>/dev/null)" = "$(stamp_of "$(wanted_kind)" "$(sources_fingerprint)")" ]
}

# Gives this very process: in a subshell, $$ is the parent, which may be killed while the subshell goes on.
this_process() { exec sh -c 'echo "$PPID"'; }

# A link to a process number is made in one step, number and all, on every system; flock is not on macOS.
take_lock() {
  local holder said=""
  lock_owner=$(this_process)
  mkdir -p out
  until ln -s "$lock_owner" out/lock 2>/dev/null; do
    holder=$(readlink out/lock || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      drop_stale_lock
    else
      [ -n "$said" ] || say "waiting for another build (process ${holder:-unknown}); if there is none, remove $PWD/out/lock"
      said=1
      sleep 0.2
    fi
  done
  trap release_lock EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# Two waiters may see the same dead holder: only one may remove its lock, or the second would remove the first's new one.
drop_stale_lock() {
  ln -s "$$" out/lock.drop 2>/dev/null || { sleep 0.2; return 0; }
  local holder
  holder=$(readlink out/lock || true)
  if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -f out/lock; fi
  rm -f out/lock.drop
}

release_lock() {
  [ "$(readlink out/lock 2>/dev/null)" != "$lock_owner" ] || rm -f out/lock
  trap - EXIT INT TERM HUP
}

# Runs a step with its output put aside, and shows it only when the step fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  [ "$status" = 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

restore_packages() {
  need_dotnet
  need_feed
  quietly dotnet tool restore && quietly dotnet paket restore
}

publish() {
  local options="-p:PublishAot=true"
  [ "$1" = native ] ||
    options="-p:PublishAot=false -p:PublishReadyToRun=true -p:PublishSingleFile=true --self-contained false"
  rm -rf out/publish
  # shellcheck disable=SC2086 # words on purpose
  quietly dotnet publish src/CodexRouter.Program -c Release -r "$(runtime_id)" $options -o out/publish -v quiet -nodeReuse:false
}

# A program that is running keeps its file: the new one takes the name, in one step.
put_in_place() {
  mkdir -p out/bin
  cp out/publish/codex-router out/bin/.codex-router.new
  mv -f out/bin/.codex-router.new out/bin/codex-router
  rm -rf out/publish out/share.new
  mkdir -p out/share.new/codex-router
  [ ! -d shell ] || cp -R shell/. out/share.new/codex-router/
  [ ! -f docs/codex-router.1 ] || cp docs/codex-router.1 out/share.new/codex-router/
  rm -rf out/share
  mv out/share.new out/share
}

announce() {
  if [ "$1" = native ]; then
    say "building codex-router, native (one to four minutes from scratch) …"
  elif [ "${CODEX_ROUTER_NO_NATIVE:-}" = 1 ]; then
    say "building codex-router, not native, as CODEX_ROUTER_NO_NATIVE=1 asks: it starts ten times slower …"
  else
    say "building codex-router, not native, for want of a C toolchain: it starts ten times slower and needs .NET to run …"
  fi
}

build_program() {
  local kind started=$SECONDS sources
  provide_for build
  # Taken before compiling: an edit made meanwhile must count as new.
  sources=$(sources_fingerprint)
  kind=$(possible_kind)
  announce "$kind"
  rm -f out/stamp
  restore_packages || give_up "the packages could not be fetched" "look at the message above; offline, they must be in ~/.nuget/packages"
  publish "$kind" || give_up "the build failed" "look at the message above"
  put_in_place
  stamp_of "$kind" "$sources" >out/stamp
  say "built in $(seconds_since "$started"): out/bin/codex-router"
}

# Leaves an up-to-date program in out/. Silent when it is already there; safe to call from two terminals at once.
ensure_built() {
  is_up_to_date && return 0
  quiet_dotnet
  take_lock
  is_up_to_date || build_program
  release_lock
}
