#!/usr/bin/env bash
# ./build.sh            the main job: the race of the optimizers (more arguments go to it)
# ./build.sh test       every test; the last line is their totals
# ./build.sh quick      the core's tests that take seconds, for work in between
# ./build.sh format     is the code formatted?    ./build.sh format --fix formats it
# ./build.sh api        writes PublicAPI.Unshipped.txt anew from the code
# ./build.sh pack       makes the packages in artifacts/packages, looks into them and uses them
# ./build.sh libtorch   fetches libtorch (200 MB), which the tests of TorchSharp's optimizers need and are left out without
# ./build.sh setup | build
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

target() { dotnet msbuild build/build.proj -nologo -v:minimal -tl:off "-t:$1" "${@:2}"; }

verb=${1:-race}
[ $# -gt 0 ] && shift

case $verb in
  setup) target Setup ;;
  build) target Build ;;
  race)  target Setup; dotnet run --project src/Optim.Functional.Cli -c Release -- race "$@" ;;
  test|quick)
    rc=0; target "$verb" || rc=$?
    [ -f artifacts/tests.txt ] && cat artifacts/tests.txt
    exit $rc ;;
  format) if [ "${1:-}" = --fix ]; then target FormatFix; else target Format; fi ;;
  api)   target Api ;;
  pack)  target Pack ;;
  libtorch) target LibTorch ;;
  *)     sed -n '2,9s/^# //p' build.sh; exit 2 ;;
esac
