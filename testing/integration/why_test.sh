#!/usr/bin/env bash
# Why a container has ended, as `why` tells it: from what is on record only.
#
# What detached.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=detached.sh
source "$(dirname "$0")/../bin/detached.sh"

# ended FLAG... -- COMMAND...: it has run.
ended() {
  local flags=()
  while [[ $1 != -- ]]; do
    flags+=("$1")
    shift
  done
  ch run -d --name c "${flags[@]}" "${@:2}" >/dev/null
  ch wait c >/dev/null
}
says_why() { # says_why TEXT
  run ch why c
  well
  expect_has "$out" "$1"
  remove
}
needs_limits() {
  is_root && ! is_mapped_root || skip "needs cgroups with controllers"
}

by_itself() {
  ended -- "$PROBE" exit 3
  says_why "its command returned 3; at 20"
}

by_a_signal() {
  ended --init -- /bin/sh -c 'kill -SEGV $$'
  says_why "signal 11 ended it; at 20"
}

not_yet() {
  ch run -d --name c "$PROBE" pause >/dev/null
  says_why "it has not ended: running since 20"
}

by_stop() {
  ch run -d --name c "$PROBE" ignore 15 pause >/dev/null
  ch stop -t 0 c >/dev/null
  says_why "signal 9 ended it; it was stopped by chmdocker, and had not ended by itself; at 20"
}

by_its_memory() {
  needs_limits
  ended -m 16m --memory-swap 16m -- "$PROBE" hog
  says_why "signal 9 ended it; the kernel killed 1 of its processes for it had reached its memory limit; at 20"
}

by_its_processes() {
  needs_limits
  ended --pids-limit 5 -- /bin/sh -c 'for i in 1 2 3 4 5 6; do sleep 10 & done; exit 4'
  expect_match "$(ch why c)" 'refused [1-9][0-9]* processes or threads for it had reached its limit of them; at 20'
  remove
  ended --pids-limit 5 -- "$PROBE" exit 4
  says_why "its command returned 4; at 20"
}

by_its_filter() {
  echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["getppid"],"action":"SCMP_ACT_KILL_PROCESS"}]}' >filter
  ended --security-opt seccomp=filter -- "$PROBE" syscall 110 0
  says_why "signal 31 ended it; it made a system call that its seccomp profile kills; at 20"
}

by_its_interpreter() {
  printf '#!/bin/sh\nexit 0\n' >script
  chmod 755 script
  ended -- "$PWD/script"
  printf '#!/no/such/shell\n' >script
  run ch start c
  expect_code 1
  says_why "it could not be run: "
  ended -- "$PROBE" exit 0
  remove
}

not_known() {
  run ch why nobody
  expect_code 1
  expect_has "$err" "No such container: nobody"
}

check "its own exit" by_itself
check "a signal" by_a_signal
check "it has not ended" not_yet
check "stop" by_stop
check "its limit of memory" by_its_memory
check "its limit of processes" by_its_processes
check "its seccomp profile" by_its_filter
check "an interpreter that is missing" by_its_interpreter
check "no such container" not_known
finish
