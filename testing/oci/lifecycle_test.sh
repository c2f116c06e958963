#!/usr/bin/env bash
# The life of a container: create, start, state, kill, delete, run, list, ps.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

created_does_not_run() {
  shell 'touch /ran; sleep 60'
  bundle
  silently rt create --bundle b --pid-file "$PWD/pid" "$id"
  expect_status created
  [[ ! -e b/rootfs/ran ]]
  expect "pid file" "$(init_pid)" "$(cat pid)"
  expect "pid file's size" "$(init_pid | tr -d '\n' | wc -c)" "$(wc -c <pid)"
  [[ -d /proc/$(cat pid) ]]
  silently rt start "$id"
  await test -e b/rootfs/ran
  expect_status running
  silently rt kill "$id" KILL
  expect_status stopped
  silently rt delete "$id"
  ! exists
}

bundle_is_the_working_directory() {
  args /probe say hello
  bundle
  cd b || return
  run rt run "$id"
  expect_code 0
  expect "standard output" hello "$out"
}

state_is_complete() {
  config[annotations]='{"org.example.key":"a/b \"c\""}'
  args /bin/sleep 60
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  run rt state "$id"
  rt delete --force "$id"
  expect_code 0
  expect_match "$out" '"ociVersion": *"1\.'
  expect_match "$out" "\"id\": *\"$id\""
  expect_match "$out" '"pid": *[1-9]'
  expect_match "$out" "\"bundle\": *\"$PWD/b\""
  expect_match "$out" '"org.example.key": *"a/b \\"c\\""'
}

stopped_has_no_pid() {
  bundle
  background
  expect_status stopped
  run rt state "$id"
  rt delete "$id"
  expect_match "$out" '"pid": *0'
}

started_twice() {
  args /bin/sleep 60
  bundle
  background
  run rt start "$id"
  local once=$code text=$err
  rt delete --force "$id"
  [[ $once != 0 ]]
  [[ $RUNTIME == crun ]] || expect_match "$text" '(running|start|created).*container|container.*(running|start|created)'
}

running_is_not_deleted() {
  args /bin/sleep 60
  bundle
  background
  run rt delete "$id"
  expect_error "not"
  expect_status running
  silently rt delete --force "$id"
  ! exists
}

created_is_deleted_and_killed() {
  args /bin/sleep 60
  bundle
  rt create --bundle b --pid-file "$PWD/pid" "$id" >/dev/null 2>&1
  [[ $RUNTIME != crun ]] || { rt delete --force "$id"; differs crun "deletes a created container with --force alone"; }
  silently rt delete "$id"
  await has_ended "$(cat pid)"
  ! exists
}

second_of_the_same_id() {
  args /bin/sleep 60
  bundle
  background
  run rt create --bundle b "$id"
  local text=$err once=$code
  expect_status running
  rt delete --force "$id"
  [[ $once != 0 ]]
  if [[ $RUNTIME == crun ]]; then
    expect_has "$text" "already exists"
  else
    expect_has "$text" "container with given ID already exists"
  fi
}

unknown_id() {
  local verb
  for verb in state start "kill" delete pause resume ps "exec" events; do
    case $verb in
      exec) run rt exec "$id" /probe ;;
      events) run rt events --stats "$id" ;;
      *) run rt "$verb" "$id" ;;
    esac
    expect_error ""
    [[ $RUNTIME == crun ]] || expect_has "$err" "does not exist"
  done
  # Whoever cleans up need not know whether there is anything.
  run rt delete --force "$id"
  expect_code 0
}

bad_ids() {
  local bad
  bundle
  for bad in a/b .. . '' 'a b' "a$(printf '\001')" "$(printf 'ä')"; do
    run rt create --bundle b "$bad"
    [[ $code != 0 ]] || {
      rt delete --force "$bad"
      if [[ $RUNTIME == crun ]]; then differs crun "takes ids such as '$bad'"; fi
      echo "took the id '$bad'"
      return 1
    }
  done
  run rt run --bundle b "$id-A_1+.x"
  expect_code 0
}

stopped_is_not_killed() {
  bundle
  background
  expect_status stopped
  run rt kill "$id" TERM
  local text=$err once=$code
  # All processes of a container that has none are killed already.
  run rt kill --all "$id" KILL
  local all=$code
  rt delete "$id"
  [[ $once != 0 ]]
  [[ $RUNTIME == crun ]] || expect_has "$text" "container not running"
  [[ $RUNTIME == crun ]] || expect "exit code of kill --all" 0 "$all"
}

kills_by() { # kills_by SIGNAL NUMBER
  args /probe handle 10 handle 15 say ready await
  bundle
  rt create --bundle b "$id" >said 2>&1
  rt start "$id"
  await has_line said ready
  # shellcheck disable=SC2086
  silently rt kill "$id" $1
  await has_line said "caught: $2"
  expect_status stopped
  rt delete "$id"
}

