#!/usr/bin/env bash
# Makes what a release of this system is, in out/release: the archive that install.sh --from takes, the file with its SHA-256, and
# its bill of materials (CycloneDX). Builds first if anything changed. The same sources and tools give the same files.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=build/compile.sh
. build/compile.sh
# shellcheck source=build/archive.sh
. build/archive.sh

release_version() { sed -n 's,^ *<Version>\(.*\)</Version>.*$,\1,p' Directory.Build.props; }

# Gives "NAME VERSION" of every package in the program: paket.lock before its first group, and the runtime, which is compiled in.
program_packages() {
  sed -n -e '/^GROUP /q' -e 's/^    \([^ ]*\) (\(.*\))$/\1 \2/p' paket.lock
  sed -n -e 's,^ *"Microsoft.DotNet.ILCompiler/\(.*\)": {$,Microsoft.DotNet.ILCompiler \1,p' src/CodexRouter.Program/obj/project.assets.json 2>/dev/null |
    LC_ALL=C sort -u || true
}

# Writes a CycloneDX bill of materials: VERSION.
bill_of_materials() {
  local name version comma=""
  printf '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.5",\n  "version": 1,\n'
  printf '  "metadata": { "component": { "type": "application", "name": "codex-router", "version": "%s", "licenses": [{ "license": { "id": "MIT" } }] } },\n' "$1"
  printf '  "components": ['
  while read -r name version; do
    printf '%s\n    { "type": "library", "name": "%s", "version": "%s", "purl": "pkg:nuget/%s@%s" }' "$comma" "$name" "$version" "$name" "$version"
    comma=,
  done <<<"$(program_packages)"
  printf '\n  ]\n}\n'
}

[ $# = 0 ] || { say "usage: build/release.sh"; exit 2; }
version=$(release_version)
[ -n "$version" ] || give_up "Directory.Build.props names no version" "grep Version Directory.Build.props"
ensure_built
[ "$(built_kind)" = native ] || give_up "only a native program is released, and this one is $(built_kind)" "$(how_to_get cc)"
archive=$(make_archive out "$version" "$(runtime_id)" out/release)
bill_of_materials "$version" >"${archive%.tar.gz}.cdx.json"
for file in "$archive" "$archive.sha256" "${archive%.tar.gz}.cdx.json"; do say "$file"; done
