#!/usr/bin/env bash
# --init: chmdocker-init stays as pid 1.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

on_pty() { "$BIN/pty" 30x100 "$CHMDOCKER" --log-level error "$@"; }

command_is_pid_2() {
  run quiet run --init "$PROBE" fact pid fact ppid fact fd. fact status.Sig
  expect_code 0
  expect "standard error" "" "$err"
  expect_line "$out" pid=2
  expect_line "$out" ppid=1
  expect "descriptors" 3 "$(grep -c '^fd\.' <<<"$out")"
  expect_line "$out" status.SigBlk=0000000000000000
  expect_line "$out" status.SigIgn=0000000000000000
}

# Of the host it holds nothing but the three standard descriptors.
init_holds_nothing() {
  make_rootfs root
  run quiet run --init --rootfs root /probe list /proc/1/fd readlink /proc/1/exe readlink /proc/1/root
  expect_code 0
  expect "descriptors" "0 1 2" "$(sed -n 's,^list /proc/1/fd: ,,p' <<<"$out" | xargs)"
  expect_has "$out" "readlink /proc/1/exe: /memfd:chmdocker-init"
  expect_line "$out" "readlink /proc/1/root: /"
}

# No right that the command has not: its filter, capabilities and user.
init_is_confined() {
  make_rootfs root
  run quiet run --init --rootfs root /probe read /proc/1/status
  expect_code 0
  local line
  for line in $'NoNewPrivs:\t1' $'Seccomp:\t2' $'CapInh:\t0000000000000000'; do
    expect_has "$out" "$line"
  done
  run quiet run --init --rootfs root --cap-drop ALL /probe read /proc/1/status
  expect_has "$out" $'CapBnd:\t0000000000000000'
  expect_has "$out" $'CapEff:\t0000000000000000'
}

exit_codes() {
  run quiet run --init "$PROBE" exit 3
  expect_code 3
  run quiet run --init "$PROBE" kill 15
  expect_code 143
  run quiet run --init "$PROBE" fault
  expect_code 139
  make_rootfs root
  run quiet run --rootfs root --init no-such-command
  expect_code 127
  expect_has "$err" '"no-such-command": executable file not found in $PATH'
  run quiet run --init /
  expect_code 126
}