kill_signals() {
  local form
  for form in 10 USR1 SIGUSR1; do kills_by "$form" 10; done
  kills_by '' 15
}

bad_signals() {
  args /bin/sleep 60
  bundle
  background
  local form failures=''
  for form in NOSUCH 0x9 -1 1000 9x; do
    run rt kill "$id" "$form"
    [[ $code != 0 ]] || failures+=" '$form'"
  done
  local last
  last=$(status_of "$id")
  rt delete --force "$id"
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "takes: $failures"
  expect "signals taken" "" "$failures"
  expect "status" running "$last"
}

exit_codes() {
  local n
  for n in 0 3 255; do
    args /probe exit "$n"
    bundle
    run rt run --bundle b "$id"
    expect_code "$n"
  done
}

signals_end_it() {
  local n
  for n in 9 15; do
    # Pid 1 can't kill itself by a signal.
    shell "/probe say ready; exec /bin/sleep 60"
    bundle
    rt_start run --bundle b "$id"
    await has_line out ready
    rt kill "$id" KILL
    end
    expect_code 137
  done
}

forwards_signals() {
  args /probe handle 15 say ready await exit 4
  bundle
  rt_start run --bundle b "$id"
  await has_line out ready
  kill -TERM "$pid"
  end
  expect_code 4
  expect_line "$(cat out)" "caught: 15"
}

no_such_command() {
  args /nosuch
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
  expect_match "$err" "no such file or directory|No such file"
  args nosuch
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
  expect_match "$err" 'executable file .*not found'
  : >b/rootfs/plain
  args /plain
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
  expect_match "$err" "[Pp]ermission denied"
  # create fails by the same, before there is anything to start.
  args nosuch
  bundle
  run rt create --bundle b "$id"
  expect_error "not found"
}

run_cleans_up() {
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  ! exists
}

run_keeps() {
  differs runc "1.1.5 runs with --keep, and leaves it running: its own flag"
  differs crun "1.8 does not have --keep"
  args /probe exit 3
  bundle
  run rt run --keep --bundle b "$id"
  expect_code 3
  expect_status stopped
  rt delete "$id"
}

run_detached() {
  args /bin/sleep 60
  bundle
  run rt run -d --pid-file "$PWD/pid" --bundle b "$id"
  expect_code 0
  expect_status running
  expect "pid file" "$(init_pid)" "$(cat pid)"
  rt kill "$id" 9
  expect_status stopped
  rt delete "$id"
}

lists() {
  args /bin/sleep 60
  bundle
  run rt list -q
  expect "no containers" "" "$out"
  run rt list
  expect_match "$out" 'ID.*PID.*STATUS.*BUNDLE.*CREATED.*OWNER|NAME.*PID.*STATUS.*BUNDLE.*CREATED.*OWNER'
  background
  rt create --bundle b "$id-2" >/dev/null 2>&1
  run rt list -q
  local short=$out
  run rt list
  local long=$out
  run rt list --format json
  local data=$out
  rt delete --force "$id"
  rt delete --force "$id-2"
  expect_line "$short" "$id"
  expect_line "$short" "$id-2"
  expect_match "$long" "$id +[0-9]+ +running +$PWD/b +20.*[a-z]"
  expect_match "$long" "$id-2 +[0-9]+ +created"
  expect_match "$data" "^\[[[:space:]]*\{.*\"id\": *\"$id\".*\}[[:space:]]*\]"
}

lists_processes() {
  needs_cgroups
  shell 'sleep 61 & sleep 62 & /probe say ready; wait'
  bundle
  rt create --bundle b "$id" >out 2>&1
  rt start "$id"
  await has_line out ready
  local first
  first=$(init_pid)
  run rt ps "$id"
  local table=$out
  run rt ps --format json "$id"
  local data=$out
  rt delete --force "$id"
  [[ $RUNTIME == crun ]] || expect_match "$table" "PID"
  expect_match "$data" "^\[[[:space:]]*[0-9]+(,[[:space:]]*[0-9]+){2}[[:space:]]*\]$"
  expect_match "$data" "[^0-9]${first}[^0-9]"
}

# pid 1 takes its children with it; they are what a container without a pid
# namespace leaves.
# A container whose first process has a $child, which outlives it.
two_in_the_hosts_pid_namespace() {
  without_namespace pid
  # A new mount of proc belongs to this pid namespace, too.
  linux[cgroupsPath]="\"/$UNIQUE\""
  shell 'sleep 63 & echo $! >/tmp/child; exec sleep 64'
  bundle
  background
  await test -s b/rootfs/tmp/child
  child=$(cat b/rootfs/tmp/child)
  [[ -d /proc/$child ]]
}

kill_all_without_pid_namespace() {
  needs_cgroups
  local child
  two_in_the_hosts_pid_namespace
  silently rt kill --all "$id" KILL
  await has_ended "$child"
  expect_status stopped
  rt delete "$id"
}

