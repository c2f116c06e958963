#!/usr/bin/env bash
# Containers that run without their caller: made by run --detach, found by name,
# stopped, started again, removed.
#
# What detached.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=detached.sh
source "$(dirname "$0")/../bin/detached.sh"

id_and_exit_code() {
  detached -- 'echo out; echo err >&2; exit 3'
  expect_match "$id" '^[0-9a-f]{64}$'
  expect "exit code" 3 "$(ch wait c)"
  run ch logs c
  well_but_for_error err
  expect "standard output" out "$out"
  expect "state" exited "$(field .State.Status)"
  expect "exit code" 3 "$(field .State.ExitCode)"
  expect_has "$(ch why c)" "returned 3"
  expect "names" "c" "$(ch ps -a --format '{{.Names}}')"
  expect "running" "" "$(ch ps -q)"
  # By id, by its beginning, by name.
  expect "id" "$id" "$(ch inspect -f '{{.Id}}' "$id")"
  expect "id" "$id" "$(ch inspect -f '{{.Id}}' "${id:0:12}")"
  expect "short id" "${id:0:12}" "$(ch ps -aq)"
  expect "whole id" "$id" "$(ch ps -aq --no-trunc)"
  expect "removed" c "$(ch rm c)"
  run ch rm c
  expect_code 1
  expect_has "$err" "No such container: c"
}

by_signal() {
  detached -- 'kill -SEGV $$'
  # Pid 1 can't be ended by its own signal; its child can.
  expect "exit code" 0 "$(ch wait c)"
  remove
  detached --init -- 'kill -SEGV $$'
  expect "exit code" 139 "$(ch wait c)"
  expect_has "$(ch why c)" "signal 11"
  remove
}

removes_itself() {
  detached --rm -- 'exit 1'
  await gone
}

# As it has ended its monitor removes it, while others wait for that.
removed_by_two() {
  local verb i names=(c{1..8})
  for verb in stop "rm -f"; do
    for i in "${names[@]}"; do ch run -d --rm --name "$i" /bin/sh -c 'exec sleep 1000' >/dev/null; done
    # shellcheck disable=SC2086
    run ch $verb "${names[@]}"
    well
    expect "$verb" "${names[*]}" "$(xargs <<<"$out")"
    await no_containers
  done
}

# Its record goes before the rest: who finds what is left, or waits for a monitor
# that is killed meanwhile, has nothing more to wait for.
removal_cut_off() {
  detached --rm -- 'exec sleep 1000'
  local first monitor
  first=$(field .State.Pid)
  monitor=$(monitor)
  kill -STOP "$monitor"
  start --root "$STATE" --data-root "$DATA" stop c
  await has_ended "$first"
  mv "$DATA/containers/$id/state.json" record
  kill -KILL "$monitor"
  end
  expect "exit code of who waits" 0 "$code"
  run ch stop c
  well
  # With it goes what is left.
  mv record "$DATA/containers/$id/state.json"
  ch rm c >/dev/null
}

what_cannot_run_is_not_kept() {
  run ch run -d --name c /nowhere
  expect_code 127
  expect_has "$err" ENOENT
  expect "standard output" "" "$out"
  run ch run -d --name c --rootfs /nowhere /x
  expect_code 125
  run ch run -d --name c /etc/hostname
  expect_code 126
  expect "kept" "" "$(ch ps -aq)"
}

names() {
  detached -- 'exec sleep 1000'
  run ch run -d --name c /bin/true
  expect_code 125
  expect_has "$err" "in use by container $id"
  run ch run -d --name ../c /bin/true
  expect_code 125
  run ch rename c other
  well
  # It could be what the id begins with.
  if [[ $id != c* ]]; then
    run ch inspect c
    expect_code 1
  fi
  expect "id" "$id" "$(ch inspect -f '{{.Id}}' other)"
  ch run -d --name c /bin/true >/dev/null
  run ch rename other c
  expect_code 1
  expect_has "$err" "in use"
  run ch rename nobody x
  expect_code 1
  # A name is made up, and is another for each.
  ch run -d /bin/true >name1
  ch run -d /bin/true >name2
  [[ $(ch inspect -f '{{.Name}}' "$(cat name1)") != "$(ch inspect -f '{{.Name}}' "$(cat name2)")" ]]
  ch rm -f other c "$(cat name1)" "$(cat name2)" >/dev/null
}

