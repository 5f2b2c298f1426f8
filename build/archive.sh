# shellcheck shell=bash
# A release's archive: how it is made, and how one from elsewhere is taken apart without trusting it. Needs build/compile.sh.
#
#   codex-router-VERSION-RID/bin/codex-router
#   codex-router-VERSION-RID/share/codex-router/…    plugin, completion, manual page
#   codex-router-VERSION-RID/install.sh, build/…     installs what lies beside it
#   codex-router-VERSION-RID/LICENSE, README.md

# Gives a time in seconds since 1970 as touch(1) takes it. GNU and BSD date share no option.
touch_time() { date -u -d "@$1" +%Y%m%d%H%M.%S 2>/dev/null || date -u -r "$1" +%Y%m%d%H%M.%S; }

# The time that every file of an archive has: the last commit's, so that the same sources give the same archive.
release_time() {
  if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
    echo "$SOURCE_DATE_EPOCH"
  else
    git log -1 --format=%ct 2>/dev/null || echo 1577836800
  fi
}

# Lays out what goes into an archive: FROM (bin/ and share/, as out/ has them), FOLDER.
stage_archive() {
  local from=$1 folder=$2 file
  mkdir -p "$folder/bin" "$folder/build"
  cp "$from/bin/codex-router" "$folder/bin/"
  cp -R "$from/share" "$folder/"
  cp LICENSE README.md install.sh "$folder/"
  for file in archive compile feed system zshrc; do cp "build/$file.sh" "$folder/build/"; done
  find "$folder" -type d -exec chmod 755 {} +
  find "$folder" -type f -exec chmod 644 {} +
  chmod 755 "$folder/bin/codex-router" "$folder/install.sh"
}

# Writes a tar of a folder's files, in a fixed order and with the owner 0: FOLDER, from within the one above it.
tar_of() {
  local owner="--uid 0 --gid 0"
  if tar --version 2>/dev/null | grep GNU >/dev/null; then owner="--owner=0 --group=0"; fi
  # shellcheck disable=SC2086 # words on purpose
  find "$1" -type f | LC_ALL=C sort | tar --format=ustar $owner --numeric-owner -cf - -T -
}

# Makes an archive and the file with its SHA-256: FROM VERSION RID FOLDER. Gives its path.
make_archive() {
  local name=codex-router-$2-$3 work time
  work=$(mktemp -d)
  stage_archive "$1" "$work/$name"
  time=$(touch_time "$(release_time)")
  find "$work/$name" -exec env TZ=UTC touch -t "$time" {} +
  mkdir -p "$4"
  (cd "$work" && tar_of "$name" | gzip -9 -n) >"$4/$name.tar.gz.new"
  mv -f "$4/$name.tar.gz.new" "$4/$name.tar.gz"
  printf '%s  %s\n' "$(fingerprint <"$4/$name.tar.gz")" "$name.tar.gz" >"$4/$name.tar.gz.sha256"
  rm -rf "$work"
  echo "$4/$name.tar.gz"
}

check_sum() {
  local expected
  [ -f "$1.sha256" ] || { say "$1.sha256 is not there: what was downloaded is not compared with it"; return 0; }
  read -r expected _ <"$1.sha256" || true
  [ "$expected" = "$(fingerprint <"$1")" ] ||
    give_up "$1 is damaged, or another one: its SHA-256 is not that of $1.sha256" "download both again"
}

# Nothing but plain files and folders in one folder, with names that mean the same everywhere.
check_members() {
  local kinds names top
  if ! kinds=$(tar -tvzf "$1" 2>/dev/null | cut -c 1 | LC_ALL=C sort -u | tr -d '\n') || ! names=$(tar -tzf "$1" 2>/dev/null); then
    give_up "$1 is damaged, or no archive of codex-router" "download it again"
  fi
  case $kinds in - | -d) ;; *) give_up "$1 holds links or devices, which no release has: nothing of it was unpacked" "download it again" ;; esac
  top=${names%%/*}
  if grep -Ev '^[A-Za-z0-9._][A-Za-z0-9._/-]*$' <<<"$names" >/dev/null || grep -E '(^|/)\.\.(/|$)' <<<"$names" >/dev/null ||
    grep -v "^$top/" <<<"$names" >/dev/null; then
    give_up "$1 holds a name that leads out of its folder: nothing of it was unpacked" "download it again"
  fi
  grep -x "$top/bin/codex-router" <<<"$names" >/dev/null || give_up "$1 is no archive of codex-router" "download it again"
  echo "$top"
}

# The system that an archive's folder names: codex-router-1.0.0-linux-x64.
check_system() {
  local here pattern='^codex-router-.+-((linux|linux-musl|osx)-(x64|arm64))$'
  here=$(runtime_id)
  [[ $2 =~ $pattern ]] || give_up "$1 does not say which system it is for" "download it again"
  [ "${BASH_REMATCH[1]}" = "$here" ] ||
    give_up "$1 is for ${BASH_REMATCH[1]}, and this machine is $here" "download the archive for $here"
}

# Unpacks an archive of this system into a folder, after all that can be checked: ARCHIVE FOLDER. Sets `unpacked` to what
# install.sh takes. (Not printed: a command substitution would go on after a failure.)
unpack_archive() {
  local top
  check_sum "$1"
  top=$(check_members "$1")
  check_system "$1" "$top"
  tar -xzof "$1" -C "$2" || give_up "$1 could not be unpacked" "df -h"
  # shellcheck disable=SC2034 # install.sh reads it
  unpacked=$2/$top
}