# Of such a container, which may have lost its first process, SIGKILL ends all.
kill_without_pid_namespace() {
  needs_cgroups
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "in Debian 12 kills the first process alone"
  local child
  two_in_the_hosts_pid_namespace
  kill -KILL "$(init_pid)"
  expect_status stopped
  [[ -d /proc/$child ]]
  silently rt kill "$id" KILL
  await has_ended "$child"
  run rt kill "$id" KILL
  expect_error "container not running"
  rt delete "$id"
}

signal_zero() {
  args /probe pause
  bundle
  background
  silently rt kill "$id" 0
  silently rt kill --all "$id" 0
  expect_status running
  rt kill "$id" KILL
  expect_status stopped
  run rt kill "$id" 0
  expect_error "container not running"
  rt delete "$id"
}

many_at_once() {
  needs_cgroups
  local n starts=()
  args /probe exit 5
  bundle
  for ((n = 0; n < 100; n++)); do
    rt run --bundle b "$id-$n" >/dev/null 2>&1 &
    starts+=($!)
  done
  for n in "${starts[@]}"; do
    code=0
    wait "$n" || code=$?
    expect "exit code" 5 "$code"
  done
}

version_is_told() {
  run rt --version
  expect_code 0
  expect_match "$out" "^[a-z]+ version [0-9]"
  expect_match "$out" $'\n(commit|spec): '
  run rt -v
  expect_code 0
}

root_is_private() {
  args /bin/sleep 60
  bundle
  background
  local mode
  mode=$(stat -c %a "$ROOT/$id")
  rt delete --force "$id"
  expect_match "$mode" '^7[01][01]$'
}

features_are_json() {
  differs runc "1.1.5 asks for a version of features that has other members"
  differs crun "1.8 has no features"
  run rt features
  expect_code 0
  expect_match "$out" '^\{'
  expect_match "$out" '"ociVersionMin": *"1\.0\.'
  expect_match "$out" '"namespaces": *\[.*"user"'
  if command -v jq >/dev/null; then jq -e '.linux.capabilities|length>35' >/dev/null <out; fi
}

spec_runs() {
  mkdir own
  cd own || return
  make_full_rootfs rootfs
  if is_root && ! is_mapped_root; then
    silently rt spec
  else
    silently rt spec --rootless
  fi
  # There is no terminal here, and no shell wanted.
  sed -i 's/"terminal": *true/"terminal": false/; s/^\(\t*\| *\)"sh"$/\1"\/probe", "say", "hello"/' config.json
  run rt run "$id"
  expect_code 0
  expect "standard output" hello "$out"
  run rt spec
  expect_error "exist"
  mkdir ../other
  if [[ $RUNTIME != crun ]]; then
    silently rt spec --bundle ../other
    [[ -s ../other/config.json ]]
  fi
}

unknown_verbs_and_flags() {
  run rt nosuchverb
  [[ $code != 0 ]] || differs "$RUNTIME" "prints its help"
  run rt state --nosuchflag "$id"
  [[ $code != 0 ]]
  run rt state
  [[ $code != 0 ]]
}

stale_state_is_stopped() {
  args /bin/sleep 60
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  kill -KILL "$(init_pid)"
  expect_status stopped
  run rt start "$id"
  [[ $code != 0 ]]
  silently rt delete "$id"
}

check "create stops before the command, start lets it go" created_does_not_run
check "the bundle is the working directory" bundle_is_the_working_directory
check "the state has all its members" state_is_complete
check "a stopped container has no pid" stopped_has_no_pid
check "a running container can't be started" started_twice
check "a running container is deleted by force only" running_is_not_deleted
check "a created container is killed by delete" created_is_deleted_and_killed
check "an id is taken once" second_of_the_same_id
check "an unknown container does not exist" unknown_id
check "ids that are no file name are refused" bad_ids
check "a stopped container is not running" stopped_is_not_killed
check "kill takes names and numbers" kill_signals
check "kill refuses what is no signal" bad_signals
check "run hands over the exit code" exit_codes
check "run says 128 + N for signals" signals_end_it
check "run forwards signals" forwards_signals
check "a command that is not there or not executable" no_such_command
check "run deletes the container at its end" run_cleans_up
check "run --keep does not" run_keeps
check "run --detach" run_detached
check "list" lists
check "ps" lists_processes
check "kill --all without a pid namespace" kill_all_without_pid_namespace
check "kill without a pid namespace" kill_without_pid_namespace
check "signal 0 asks whether one could be sent" signal_zero
check "100 containers at once" many_at_once
check "the version is told" version_is_told
check "CVE-2024-25621: the state is private" root_is_private
check "features is JSON" features_are_json
check "spec makes a bundle that runs" spec_runs
check "unknown verbs and flags are errors" unknown_verbs_and_flags
check "a container whose process died is stopped" stale_state_is_stopped
finish