many_at_once_get_one_name() {
  local i pids=()
  for i in {1..8}; do
    ch run -d --name c /bin/sh -c 'exec sleep 1000' >"id$i" 2>/dev/null &
    pids+=($!)
  done
  local won=0
  for i in "${pids[@]}"; do
    if wait "$i"; then won=$((won + 1)); fi
  done
  expect "who got the name" 1 "$won"
  expect "kept" 1 "$(ch ps -aq | wc -l)"
  remove
}

stop_asks_first() {
  detached -- 'trap "echo asked; exit 7" TERM; echo ready; while :; do sleep 0.01; done'
  await logged ready
  expect "stop" c "$(ch stop c)"
  expect "exit code" 7 "$(field .State.ExitCode)"
  logged asked
  # What has ended is stopped.
  expect "stop" c "$(ch stop c)"
  remove
}

stop_takes_the_signal_asked_for() {
  detached --stop-signal USR1 -- 'trap "exit 8" USR1; trap "exit 9" INT; echo ready; while :; do sleep 0.01; done'
  await logged ready
  ch stop c >/dev/null
  expect "exit code" 8 "$(field .State.ExitCode)"
  ch start c >/dev/null
  # Of the second run.
  await eval '[[ $(ch logs c | grep -c ready) == 2 ]]'
  ch stop -s INT c >/dev/null
  expect "exit code" 9 "$(field .State.ExitCode)"
  remove
}

stop_kills_who_does_not_end() {
  detached --stop-timeout 0 -- 'trap "" TERM; echo ready; while :; do sleep 0.01; done'
  await logged ready
  ch stop c >/dev/null
  expect "exit code" 137 "$(field .State.ExitCode)"
  expect_has "$(ch why c)" "stopped by chmdocker"
  remove
}

# A pid 1 that does not handle SIGTERM is not told of it: no use in waiting.
stop_does_not_wait_in_vain() {
  detached --stop-timeout 1000 -- 'exec sleep 1000'
  await says .State.Running true
  ch stop c >/dev/null
  expect "exit code" 137 "$(field .State.ExitCode)"
  remove
}

start_again() {
  detached -e WORD=kept -- 'echo $WORD'
  ch wait c >/dev/null
  expect "start" c "$(ch start c)"
  ch wait c >/dev/null
  expect "log" $'kept\nkept' "$(ch logs c)"
  ch restart c >/dev/null
  ch wait c >/dev/null
  expect "lines" 3 "$(ch logs c | wc -l)"
  expect "the last" kept "$(ch logs --tail 1 c)"
  remove
}

start_from_another_directory() {
  mkdir d
  echo there >d/file
  (cd d && ch run -d --name c /bin/sh -c 'cat file' >/dev/null)
  ch wait c >/dev/null
  ch start c >/dev/null
  ch wait c >/dev/null
  expect "log" $'there\nthere' "$(ch logs c)"
  remove
}

restart_policies() {
  detached --restart on-failure:2 -- 'echo try; exit 4'
  await says .State.Status exited
  await eval '[[ $(ch logs c | wc -l) == 3 ]]'
  await says .State.Status exited
  expect "count" 2 "$(field .RestartCount)"
  remove
  detached --restart on-failure -- 'echo once'
  await says .State.Status exited
  expect "log" once "$(ch logs c)"
  remove
  detached --restart always -- 'echo again'
  await eval '[[ $(ch logs c | wc -l) -ge 3 ]]'
  ch stop c >/dev/null
  expect "state" exited "$(field .State.Status)"
  has_ended "$(monitor)"
  remove
  run ch run -d --name c --rm --restart always /bin/true
  expect_code 125
  run ch run --restart always /bin/true
  expect_code 125
  run ch run -d --restart often /bin/true
  expect_code 125
}

