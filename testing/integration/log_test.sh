#!/usr/bin/env bash
# Log lines: where they go and what they look like.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

readonly TIME='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}'

lines_match() { # lines_match TEXT REGEX...: as many lines as expressions
  local text=$1 lines i=0
  shift
  mapfile -t lines <<<"$text"
  expect "number of lines" "$#" "${#lines[@]}"
  for regex; do expect_match "${lines[i++]}" "^$regex$"; done
}

json_on_stderr() {
  run "$CHMDOCKER" run "$PROBE" say 'two words'
  expect "standard output" "two words" "$out"
  lines_match "$err" \
    "\{\"level\":\"info\",\"msg\":\"init come on\",\"time\":\"$TIME\"\}" \
    "\{\"level\":\"info\",\"msg\":\"command $PROBE say two words\",\"time\":\"$TIME\"\}"
}

local_time() {
  run env TZ=CST-8 "$CHMDOCKER" run "$PROBE"
  expect_match "$err" "\"time\":\"$(TZ=CST-8 date +%Y-%m-%dT%H):[0-9:]*\+08:00\""
  run env TZ=XYZ3:30 "$CHMDOCKER" run "$PROBE"
  expect_match "$err" '[0-9]-03:30"'
  run env TZ=UTC0 "$CHMDOCKER" run "$PROBE"
  expect_match "$err" '[0-9]\+00:00"'
}

text_format() {
  run "$CHMDOCKER" --log-format text run "$PROBE"
  lines_match "$err" \
    "time=\"$TIME\" level=info msg=\"init come on\"" \
    "time=\"$TIME\" level=info msg=\"command $PROBE\""
}

to_a_file() {
  echo before >log
  run "$CHMDOCKER" --log log run "$PROBE"
  expect "standard error" "" "$err"
  run "$CHMDOCKER" run --log "$PWD/log" "$PROBE"
  expect "standard error" "" "$err"
  expect "lines" 5 "$(wc -l <log)"
  expect "first line" before "$(head -n 1 log)"
  expect_has "$(tail -n 1 log)" '"msg":"command '
}

to_a_new_file() {
  run "$CHMDOCKER" --log=new run "$PROBE"
  expect "lines" 2 "$(wc -l <new)"
  expect "mode" 644 "$(stat -c %a new)"
}

to_stdout() {
  run "$CHMDOCKER" --log - run "$PROBE" say hello
  expect "standard error" "" "$err"
  # Which comes first is not settled: the command runs by then.
  expect "lines" 3 "$(wc -l <out)"
  expect_line "$out" hello
  expect_has "$out" '"msg":"init come on"'
}

levels() {
  local level
  for level in warning error; do
    run "$CHMDOCKER" --log-level "$level" run "$PROBE"
    expect "$level" "" "$err"
  done
  run "$CHMDOCKER" --log-level debug run "$PROBE"
  expect_has "$err" "init come on"
}

errors_in_the_file() {
  run "$CHMDOCKER" --log log run /no/such
  expect_code 127
  expect_match "$err" '^chmdocker: step '
  expect_match "$(tail -n 1 log)" '^\{"level":"error","msg":"step .*ENOENT.*,"time":"'
}

unwritable() {
  run "$CHMDOCKER" --log /no/such/log run "$PROBE" say hello
  expect_code 125
  expect "standard output" "" "$out"
  expect_match "$err" '^chmdocker: --log: open "/no/such/log": ENOENT \(no such file or directory\)'
  run "$CHMDOCKER" --log . run "$PROBE"
  expect_code 125
  expect_has "$err" EISDIR
}

quoting() {
  run "$CHMDOCKER" run "$PROBE" argv $'quote" back\\ line\n \x01 \xff'
  expect_match "$err" 'quote\\" back\\\\ line\\n \\u0001 '
  expect "lines" 2 "$(wc -l <err)"
}

no_log_before_init_runs() {
  run "$CHMDOCKER" run "$PROBE"
  expect_has "$err" "init come on"
  run "$CHMDOCKER" run --hostname "$(printf 'x%.0s' {1..65})" true
  expect_code 125
  expect_no "$err" "init come on"
}

check "two JSON lines on standard error" json_on_stderr
check "RFC 3339 in local time" local_time
check "--log-format text" text_format
check "--log FILE appends" to_a_file
check "--log FILE creates" to_a_new_file
check "--log - is standard output" to_stdout
check "--log-level" levels
check "errors are in the file, too" errors_in_the_file
check "a file that can't be written" unwritable
check "JSON strings are quoted" quoting
check "no line before init runs" no_log_before_init_runs
finish
