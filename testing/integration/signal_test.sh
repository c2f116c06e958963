#!/usr/bin/env bash
# Signals that chmdocker gets, and its own end.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

reaches_a_handler() { # reaches_a_handler SIGNAL FLAG...
  local signal=$1
  shift
  start run "$@" "$PROBE" catch "$signal" say ready await exit 9
  await has_line out ready
  kill -s "$signal" "$pid"
  end
  expect_code 9
  expect_line "$(cat out)" "caught: $signal"
}

ends_by_default() { # ends_by_default SIGNAL FLAG...
  local signal=$1
  shift
  start run "$@" "$PROBE" say ready pause
  await has_line out ready
  kill -s "$signal" "$pid"
  end
  expect_code "$((128 + signal))"
}

is_ignored() { # is_ignored SIGNAL
  start run "$PROBE" ignore "$1" catch 10 say ready await exit 8
  await has_line out ready
  kill -s "$1" "$pid"
  kill -s 10 "$pid"
  end
  expect_code 8
  expect_line "$(cat out)" "caught: 10"
}

# 35 is the first real-time signal that musl leaves to programs.
all_reach_handlers() {
  local signal
  for signal in 1 2 3 10 12 14 15 18 23 28 35 50 64; do
    reaches_a_handler "$signal"
  done
}

all_reach_handlers_with_terminal() {
  local signal
  for signal in 1 2 3 10 12 15 35 64; do reaches_a_handler "$signal" --ti; done
}

all_end_by_default() {
  local signal
  for signal in 1 2 3 6 10 12 14 15 34 64; do ends_by_default "$signal"; done
  for signal in 1 2 15; do ends_by_default "$signal" --ti; done
}

ignored_ones_stay_ignored() {
  local signal
  for signal in 1 2 15 35; do is_ignored "$signal"; done
}

harmless_ones_do_not_end_it() {
  start run "$PROBE" catch 10 say ready await exit 7
  await has_line out ready
  local signal
  for signal in 17 18 23 28; do kill -s "$signal" "$pid"; done
  kill -s 10 "$pid"
  end
  expect_code 7
}

stop_and_continue() {
  start run "$PROBE" catch 10 say ready await exit 6
  await has_line out ready
  kill -STOP "$pid"
  await has_state "$pid" T
  kill -CONT "$pid"
  kill -s 10 "$pid"
  end
  expect_code 6
}

suspends_the_container() {
  start run "$PROBE" catch 10 say ready await exit 6
  await has_line out ready
  local inside
  inside=$(container_pid)
  kill -TSTP "$pid"
  await has_state "$pid" T
  await has_state "$inside" T
  kill -CONT "$pid"
  await has_state "$inside" S
  kill -s 10 "$pid"
  end
  expect_code 6
}

killed_container_ends() { # killed_container_ends FLAG...
  start run "$@" "$PROBE" orphan say ready pause
  await has_line out ready
  local inside
  inside=$(container_pid)
  kill -KILL "$pid"
  end
  expect_code 137
  await has_ended "$inside"
}

# What ignores everything dies all the same.
killed_container_that_ignores() {
  start run "$PROBE" ignore 1 ignore 2 ignore 15 say ready pause
  await has_line out ready
  local inside
  inside=$(container_pid)
  kill -KILL "$pid"
  end
  await has_ended "$inside"
}

interrupted_set_up() {
  local i
  for ((i = 0; i < 20; ++i)); do
    start run --explain "$PROBE" say ready pause
    # Not before it is chmdocker.
    await is_chmdocker
    kill -TERM "$pid"
    end
    expect_code 143
  done
}
is_chmdocker() { [[ /proc/$pid/exe -ef $CHMDOCKER ]]; }

# As nohup has it.
signal_that_the_caller_ignores() {
  (
    trap '' HUP
    "$CHMDOCKER" --log-level error run "$PROBE" handle 1 catch 10 say ready await exit 4 >out 2>err &
    pid=$!
    await has_line out ready
    kill -HUP "$pid"
    kill -s 10 "$pid"
    end
    expect_code 4
    expect_line "$(cat out)" "caught: 10"
  )
}

# A handler that resets itself must not be taken for none: the command would be
# killed in the middle of its own clean-up.
handler_that_resets_itself() {
  local try
  for ((try = 0; try < 20; ++try)); do
    # The script is the container's. What it reads from is opened once: bash's
    # parser of <() does not survive a trap in the middle.
    # shellcheck disable=SC2016
    start run /bin/bash -c 'exec 9<> <(:)
                       trap "trap - TERM; echo cleaned; exit 7" TERM; echo ready
                       while :; do read -rt 0.01 -u 9; done'
    await has_line out ready
    kill -TERM "$pid"
    end
    expect_code 7
    expect_line "$(cat out)" cleaned
  done
}

callers_mask_and_actions() {
  (
    trap '' INT CHLD PIPE TERM
    run quiet run "$PROBE" fact status.Sig exit 5
    expect_code 5
    expect_line "$out" status.SigIgn=0000000000000000
    expect_line "$out" status.SigBlk=0000000000000000
  )
}

check "signals reach a handler" all_reach_handlers
check "signals reach a handler with --ti" all_reach_handlers_with_terminal
check "signals without handler end the command" all_end_by_default
check "ignored signals stay ignored" ignored_ones_stay_ignored
check "harmless signals do no harm" harmless_ones_do_not_end_it
check "SIGSTOP and SIGCONT" stop_and_continue
check "SIGTSTP suspends the container" suspends_the_container
check "the container ends with chmdocker" killed_container_ends
check "the container ends with chmdocker, with --ti" killed_container_ends --ti
check "a container that ignores signals ends with chmdocker" killed_container_that_ignores
check "a signal during the set-up" interrupted_set_up
check "a handler that resets itself" handler_that_resets_itself
check "what the caller ignores is not passed on" signal_that_the_caller_ignores
check "the caller's ignored signals are the caller's" callers_mask_and_actions
finish