# A monitor that can't start it again waits for its next try; whoever starts it meanwhile
# does so by that monitor, though they could do it themselves: here they see the source
# of the mount, and the monitor does not.
starts_meet_a_monitor_that_waits() {
  is_root && ! is_mapped_root || skip "needs mounts of its own"
  mkdir -p real/vol source/vol
  detached --restart always --mount "type=bind,src=$PWD/source/vol,dst=/mnt" -- \
    'until [ -e /mnt/stop ]; do sleep 0.01; done; exit 1'
  touch source/vol/stop
  await says .State.ExitCode 1
  rm -r source/vol
  await says .State.ExitCode 125
  local n starters=()
  for n in {1..4}; do
    for _ in {1..10}; do
      # shellcheck disable=SC2016
      unshare --mount --propagation private sh -c 'mount --bind real source && exec "$@"' - \
        "$CHMDOCKER" --log-level error --root "$STATE" --data-root "$DATA" start c || true
    done >/dev/null 2>&1 &
    starters+=($!)
  done
  wait "${starters[@]}"
  expect "monitors" 1 "$(ps ax -o args= | grep -c "[e]nded $id")"
  touch real/vol/stop
  remove
}

killed_is_not_started_again() {
  detached --restart always -- 'exec sleep 1000'
  ch kill c
  await says .State.Status exited
  expect "exit code" 137 "$(field .State.ExitCode)"
  remove
}

kill_sends_a_signal() {
  detached --restart always -- 'trap "echo usr" USR1; echo ready; while :; do sleep 0.01; done'
  await logged ready
  ch kill -s USR1 c
  await logged usr
  ch kill c USR1
  await eval '[[ $(ch logs c | grep -c usr) == 2 ]]'
  says .State.Running true
  remove
}

# As many filters as the command: the profile that its options stand for, and what
# the test itself may have put on.
exec_is_filtered() {
  local options filters
  make_rootfs root
  for options in "" --privileged "--security-opt seccomp=unconfined"; do
    # shellcheck disable=SC2086
    filters=$(ch run --rm --rootfs root $options /probe fact status.Seccomp)
    # shellcheck disable=SC2086
    ch run -d --name c --rootfs root $options /probe await >/dev/null
    run ch exec c /probe fact status.Seccomp
    remove
    expect "${options:-default}" "$filters" "$out"
  done
}

exec_is_restricted() {
  ch doctor >abilities || true
  grep -q '^landlock *ok' abilities || skip "this kernel's Landlock is not there, or has not all of it"
  rm abilities
  make_rootfs root
  mkdir root/ro root/other
  echo fixed >root/ro/file
  ch run -d --name c --rootfs root --ro /probe --ro /ro --net-connect 80 /probe await >/dev/null
  local options
  for options in "" "--cap CAP_SYS_ADMIN"; do
    # shellcheck disable=SC2086
    run ch exec $options c /probe read /ro/file open-write /ro/file list /other connect 22
    expect "what was done" "fixed
open-write /ro/file: EACCES
list /other: EACCES
connect 22: EACCES" "$out"
  done
  remove
}

exec_in_it() {
  detached -e WORD=kept -- 'echo ready; exec sleep 1000'
  await logged ready
  run ch exec c /bin/sh -c 'echo "$WORD $1"; exit 4' - 'a b'
  expect_code 4
  expect "output" "kept a b" "$out"
  # Its input is nobody's, unless -i says so.
  run eval 'echo typed | ch exec c cat'
  expect "output" "" "$out"
  run eval 'echo typed | ch exec -i c cat'
  expect "output" typed "$out"
  run ch exec -e X=1 -w / c /bin/sh -c 'echo "$X $PWD"'
  expect "output" "1 /" "$out"
  run ch exec c /nowhere
  expect_code 127
  run ch exec c /etc/hostname
  expect_code 126
  run ch exec -d c /bin/sh -c 'echo hidden; echo >seen; exec sleep 1000'
  well
  expect "output" "" "$out"
  ch stop c >/dev/null
  run ch exec c /bin/true
  expect_code 1
  expect_has "$err" "not running"
  remove
}

