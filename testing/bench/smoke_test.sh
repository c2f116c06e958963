#!/usr/bin/env bash
# The benchmark runs, compares what it should, and leaves nothing behind, as root
# and as an ordinary user. How fast anything is, is none of a test's business.
set -euo pipefail

# What podman mounts meanwhile is no other test's to see.
if [[ $(id -u) == 0 && -z ${APART:-} ]]; then
  APART=yes exec unshare --mount --propagation slave "$0" "$@"
fi

readonly USER_ID=1000 # any but 0; nothing of this user's is touched

directory=$(mktemp -d /tmp/chmdocker-smoke.XXXXXX)
trap 'rm -rf "$directory"' EXIT

fail() {
  echo "FAIL: $*"
  exit 1
}

# The benchmark as whom the test is about; in the background, $! is its own.
bench() {
  exec "${as[@]}" env TMPDIR="$directory/tmp" testing/bench/bench "$@"
}

# Runs it and keeps its process id and its output.
run_bench() {
  bench "$@" >"$directory/out" &
  last=$!
  wait "$last" || fail "$*: exit status $?"
  out=$(cat "$directory/out")
}

has_line() { # has_line TEXT NAME...
  local text=$1 name
  shift
  for name; do
    grep -qE "^ *$name  +[0-9]" <<<"$text" || fail "no line for $name in: $text"
  done
}

has() { # has TEXT PART
  [[ $1 == *"$2"* ]] || fail "no $2 in: $1"
}

# Of the benchmark that ran last.
nothing_left() {
  local left
  left=$(find "$directory/tmp" /dev/shm /run -mindepth 1 -maxdepth 1 \
    -name "chmdocker-bench-$last.*" 2>/dev/null || true)
  [[ -z $left ]] || fail "left: $left"
  ! grep -F "$directory/tmp" /proc/self/mountinfo || fail "mounts were left"
  left=$(grep -lsF "$directory/tmp" /proc/[0-9]*/cmdline || true)
  [[ -z $left ]] || fail "processes were left: $left"
  ! find /sys/fs/cgroup -name "bench-$last-*" 2>/dev/null | grep . ||
    fail "cgroups were left"
}

test_starts() {
  run_bench --rounds=2 --warm-up=0
  echo "$out"
  has_line "$out" floor 'floor, sealed' 'chmdocker run' 'chmdocker run --ti' 'hello world' \
    'chmdocker --version' chmdocker chmdocker-init
  has "$out" 'tutorial form, by its floor'
  [[ $mode == user ]] ||
    has_line "$out" 'OCI floor' 'OCI floor, in place' \
      'OCI floor, sealed' 'OCI floor, three calls' 'OCI floor, profile' 'exec floor' \
      'exec floor, sealed' \
      'chmdocker run \(bundle\)' 'chmdocker run \(profile\)' \
      'chmdocker create start delete' 'chmdocker exec'
  nothing_left
}

test_forms() {
  run_bench --rounds=2 --warm-up=0 --json --only=run --svg="$directory/tmp/svg"
  has "$out" '"name": "chmdocker run", "floor": "floor", "wall_ms": {"median": '
  has "$out" '"system_calls": '
  has "$out" '"name": "tutorial form, by its floor", "at": "most"'
  [[ $out != *'"name": "unshare"'* ]] || fail "--only=run let others in: $out"
  has "$(tail -n 1 "$directory/tmp/svg")" '</svg>'
  rm "$directory/tmp/svg"
  nothing_left
}

test_throughput() {
  run_bench --rounds=0 --throughput --starts=10 --repeats=2 --at-once=40 \
    --only='chmdocker run'
  has "$out" 'starts/s, 32 at a time'
  has "$out" 'starts/s, 40 at a time'
  has_line "$out" floor 'chmdocker run'
  nothing_left
}

# A runtime by another name, which is another build here.
test_peer() {
  run_bench --rounds=2 --warm-up=0 --json --only='(bundle),exec' \
    --peer=crun=cli/chmdocker
  has "$out" '"name": "crun run (bundle)"'
  has "$out" '"name": "crun exec"'
  has "$out" '{"name": "crun", "processes": 0, "pss_kib": 0}'
  nothing_left
}

test_without_cgroups() {
  run_bench --rounds=2 --warm-up=0 --without-cgroups --only='chmdocker run (bundle),chmdocker exec'
  has_line "$out" 'OCI floor' 'chmdocker run \(bundle\)' 'exec floor' 'chmdocker exec'
  nothing_left
}

test_growth() {
  run_bench --rounds=0 --warm-up=0 --growth --growth-rounds=2 \
    --containers=0,3 --mounts=0,20 --only='chmdocker run'
  has "$out" '3 running containers'
  has "$out" '20 mounts'
  has_line "$out" 'chmdocker run \(bundle\)'
  nothing_left
}

# While there are containers, cgroups, mounts and processes of all kinds.
test_interrupted() { # test_interrupted SIGNAL
  local line status=0
  mkfifo "$directory/progress"
  bench --rounds=0 --warm-up=0 --growth --containers=3 --mounts=20 \
    --growth-rounds=1000000 --only='chmdocker run' \
    2>"$directory/progress" >"$directory/out" &
  last=$!
  exec 3<"$directory/progress"
  while read -r line <&3; do
    [[ $line != *'3 running containers'* ]] || break
  done
  kill -s "$1" "$last"
  wait "$last" || status=$?
  exec 3<&-
  rm "$directory/progress"
  [[ $status == $((128 + $(kill -l "$1"))) ]] || fail "$1: exit status $status"
  nothing_left
}

test_command_line() {
  local help word
  help=$(bench --help)
  has "$help" --rounds
  for word in --rounds=none --rounds=-1 --peer=crun --peer=a/b=c --peer=a=b --mounts=3,2 \
    --svg= --what; do
    # The function ends its shell.
    ! (bench "$word") 2>"$directory/error" || fail "$word was accepted"
    has "$(cat "$directory/error")" "$word"
  done
}

run_all() {
  mkdir -p "$directory/tmp"
  chmod 1777 "$directory/tmp"
  test_starts
  test_forms
  test_throughput
  if [[ $mode == root ]]; then
    test_peer
    test_without_cgroups
    test_growth
    test_interrupted INT
    test_interrupted TERM
  else
    ! (bench --rounds=0 --growth) 2>"$directory/error" ||
      fail "--growth as an ordinary user"
    has "$(cat "$directory/error")" 'wants to be run by root'
  fi
  test_command_line
}

# Where any user can read it: Bazel's output may lie in a directory that is
# root's alone.
stage() {
  chmod 755 "$directory"
  cp -rL --parents cli/chmdocker runtime/init/chmdocker-init testing/bench \
    "$directory"
  chmod -R a+rX "$directory"
  cd "$directory"
}

if [[ $(id -u) != 0 ]]; then
  mode=user as=()
  run_all
else
  mode=root as=()
  run_all
  mode=user as=(setpriv "--reuid=$USER_ID" "--regid=$USER_ID" --clear-groups)
  if "${as[@]}" unshare --user true; then
    stage
    run_all
  else
    echo "skip - as a user: this host forbids user namespaces to them"
  fi
fi
