# shellcheck shell=bash
# The program behind `./run.sh demo`. It is never installed and starts once, so it is an ordinary .NET program, in out/demo.
# Needs build/compile.sh.

demo_fingerprint() {
  find demo src/CodexRouter.Platform paket.lock global.json Directory.Build.props Directory.Build.targets \
    \( -name bin -o -name obj \) -prune -o -type f -print0 |
    LC_ALL=C xargs -0 cksum | LC_ALL=C sort | fingerprint
}

demo_is_up_to_date() {
  [ -f out/demo/CodexRouter.Demo.dll ] && [ "$(cat out/demo/stamp 2>/dev/null)" = "$(demo_fingerprint)" ]
}

build_demo() {
  local sources started=$SECONDS
  sources=$(demo_fingerprint)
  say "building what shows the program at work …"
  rm -f out/demo/stamp
  restore_packages || give_up "the packages could not be fetched" "look at the message above; offline, they must be in ~/.nuget/packages"
  quietly dotnet build demo/CodexRouter.Demo -c Release -o out/demo -v quiet -nodeReuse:false || give_up "the build failed" "look at the message above"
  echo "$sources" >out/demo/stamp
  say "built in $(seconds_since "$started")"
}

# Leaves an up-to-date demo in out/demo, as ensure_built does with the program.
ensure_demo_built() {
  demo_is_up_to_date && return 0
  quiet_dotnet
  take_lock
  demo_is_up_to_date || build_demo
  release_lock
}
