# shellcheck shell=bash
# Which package feed to use. The repository names none: paket.dependencies and paket.lock hold the token %NUGET_FEED%,
# and each machine answers for itself.

# Gives the first package source that is enabled in the machine's own NuGet configuration; lines read "E <address>".
configured_feed() {
  sed -n "/^E[A-Z]* /{s/^E[A-Z]* //p;q;}" <<<"$(dotnet nuget list source --format short)"
}

need_feed() {
  [ -z "${NUGET_FEED:-}" ] || { export NUGET_FEED; return 0; }
  NUGET_FEED=$(configured_feed)
  [ -n "$NUGET_FEED" ] || give_up "NuGet has no package source that is enabled" \
    "dotnet nuget list source, then dotnet nuget enable source NAME" \
    "NUGET_FEED=<address of your feed> $0"
  export NUGET_FEED
}

# Paket writes the address that it used into the lock file; the token goes back in its place.
hide_feed() {
  sed 's/^\( *remote:\) .*$/\1 %NUGET_FEED%/' paket.lock >paket.lock.new && mv paket.lock.new paket.lock
}
