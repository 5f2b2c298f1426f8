# shellcheck shell=bash
# What the scripts need of the machine: which programs are there, how to get those that are not, and the few commands
# that Linux and macOS spell differently.

# Messages go to stderr: stdout belongs to the program (`./run.sh list --json | jq`).
say() { printf '%s\n' "$*" >&2; }

# Names what went wrong and what to do about it, and ends the script.
give_up() {
  say "codex-router: $1"
  shift
  local line
  for line in "$@"; do say "try: $line"; done
  exit 1
}

is_there() { command -v "$1" >/dev/null 2>&1; }

on_linux() { [ "$(uname -s)" = Linux ]; }

# Whole seconds are enough: builds take tens of them.
seconds_since() { echo "$((SECONDS - $1)) s"; }

# Gives the SHA-256 of what is piped in. Linux has sha256sum, macOS shasum.
fingerprint() {
  if is_there sha256sum; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# Gives a line "name size time-of-change" for everything in a folder. GNU and BSD stat share no option.
listing_of() {
  if stat -c %n / >/dev/null 2>&1; then
    find -H "$1" -exec stat -c "%n %s %Y" {} + | LC_ALL=C sort
  else
    find -H "$1" -exec stat -f "%N %z %m" {} + | LC_ALL=C sort
  fi
}

# A compiler that is there may still lack its C library: only linking a program shows that it works.
can_link() {
  local compiler folder made=1
  for compiler in clang gcc; do is_there "$compiler" && break; done
  is_there "$compiler" || return 1
  folder=$(mktemp -d)
  echo 'int main(void) { return 0; }' | "$compiler" -x c -o "$folder/program" - 2>/dev/null && made=0
  rm -rf "$folder"
  return "$made"
}

# Gives what a purpose needs besides the .NET SDK.
needs() {
  case $1 in
    build) echo "cc" ;;
    demo) echo "cc zsh" ;;
    test) echo "cc git zsh fish npm tmux shellcheck"; on_linux && echo "strace" ;;
    bench) echo "cc zsh npm direnv"; on_linux && echo "strace" ;;
  esac
  return 0
}

# Gives what single tests need and nothing else does: they are skipped where it is missing, and say so.
wishes() {
  case $1 in
    test) echo "powerlevel starship" ;;
  esac
  return 0
}

has_powerlevel() {
  local folder
  for folder in /usr/share /opt/homebrew/share /usr/local/share; do
    set -- "$folder"/*powerlevel*/powerlevel*.zsh-theme
    [ ! -f "$1" ] || return 0
  done
  return 1
}

has() {
  case $1 in
    cc) can_link ;;
    powerlevel) has_powerlevel ;;
    *) is_there "$1" ;;
  esac
}

missing_for() {
  local thing
  for thing in $(needs "$1"); do has "$thing" || echo "$thing"; done
}

# Gives those wishes that are missing and that this system has a package for.
wished_for() {
  local thing
  for thing in $(wishes "$1"); do
    if has "$thing"; then
      continue
    elif is_there apt-get; then
      apt-cache show "$(apt_package "$thing")" >/dev/null 2>&1 || continue
    fi
    echo "$thing"
  done
}

apt_package() {
  case $1 in
    cc) echo "clang libc6-dev" ;;
    powerlevel) echo "zsh-theme-powerlevel9k" ;;
    *) echo "$1" ;;
  esac
}

homebrew_formula() {
  case $1 in
    npm) echo "node" ;;
    powerlevel) echo "powerlevel10k" ;;
    *) echo "$1" ;;
  esac
}

# Joins what a mapping gives for each thing, on one line.
each_as() {
  local mapping=$1 thing names=""
  shift
  for thing in "$@"; do names="$names $("$mapping" "$thing")"; done
  echo "${names# }"
}

how_to_get() {
  if is_there apt-get; then
    echo "sudo apt-get install $(each_as apt_package "$@")"
  elif on_linux; then
    echo "your system's package manager, for: $* (cc: clang or gcc)"
  else
    # Apple's compiler comes with its own tools, the rest from Homebrew.
    local others=""
    for thing in "$@"; do
      if [ "$thing" = cc ]; then echo "xcode-select --install"; else others="$others $thing"; fi
    done
    # shellcheck disable=SC2086 # words on purpose
    [ -z "$others" ] || echo "brew install $(each_as homebrew_formula $others)"
  fi
}

may_install() { is_there apt-get && [ "$(id -u)" = 0 ]; }

# Without this, a package's question would wait for an answer that never comes.
install_packages() {
  say "installing: $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2 </dev/null && apt-get install -y -qq --no-install-recommends "$@" >&2 </dev/null
}

# Installs what a purpose lacks where that needs no question (root on Debian or Ubuntu), and names it elsewhere.
# Never fails: whoever cannot do without a thing says so itself. With everything there, nothing is asked of the network.
provide_for() {
  local missing
  missing=$(missing_for "$1")
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2046,SC2086 # words on purpose
  if may_install; then install_packages $(each_as apt_package $missing) || true; fi
  missing=$(missing_for "$1")
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # words on purpose
  set -- $missing
  say "not on this machine: $*"
  how_to_get "$@" | while IFS= read -r line; do say "try: $line"; done
}

# Installs what single tests wish for where that needs no question. Names nothing: the tests that are skipped do.
provide_wishes_for() {
  local wished
  may_install || return 0
  wished=$(wished_for "$1")
  [ -n "$wished" ] || return 0
  # shellcheck disable=SC2046,SC2086 # words on purpose
  install_packages $(each_as apt_package $wished) || true
}

need_dotnet() {
  is_there dotnet && dotnet --version >/dev/null 2>&1 && return 0
  give_up "building needs the .NET 10 SDK, and it is not on PATH" \
    "sudo apt-get install dotnet-sdk-10.0   (Ubuntu; on Debian add Microsoft's package source first)" \
    "brew install --cask dotnet-sdk         (macOS)" \
    "https://dotnet.microsoft.com/download/dotnet/10.0"
}
