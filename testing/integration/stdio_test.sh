#!/usr/bin/env bash
# Standard input, output and error without a terminal.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

separate_and_exact() {
  head -c 1048576 /dev/urandom >random
  quiet run "$PROBE" read "$PWD/random" >out 2>err
  cmp random out
  expect "standard error" "" "$(cat err)"
  quiet run -i "$PROBE" cat-to-stderr <random >out 2>err
  cmp random err
  expect "standard output" "" "$(cat out)"
}

input_is_empty() {
  echo secret >input
  run quiet run "$PROBE" fact fd.0 count <input
  expect_has "$out" "fd.0=/dev/null"
  expect_has "$out" "count: 0 "
}

input_is_not_read() {
  printf 'one\ntwo\n' >input
  exec 5<input
  quiet run "$PROBE" count <&5 >/dev/null
  read -r line <&5
  expect "the next line" one "$line"
}

input_with_i() {
  head -c 1048576 /dev/urandom >random
  quiet run -i "$PROBE" cat <random >out
  cmp random out
  quiet run --interactive "$PROBE" cat < <(cat random) >out
  cmp random out
  quiet run -i "$PROBE" cat <random | cmp random -
}

closed_descriptors() {
  code=0
  quiet run "$PROBE" exit 3 <&- >&- 2>&- || code=$?
  expect "exit code" 3 "$code"
  quiet run "$PROBE" facts <&- >out 2>&-
  expect_has "$(cat out)" fd.2=/dev/null
  code=0
  quiet run --ti "$PROBE" exit 4 <&- >&- 2>&- || code=$?
  expect "exit code with --ti" 4 "$code"
  quiet run -i "$PROBE" count <&- >out
  expect_has "$(cat out)" "count: 0 "
}

in_a_pipe() {
  expect "output" "$(printf 'y\ny')" "$(quiet run /bin/yes 2>/dev/null | head -n 2)"
  expect "output" 3 "$(printf 'a\nb\nc\n' | quiet run -i /bin/wc -l)"
  # head ends first, and yes gets SIGPIPE though the caller ignores it. As pid 1
  # it would not: the kernel keeps that from a pid 1.
  set +o pipefail
  (
    trap '' PIPE
    quiet run /bin/sh -c 'yes; exit $?' | head -n 1 >/dev/null
    codes=("${PIPESTATUS[@]}")
    [[ ${codes[0]} == 141 ]] || {
      echo "exit code ${codes[0]}, and not 141"
      exit 1
    }
  )
}

to_a_full_disk() {
  code=0
  quiet run /bin/sh -c 'echo hi || exit 9' >/dev/full 2>err || code=$?
  expect "exit code" 9 "$code"
}

same_files_as_the_callers() {
  : >here
  run quiet run "$PROBE" fact fd.1
  expect_match "$out" "^fd.1=$PWD/out$"
  quiet run "$PROBE" write 10 write-error 10 >>here 2>>here
  expect "bytes" 20 "$(wc -c <here)"
}

check "output and error are separate and exact" separate_and_exact
check "without -i input is empty" input_is_empty
check "without -i the caller's input is left alone" input_is_not_read
check "with -i input is exact" input_with_i
check "closed descriptors" closed_descriptors
check "pipes end as pipes do" in_a_pipe
check "a full disk is the command's to see" to_a_full_disk
check "the command has the caller's own files" same_files_as_the_callers
finish
