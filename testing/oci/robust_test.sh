#!/usr/bin/env bash
# The runtime is killed at any instant; delete --force leaves nothing.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

readonly ROUNDS=${ROUNDS:-50}

# Kills a command after a time that is as long as the command may take, at most.
killed_at_random() { # killed_at_random MICROSECONDS WORD...
  local most=$1 process
  shift
  setsid "$program" --root "$ROOT" "$@" >/dev/null 2>&1 </dev/null &
  process=$!
  "$BUSYBOX" usleep $((RANDOM * RANDOM % most))
  kill -KILL "$process" 2>/dev/null || true
  wait "$process" 2>/dev/null || true
}

# How long a command takes here, in microseconds.
duration() { # duration COMMAND...
  local begin=${EPOCHREALTIME/./}
  "$@" >/dev/null 2>&1 </dev/null || true
  echo $((${EPOCHREALTIME/./} - begin))
}

# What is left of a round may take a moment to end. Others' processes that are
# being born die with the runtime, or are found by delete.
clean() { # clean ROUND
  local text end=$((SECONDS + 3))
  # Containers without a state are not there.
  rt delete --force "$id" >said 2>&1 || {
    text=$(cat said)
    [[ $text == *"does not exist"* || ! -e $ROOT/$id ]] || {
      echo "round $1: delete --force: $text"
      return 1
    }
  }
  while :; do
    find_left_processes
    ((${#left[@]} > 0)) || break
    if ((SECONDS > end)); then
      echo "round $1: left: $(ps -o pid,args -p "${left[*]}" 2>/dev/null || echo "${left[*]}")"
      return 1
    fi
    "$BUSYBOX" usleep 5000
  done
  [[ -z $(ls -A "$ROOT") ]] || {
    echo "round $1: state left: $(ls -A "$ROOT")"
    return 1
  }
  [[ -z $(own_cgroups) ]] || {
    echo "round $1: cgroups left: $(own_cgroups)"
    return 1
  }
}

prepare() {
  differs crun "1.8 leaves files in /tmp"
  args /bin/sleep 600
  bundle
  # Of this case: what was there before are its own processes, too.
  read_pids pids_before
}

create_is_killed() {
  differs runc "1.1.5 can't delete what is half created"
  differs crun "1.8 can't delete what is half created"
  prepare
  local n most
  most=$(duration rt create --bundle b "$id")
  rt delete --force "$id"
  for ((n = 0; n < ROUNDS; n++)); do
    killed_at_random "$most" create --bundle b "$id"
    clean "$n"
  done
}

# Kills a command before each of its system calls; BEFORE makes what it needs.
at_every_call() { # at_every_call BEFORE WORD...
  local before=$1 n=0
  shift
  for ((n = 1; n < 2000; n++)); do
    code=0
    "$before" >/dev/null 2>&1 </dev/null
    "$BIN/fault" alone kill "$n" "$program" --root "$ROOT" "$@" >/dev/null 2>&1 </dev/null || code=$?
    clean "$n"
    [[ $code != 100 ]] || break # it made fewer calls
  done
  echo "the last of $n rounds ended with $code"
  ((n > 20 && code == 100))
}

create_is_killed_everywhere() {
  differs runc "has threads"
  differs crun "1.8 can't delete what is half created"
  prepare
  at_every_call true create --bundle b "$id"
}

delete_is_killed_everywhere() {
  differs runc "has threads"
  prepare
  at_every_call background delete --force "$id"
}

# The first process in the container is killed: create takes all back by itself.
set_up_is_killed_everywhere() {
  differs runc "has threads"
  differs crun "1.8 has another order"
  prepare
  args nosuch # so that it never waits to be started
  bundle
  local n
  for ((n = 1; n < 2000; n++)); do
    code=0
    "$BIN/fault" child kill "$n" "$program" --root "$ROOT" create --bundle b "$id" >/dev/null 2>&1 </dev/null || code=$?
    [[ $code != 0 ]]
    expect "state, call $n" "" "$(ls -A "$ROOT")"
    expect "cgroups, call $n" "" "$(own_cgroups)"
    [[ $code != 100 ]] || break
  done
  # Where it makes a user namespace, it goes on in another process soon.
  ((n > 5 && code == 100))
}

start_is_killed() {
  prepare
  local n most
  rt create --bundle b "$id" >/dev/null 2>&1
  most=$(duration rt start "$id")
  rt delete --force "$id"
  for ((n = 0; n < ROUNDS; n++)); do
    rt create --bundle b "$id" >/dev/null 2>&1 </dev/null
    killed_at_random "$most" start "$id"
    clean "$n"
  done
}

exec_is_killed() {
  prepare
  local n most
  background
  most=$(duration rt exec "$id" /probe)
  for ((n = 0; n < ROUNDS; n++)); do
    killed_at_random "$most" exec "$id" /bin/sleep 500
  done
  expect_status running
  clean all
}

delete_is_killed() {
  prepare
  local n most
  background
  most=$(duration rt delete --force "$id")
  for ((n = 0; n < ROUNDS; n++)); do
    background
    killed_at_random "$most" delete --force "$id"
    clean "$n"
  done
}

# The id can be used again, whatever happened to its last bearer.
works_afterwards() {
  prepare
  killed_at_random 20000 create --bundle b "$id"
  rt delete --force "$id" >/dev/null 2>&1 || true
  args /probe exit 6
  bundle
  [[ ! -e $ROOT/$id ]] || differs "$RUNTIME" "can't delete what is half created"
  run rt run --bundle b "$id"
  expect_code 6
}

same_id_in_parallel() {
  args /bin/sleep 600
  bundle
  local n won=0 process=()
  for ((n = 0; n < 10; n++)); do
    rt create --bundle b "$id" >/dev/null 2>&1 </dev/null &
    process+=($!)
  done
  for n in "${process[@]}"; do
    if wait "$n"; then won=$((won + 1)); fi
  done
  rt delete --force "$id"
  [[ $won == 1 || $RUNTIME == chmdocker ]] || differs "$RUNTIME" "$won of 10 had the same id"
  expect "creates of the same id that succeeded" 1 "$won"
}

garbage_in_the_state() {
  bundle
  mkdir "$ROOT/$id-odd"
  echo '{' >"$ROOT/$id-odd/state.json"
  : >"$ROOT/$id-file"
  run rt list -q
  run rt state "$id-odd"
  [[ $code != 0 ]]
  run rt run --bundle b "$id"
  local once=$code
  rm -rf "$ROOT/$id-odd" "$ROOT/$id-file"
  expect "exit code beside garbage" 0 "$once"
}

check "create is killed at random instants" create_is_killed
check "create is killed before each call" create_is_killed_everywhere
check "the set-up is killed before each call" set_up_is_killed_everywhere
check "delete is killed before each call" delete_is_killed_everywhere
check "start is killed at random instants" start_is_killed
check "exec is killed at random instants" exec_is_killed
check "delete is killed at random instants" delete_is_killed
check "the id is free afterwards" works_afterwards
check "one of ten creates of the same id succeeds" same_id_in_parallel
check "garbage in the state directory" garbage_in_the_state
finish