ps_filters() {
  ch run -d --name one --label kind=a /bin/sh -c 'exec sleep 1000' >/dev/null
  ch run -d --name two --label kind=b /bin/sh -c 'exit 3' >/dev/null
  ch wait two >/dev/null
  expect "running" one "$(ch ps --format '{{.Names}}')"
  expect "all" $'two\none' "$(ch ps -a --format '{{.Names}}')"
  expect "name" one "$(ch ps -a --filter name=on --format '{{.Names}}')"
  expect "label" two "$(ch ps -a -f label=kind=b --format '{{.Names}}')"
  expect "labels" $'two\none' "$(ch ps -a -f label=kind --format '{{.Names}}')"
  expect "status" two "$(ch ps -f status=exited --format '{{.Names}}')"
  expect "exited" two "$(ch ps -f exited=3 --format '{{.Names}}')"
  expect "both" "" "$(ch ps -a -f exited=3 -f name=one --format '{{.Names}}')"
  expect "latest" two "$(ch ps -l --format '{{.Names}}')"
  expect_match "$(ch ps -a --format 'table {{.Names}}\t{{.State}}')" $'NAMES +STATE\ntwo +exited\none +running'
  expect_match "$(ch ps -a)" '^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES'
  ch ps -a --format json | while read -r line; do
    echo "$line" >line
    is_json line
  done
  run ch ps -f colour=red
  expect_code 1
  run ch ps --format '{{.Colour}}'
  expect_code 1
  expect "pruned" "$(ch ps -aq --no-trunc -f name=two)" "$(ch prune -f)"
  run ch prune
  expect_code 1
  expect_has "$err" --force
  run ch rm one
  expect_code 1
  expect_has "$err" "is running"
  ch rm -f one >/dev/null
  run ch rm -f nobody
  well
}

no_ports() {
  ch run -d --name c /bin/true >/dev/null
  run ch port c
  well
  expect "ports" "" "$out"
  run ch port c 80/tcp
  expect_code 1
  expect_has "$err" "No public port '80/tcp' published for c"
  run ch port c 53/udp
  expect_has "$err" "'53/udp'"
  run ch port c 80
  expect_has "$err" "'80/tcp'"
  local word
  for word in 0 65536 80/xyz 80/ /tcp tcp -1; do
    run ch port c "$word"
    expect_code 1
    expect_no "$err" "No public port"
  done
  run ch port nobody
  expect_code 1
  expect_has "$err" "No such container: nobody"
  remove
}

cidfile() {
  ch run -d --name c --cidfile id /bin/true >out
  expect "id" "$(cat out)" "$(cat id)"
  run ch run -d --cidfile id /bin/true
  expect_code 125
  expect_has "$err" EEXIST
  rm id
  run ch run -d --cidfile id /nowhere
  [[ ! -e id ]]
  remove
}

survives_its_monitor() {
  detached -- 'exec sleep 1000'
  kill -KILL "$(monitor)"
  await has_ended "$(monitor)"
  says .State.Running true
  ch stop c >/dev/null
  expect "state" exited "$(field .State.Status)"
  run ch wait c
  expect_code 1
  expect_has "$(ch why c)" "monitor was killed"
  ch start c >/dev/null
  says .State.Running true
  remove
}

at_work() { pgrep -f -- "--data-root $DATA" >/dev/null; }

# Whenever chmdocker is killed: what runs can be removed, and nothing is left.
killed_while_it_starts() {
  local i
  for i in 0.000 0.001 0.002 0.003 0.004 0.005 0.006 0.008 0.012; do
    timeout -s KILL "$i" "$CHMDOCKER" --log-level error --root "$STATE" --data-root "$DATA" \
      run -d --name c /bin/sh -c 'exec sleep 1000' >/dev/null 2>&1 || true
    # Its keeper may have made nothing yet that could be removed.
    await eval 'ch rm -f c >/dev/null 2>&1 && ! at_work && gone'
  done
  ch prune -f >/dev/null
}

# Killed right at the beginning it may be on no record, and so in no list.
prune_of_no_container() {
  local id
  id=$(printf '%064x' 7)
  mkdir -p "$DATA/containers"
  mkdir -m 700 "$DATA/containers/$id" "$DATA/containers/$id/fs"
  echo -n '{"for' >"$DATA/containers/$id/state.json.new"
  run ch prune -f
  well
  expect "what is told" "" "$out"
  no_containers
}

