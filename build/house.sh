#!/usr/bin/env bash
# Draws the picture of the sources in docs/how-it-works.md, from the project files: folders in the order in which they are
# compiled, what each is for, and its files.
#
#   build/house.sh            prints the picture
#   build/house.sh --write    puts it into the page
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

page=docs/how-it-works.md
begins='<!-- from here: build/house.sh --write -->'
ends='<!-- to here -->'

# A heading, and the files of one folder, at most 100 characters to a line.
show_folder() {
  printf '\n    %s/  %s\n' "$1" "$2"
  printf '%s\n' "$3" | fold -s -w 100 | sed -e 's/ *$//' -e 's/^/        /'
}

# F#: order and words stand in the project file.
show_ordered() {
  local project=$1 folder='' words='' files='' line
  while IFS= read -r line; do
    case $line in
      *'<!-- '*': '*' -->'*)
        line=${line#*<!-- }
        line=${line% -->*}
        folder=${line%%: *}
        words=${line#*: }
        files=''
        ;;
      *'<Compile Include="'*/*'.fs"'*)
        line=${line#*Include=\"}
        line=${line%%.fs\"*}
        files="$files${line##*/} "
        ;;
      *)
        line=''
        ;;
    esac
    # The next folder, or the end, shows the one that was read.
    if [ -n "$folder" ]; then printf '%s\t%s\t%s\n' "$folder" "$words" "$files"; fi
  done <"src/$project/$project.fsproj" |
    awk -F '\t' '$1 != last && NR > 1 { print kept } { last = $1; kept = $0 } END { if (NR) print kept }' |
    while IFS=$'\t' read -r folder words files; do show_folder "$folder" "$words" "$files"; done
}

# C#: the words stand in the project file in the folders' order; the files in one have none.
show_unordered() {
  local project=$1 folder words
  sed -n 's/^    \([A-Z][A-Za-z]*\): \(.*\)$/\1|\2/p' "src/$project/$project.csproj" |
    while IFS='|' read -r folder words; do
      show_folder "$folder" "$words" "$(git ls-files "src/$project/$folder/*.cs" | sed -e 's:.*/::' -e 's/\.cs$//' | LC_ALL=C sort | tr '\n' ' ')"
    done
}

show_house() {
  printf '**src/CodexRouter.Core** (F#) makes the decisions. Each folder uses only folders above it in this list.\n'
  show_ordered CodexRouter.Core
  printf '\n**src/CodexRouter.Platform** (C#) talks to the operating system; it has no knowledge of Codex. Each folder uses only folders above it in this list.\n'
  show_unordered CodexRouter.Platform
  printf '\n**src/CodexRouter.Cli** (F#) connects the two. Each folder uses only folders above it in this list.\n'
  show_ordered CodexRouter.Cli
  printf '\n**src/CodexRouter.Program** (F#) holds the entry point: it runs the command line, and is the project that is compiled to native code.\n'
}

case ${1:-} in
  '') show_house ;;
  --write)
    picture=$(mktemp)
    trap 'rm -f "$picture"' EXIT
    show_house >"$picture"
    awk -v begins="$begins" -v ends="$ends" -v picture="$picture" '
      $0 == begins { print; print ""; while ((getline line < picture) > 0) print line; print ""; skips = 1; next }
      $0 == ends { skips = 0 }
      !skips { print }' "$page" >"$page.new"
    mv "$page.new" "$page"
    ;;
  *)
    echo "usage: build/house.sh [--write]" >&2
    exit 2
    ;;
esac
