#!/usr/bin/env bash
# The rules work in another workspace, with a chmdocker that is built already, and
# without a network:
#
#   other_workspace_test.sh MODULE.bazel CHMDOCKER PROBE
#
# It makes one, and runs Bazel there, once with WORKSPACE and, with Bazel 7, once
# with MODULE.bazel.
set -euo pipefail

sources=$(dirname "$(realpath "$1")")
mkdir "$TEST_TMPDIR/other"
cp -L "$2" "$TEST_TMPDIR/other/program"
cp -L "$3" "$TEST_TMPDIR/other/probe"
cd "$TEST_TMPDIR/other"
failed=0

say_skipped() {
  echo "skip - another workspace: $1"
  exit 0
}

[[ -f $sources/rules/BUILD.bazel ]] || say_skipped "the sources are elsewhere"
bazel=$(command -v bazel) || say_skipped "bazel is not in PATH"

# What Bazel itself asks the network for has a stand-in in this repository.
write_workspace() {
  local stub
  cat <<END
workspace(name = "other")

local_repository(
    name = "chmdocker",
    path = "$sources",
)
END
  for stub in "$sources"/third_party/bazel_stubs/*/WORKSPACE; do
    stub=$(dirname "$stub")
    echo "local_repository(name = \"$(basename "$stub")\", path = \"$stub\")"
  done
}

write_module() {
  echo 'module(name = "other")'
  sed '1,/^module(/d; /path/s|"third_party|"'"$sources"'/third_party|' "$sources/MODULE.bazel"
  cat <<END

bazel_dep(name = "chmdocker")
local_path_override(
    module_name = "chmdocker",
    path = "$sources",
)
END
}

make_workspace() {
  write_workspace >WORKSPACE
  write_module >MODULE.bazel
  echo "data of the other workspace" >data.txt
  cat >BUILD.bazel <<'END'
load("@chmdocker//rules:chmdocker_layout.bzl", "chmdocker_layout")
load("@chmdocker//rules:chmdocker_test.bzl", "chmdocker_test")

chmdocker_layout(
    name = "image",
    files = {"probe": "bin/probe"},
)

[
    chmdocker_test(
        name = name,
        size = "small",
        chmdocker = "program",
        command = ["/bin/probe", "read", "$(RUNFILES)/$(rootpath data.txt)", "exit", code],
        data = ["data.txt"],
        image = ":image",
    )
    for name, code in [
        ("good_test", "0"),
        ("bad_test", "3"),
    ]
]
END
}

# Bazel of a server that the test starts and ends.
other_bazel() { "$bazel" --output_user_root="$TEST_TMPDIR/root" --max_idle_secs=60 "$@"; }

# The one test passes there, and the other one fails.
run_there() { # run_there NAME OPTION...
  local code=0
  other_bazel test --keep_going --test_output=all "${@:2}" //... >log 2>&1 || code=$?
  # 3: it was built, and a test has failed.
  if ((code == 3)) && grep -qx "data of the other workspace" log &&
    grep -q '^//:good_test .*PASSED' log &&
    grep -q '^//:bad_test .*FAILED' log; then
    echo "ok - $1"
    return
  fi
  echo "not ok - $1"
  sed 's/^/# /' log
  failed=1
}

make_workspace
trap 'other_bazel shutdown >/dev/null 2>&1' EXIT
case $("$bazel" --version) in
  "bazel "[67].*)
    run_there "another workspace, with MODULE.bazel" --enable_bzlmod
    run_there "another workspace, with WORKSPACE" --noenable_bzlmod
    ;;
  *) run_there "another workspace, with WORKSPACE" ;;
esac
exit "$failed"