orphans_are_reaped() {
  # shellcheck disable=SC2016
  run quiet run --init /bin/bash -c '
    for n in {1..20}; do (/bin/true &); done
    for n in {1..500}; do
      set -- /proc/[0-9]*
      [[ $# != 2 ]] || exit 5
      sleep 0.01
    done
    echo left: "$@"'
  expect_code 5
}

all_end_with_the_command() {
  run quiet run --init "$PROBE" orphan orphan exit 5
  expect_code 5
}

reaches_a_handler() { # reaches_a_handler SIGNAL FLAG...
  local signal=$1
  shift
  start run --init "$@" "$PROBE" catch "$signal" say ready await exit 9
  await has_line out ready
  kill -s "$signal" "$pid"
  end
  expect_code 9
  expect_line "$(cat out)" "caught: $signal"
}
signals_are_passed_on() {
  local signal
  for signal in 1 2 3 10 12 15 18 28 35 64; do reaches_a_handler "$signal"; done
  for signal in 1 2 15; do reaches_a_handler "$signal" --ti; done
}

signals_end_it() {
  local signal
  for signal in 1 2 3 15 34; do
    start run --init "$PROBE" say ready pause
    await has_line out ready
    kill -s "$signal" "$pid"
    end
    expect_code "$((128 + signal))"
  done
}

# A signal that the command ignores has no effect on pid 1 either.
ignored_signals() {
  start run --init "$PROBE" ignore 15 catch 10 say ready await exit 8
  await has_line out ready
  kill -s 15 "$pid"
  kill -s 10 "$pid"
  end
  expect_code 8
}

suspends_the_container() {
  start run --init "$PROBE" catch 10 say ready await exit 6
  await has_line out ready
  local init command
  init=$(container_pid)
  command=$(tr -d ' ' <"/proc/$init/task/$init/children")
  kill -TSTP "$pid"
  await has_state "$pid" T
  await has_state "$init" T
  await has_state "$command" T
  kill -CONT "$pid"
  await has_state "$command" S
  kill -s 10 "$pid"
  end
  expect_code 6
}

killed_chmdocker_ends_it() {
  start run --init "$PROBE" orphan say ready pause
  await has_line out ready
  local init
  init=$(container_pid)
  kill -KILL "$pid"
  end
  await has_ended "$init"
}

# Counts the first key, and tells by the second how often it has come.
# shellcheck disable=SC2016
readonly COUNT='n=0; trap "n=\$((n+1)); echo got \$n" INT; trap "echo total \$n; exit 4" QUIT
  echo ready; while :; do read -r -t 1; done'

keys_come_once() { # keys_come_once FLAG
  on_pty run --init "$1" /bin/bash -c "$COUNT" <<END
expect ready
$([[ $1 == -i ]] || echo raw)
send \x03
expect got 1
send \x1c
expect total 1
status 4
END
}

# The container's pid 1, as the host numbers it.
find_init() {
  local process
  for process in /proc/[0-9]*; do
    grep -q $'^NSpid:.*\t1$' "$process/status" 2>/dev/null || continue
    [[ $process/ns/pid -ef /proc/self/ns/pid ]] || init=${process#/proc/}
  done
  [[ -n $init ]]
}

# What the terminal has sent to the command, too, pid 1 does not pass on, however
# late it is.
key_is_not_passed_on_again() {
  local init=''
  # shellcheck disable=SC2016
  {
    await test -e ready
    await find_init
    kill -STOP "$init"
    echo 'send \x03'
    await test -e got1
    kill -CONT "$init"
    echo 'send \x1c'
    echo 'expect total 1'
    echo 'status 4'
  } | on_pty run --init --ti /bin/bash -c 'n=0; trap "n=\$((n+1)); >got\$n" INT
    trap "echo total \$n; exit 4" QUIT; >ready; while :; do read -r -t 1; done'
}

a_shell_with_jobs() {
  on_pty run --init --ti /bin/bash --norc -i <<'END'
raw
send PS1='>'' '\r
expect > 
send sh -c 'echo a''sleep; exec sleep 60'\r
expect asleep
send \x1a
expect Stopped
send kill %1; until [ -z "$(jobs -ps)" ]; do sleep 0.1; done; echo a''gain\r
expect again
send exit 7\r
status 7
END
}

ctrl_z_stops_the_container() {
  "$BIN/pty" 30x100 bash --norc --noprofile -i <<END
send PS1='>'' '\r
expect > 
send $CHMDOCKER --log-level error run --init --ti $PROBE say rea''dy count\r
expect ready
raw
send \x1a
expect Stopped
expect > 
send fg; echo code=\$?\r
expect run --init
raw
send abc\r\x04
expect count: 4
expect code=0
send exit 0\r
status 0
END
}

check "the command is pid 2" command_is_pid_2
check "pid 1 holds nothing of the host" init_holds_nothing
check "pid 1 has no right that the command has not" init_is_confined
check "exit codes" exit_codes
check "orphans are reaped" orphans_are_reaped
check "all processes end with the command" all_end_with_the_command
check "signals are passed on" signals_are_passed_on
check "signals end the command" signals_end_it
check "ignored signals stay ignored" ignored_signals
check "SIGTSTP suspends the container" suspends_the_container
check "a killed chmdocker ends the container" killed_chmdocker_ends_it
check "Ctrl-C and Ctrl-\\ with a terminal" keys_come_once --ti
check "Ctrl-C and Ctrl-\\ without one" keys_come_once -i
check "a key is not passed on again" key_is_not_passed_on_again
check "a shell and its jobs" a_shell_with_jobs
check "Ctrl-Z" ctrl_z_stops_the_container
finish
