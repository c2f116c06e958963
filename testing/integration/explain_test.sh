#!/usr/bin/env bash
# --dry-run and --explain.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

dry_run_does_nothing() {
  local flags
  for flags in "" "--ti" "--rootfs /no/such --readonly -w /w" "--hostname x"; do
    # shellcheck disable=SC2086
    "$BIN/fault" parent list "$CHMDOCKER" run --dry-run $flags /no/such/command >out 2>err
    expect_match "$(head -n 1 out)" '^plan: [0-9]+ steps'
    if grep -E ' (clone|clone3|mount|memfd_create|setsid|sethostname|system call (56|57|58|272))$' err; then
      echo "and a dry run may not make these calls"
      return 1
    fi
  done
}

dry_run_is_the_same_twice() {
  local format
  for format in text json; do
    quiet run --dry-run --format "$format" --ti --rootfs /image sh >first
    quiet run --dry-run --format "$format" --ti --rootfs /image sh >second
    cmp first second
  done
  is_json first
}

dry_run_says_nothing_else() {
  run "$CHMDOCKER" run --dry-run --ti /bin/sh
  expect_code 0
  expect "standard error" "" "$err"
}

explain_tells_each_step() {
  run quiet run --explain --ti "$PROBE" say hello
  expect_code 0
  expect "standard output" hello "$out"
  local steps
  steps=$(sed -nE 's/^plan: ([0-9]+) steps.*/\1/p' err)
  ((steps > 5))
  local i
  for ((i = 1; i <= steps; ++i)); do
    expect "lines of step $i" 1 "$(grep -cE "^ *$i/$steps .*  ok(, [0-9]+ us)?$" err)"
  done
}

# But for the last four: from the word to start on, the command may be faster.
explain_comes_before_the_output() {
  local i steps
  for ((i = 0; i < 20; ++i)); do
    quiet run --explain "$PROBE" say OUTPUT >both 2>&1
    steps=$(sed -nE 's/^plan: ([0-9]+) steps.*/\1/p' both)
    expect "steps before the output" "$((steps - 4))" \
      "$(sed '/^OUTPUT/,$d' both | grep -E "^ *[0-9]+/$steps " | head -n "$((steps - 4))" | wc -l)"
  done
}

explain_as_json() {
  run quiet run --explain --format json --hostname box "$PROBE" exit 3
  expect_code 3
  local line number=0
  while read -r line; do
    echo "$line" >line
    is_json line
    number=$((number + 1))
  done <err
  ((number > 5))
}

explain_of_a_failure() {
  run quiet run --explain /no/such
  expect_code 127
  expect_match "$(tail -n 1 err)" '^chmdocker: step [0-9]+/[0-9]+ exec "/no/such"'
  run quiet run --explain --format json /no/such
  expect_has "$err" '"result":"failed","error":"ENOENT"'
}

check "--dry-run does nothing" dry_run_does_nothing
check "--dry-run is the same twice, and JSON" dry_run_is_the_same_twice
check "--dry-run logs nothing" dry_run_says_nothing_else
check "--explain tells each step" explain_tells_each_step
check "--explain comes before the command's output" explain_comes_before_the_output
check "--explain --format json" explain_as_json
check "--explain of a failure" explain_of_a_failure
finish