# The disk fills up while the container writes: it goes on, and how it ends is
# known. When there is space again the log says what it lacks.
full_disk() {
  is_root || skip "needs to mount"
  mkdir small
  # shellcheck disable=SC2016
  run unshare --mount --propagation private bash -e -c '
    mount -t tmpfs -o size=1m small small
    ch() { "$0" --log-level error --root "$PWD/small/state" --data-root "$PWD/small/data" "$@"; }
    ch run -d --name c /bin/sh -c "seq 1 300000; echo done >mark; while [ -e mark ]; do sleep 0.01; done; echo last; exit 5" >/dev/null
    until [ -e mark ]; do sleep 0.01; done
    ch logs c >log 2>/dev/null
    head -c 100 /dev/zero >small/full 2>/dev/null && exit 78
    rm small/full mark
    ch wait c
    ch inspect -f "{{.State.Status}}" c
    ch rm c
    ch run -d --name c --log-opt max-size=256k --log-opt max-file=1 /bin/sh -c "seq 1 300000; exit 6" >/dev/null
    ch wait c
    ch logs c >log2
    ch rm c' "$CHMDOCKER"
  [[ $code != 78 ]] || skip "could not fill the file system"
  well
  expect "codes" $'5\nexited\nc\n6\nc' "$out"
  expect "the first" 1 "$(head -n 1 log)"
  expect "the last" 300000 "$(tail -n 1 log2)"
  rm -f small/* log*
}

stays_small() {
  detached -- 'echo ready; exec sleep 1000'
  await logged ready
  local kilobytes
  kilobytes=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$(monitor)/smaps_rollup")
  ((kilobytes > 0 && kilobytes <= 300)) || {
    echo "the monitor has $kilobytes kB"
    return 1
  }
  # It has nothing of the caller's.
  expect "directory" / "$(readlink "/proc/$(monitor)/cwd")"
  expect "standard output" /dev/null "$(readlink "/proc/$(monitor)/fd/1")"
  remove
}

caller_is_not_held() {
  # A pipe to the caller's reader is closed although the container runs.
  detached -- 'exec sleep 1000' | cat >/dev/null
  exec 7> >(cat >held)
  ch run -d --name d /bin/sh -c 'exec sleep 1000' >/dev/null
  exec 7>&-
  ch rm -f c d >/dev/null
}

ended_is_not_for_callers() {
  detached -- 'exec sleep 1000'
  run ch ended "$id" exited:0
  expect_code 1
  says .State.Running true
  remove
}

check "the id is printed, the exit code kept, the container found" id_and_exit_code
check "an end by a signal is 128+N" by_signal
check "--rm: it is removed when it has ended" removes_itself
check "--rm: stop and rm -f of what removes itself" removed_by_two
check "--rm: a removal that is cut off" removal_cut_off
check "what can't be run is an error, and not kept" what_cannot_run_is_not_kept
check "names are unique, and can be changed" names
check "of many at once one gets the name" many_at_once_get_one_name
check "stop asks the command to end" stop_asks_first
check "stop sends the signal that was asked for" stop_takes_the_signal_asked_for
check "stop kills what does not end" stop_kills_who_does_not_end
check "stop does not wait for a pid 1 that can't hear" stop_does_not_wait_in_vain
check "start and restart run the same again" start_again
check "start takes the directory of run" start_from_another_directory
check "--restart: no, on-failure, always" restart_policies
check "a monitor that waits is the only one" starts_meet_a_monitor_that_waits
check "what was killed is not started again" killed_is_not_started_again
check "kill sends signals" kill_sends_a_signal
check "exec has the container's environment and docker's exit codes" exec_in_it
check "exec has the container's filter" exec_is_filtered
check "exec is refused what Landlock refuses the container" exec_is_restricted
check "ps finds by filters, and prints by templates; prune, rm" ps_filters
check "port: none is published" no_ports
check "--cidfile" cidfile
check "a container survives its monitor" survives_its_monitor
check "a start that is killed leaves nothing" killed_while_it_starts
check "prune: what a killed start has left without a record" prune_of_no_container
check "a disk that is full" full_disk
check "the monitor is small, and has nothing of its caller" stays_small
check "the caller's pipes are let go" caller_is_not_held
check "ended is for monitors" ended_is_not_for_callers
finish
