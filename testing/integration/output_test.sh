#!/usr/bin/env bash
# What a container that runs without its caller writes, and is told: logs, attach,
# start -a.
#
# What detached.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=detached.sh
source "$(dirname "$0")/../bin/detached.sh"

logs() {
  detached -- 'echo one; echo two >&2; printf "no end"'
  ch wait c >/dev/null
  run ch logs c
  expect "output" $'one\nno end' "$out"
  expect "error" two "$err"
  run ch logs -t c
  expect_match "$out" '^20[0-9-]+T[0-9:]+\.[0-9]{9}Z one'
  expect "of the future" "" "$(ch logs --since 2999-01-01T00:00:00Z c 2>&1)"
  expect "of the last hour" $'one\nno end' "$(ch logs --since 1h c 2>/dev/null)"
  expect "of before" "" "$(ch logs --until 2000-01-01T00:00:00Z c 2>&1)"
  expect "tail" "" "$(ch logs -n 0 c 2>/dev/null | head -n 1)"
  run ch logs --since yesterday c
  expect_code 1
  run ch logs nobody
  expect_code 1
  remove
}

a_last_line_without_an_end() {
  detached -- 'echo one; printf "no end"'
  ch wait c >/dev/null
  expect "none" "" "$(ch logs -n 0 c)"
  expect "the last" "no end" "$(ch logs -n 1 c)"
  expect "both" $'one\nno end' "$(ch logs -n 2 c)"
  remove
}

every_byte_is_logged() {
  detached -- 'head -c 100000 /dev/zero; seq 1 5000; printf "\\377\\000\\r\\n"'
  ch wait c >/dev/null
  ch logs c >got
  { head -c 100000 /dev/zero && seq 1 5000 && printf '\377\000\r\n'; } >wanted
  cmp wanted got
  remove
}

logs_are_followed() {
  detached -i -- 'echo one; read -r line; echo "$line"'
  ch logs -f c >followed &
  local follower=$!
  await has_line followed one
  echo typed | ch attach c >attached
  wait "$follower"
  expect "followed" $'one\ntyped' "$(cat followed)"
  expect_has "$(cat attached)" typed
  remove
}

a_log_has_a_bound() {
  detached --log-opt max-size=64k --log-opt max-file=2 -- 'seq 1 50000'
  ch wait c >/dev/null
  local file
  for file in "$DATA"/containers/*/log*; do
    (($(stat -c %s "$file") <= 65536)) || {
      echo "$file has $(stat -c %s "$file") bytes"
      return 1
    }
  done
  expect "files" 2 "$(find "$DATA"/containers/*/ -name 'log*' | wc -l)"
  # What there is, is the end, without a gap. The first line may have begun in a file
  # that has gone.
  ch logs c >got
  expect "the last" 50000 "$(tail -n 1 got)"
  tail -n +2 got >whole
  seq "$(head -n 1 whole)" 50000 | cmp - whole
  expect "the last two" $'49999\n50000' "$(ch logs -n 2 c)"
  remove
}

followed_over_new_files() {
  detached -i --log-opt max-size=64k --log-opt max-file=9 -- 'read -r line; seq 1 9000'
  ch logs -f c >followed &
  local follower=$!
  echo | ch attach c >/dev/null
  wait "$follower"
  seq 1 9000 | cmp - followed
  remove
}

attach_is_a_pipe() {
  detached -i -- 'cat; echo end >&2'
  run eval 'printf "a\nb\n" | ch attach c'
  expect "output" $'a\nb' "$out"
  expect "error" end "$err"
  expect_code 0
  remove
  detached -i -- 'read -r line; exit 5'
  run eval 'echo | ch attach c'
  expect_code 5
  remove
  run ch attach nobody
  expect_code 1
}

attach_has_a_terminal() {
  detached -t -i -- 'stty size; read -r line; stty size; echo "got $line"; read -r line; exit 6'
  # Ctrl-P Ctrl-Q leaves it running.
  "$BIN/pty" 20x60 "$CHMDOCKER" --root "$STATE" --data-root "$DATA" attach c <<'END'
raw
send hello\r
expect 20 60
expect got hello
send \x10\x11
status 0
END
  says .State.Running true
  "$BIN/pty" 20x60 "$CHMDOCKER" --root "$STATE" --data-root "$DATA" attach c <<'END'
raw
send \r
status 6
END
  remove
}

# Who starts it has attached before its first word.
start_shows_what_ends_at_once() {
  local flags i
  detached -i -- 'echo out; echo err >&2; exit 3'
  ch wait c >/dev/null
  for flags in -a -i -ai; do
    for i in {1..10}; do
      run ch start "$flags" c
      expect_code 3
      expect "output" out "$out"
      expect "error" err "$err"
    done
  done
  remove
  detached -i -- 'cat; exit 4'
  run eval 'echo | ch attach c'
  expect_code 4
  run eval 'echo typed | ch start -i c'
  expect_code 4
  expect "output" typed "$out"
  # What runs already is attached to from now on.
  ch start c >/dev/null
  run eval 'echo again | ch start -i c'
  expect_code 4
  expect "output" again "$out"
  remove
}

# A slow reader gets all of it, too.
start_waits_for_its_reader() {
  detached -- 'seq 1 300000'
  ch wait c >/dev/null
  mkfifo pipe
  ch start -a c >pipe &
  exec 7<pipe
  rm pipe
  local first
  read -r first <&7
  await eval '(($(ch logs c | wc -l) > 330000))'
  { echo "$first" && cat <&7; } | cmp - <(seq 1 300000)
  exec 7<&-
  wait "$!"
  remove
}

# What is typed waits for whoever does not read it yet, and the output comes
# meanwhile.
start_shows_who_does_not_read() {
  detached -i -- 'seq 1 200000; cat >/dev/null; echo end; exit 5'
  echo | ch attach c >/dev/null || true
  head -c 3000000 /dev/zero >typed
  run eval 'ch start -ai c <typed >seen'
  expect_code 5
  expect "error" "" "$err"
  { seq 1 200000 && echo end; } | cmp - seen
  remove
}

# One that ends while it is being typed at: how is told.
start_of_what_reads_no_more() {
  local i
  detached -i -- 'read -r line; echo got; exec </dev/null; exit 4'
  echo | ch attach c >/dev/null || true
  for i in {1..100}; do
    run eval 'yes 2>/dev/null | ch start -ai c'
    expect_code 4
    expect "output" got "$out"
    expect "error" "" "$err"
  done
  remove
}

# One that waits for its next start is started by who wants to see it.
start_of_what_waits() {
  detached --restart on-failure -- '[ -e mark ] || exit 1; echo up'
  # Before its next start it waits for more than a second.
  await says .RestartCount 5
  touch mark
  run ch start -a c
  well
  expect "output" up "$out"
  remove
}

# docker shows each run, until there is none any more.
start_shows_all_runs() {
  detached --restart on-failure:3 -- 'echo hi; exit 1'
  ch wait c >/dev/null
  run ch start -a c
  expect_code 1
  expect "output" $'hi\nhi\nhi\nhi' "$out"
  remove
}

check "logs: streams, times, a part of it" logs
check "logs: a last line without an end" a_last_line_without_an_end
check "each byte is logged" every_byte_is_logged
check "logs -f shows what comes" logs_are_followed
check "a log has a bound" a_log_has_a_bound
check "logs -f goes on when a new file is begun" followed_over_new_files
check "attach: input, output, error, exit code" attach_is_a_pipe
check "attach: a terminal, and keys to leave it" attach_has_a_terminal
check "start -a, -i: what ends at once is seen" start_shows_what_ends_at_once
check "start -a: a slow reader misses nothing" start_waits_for_its_reader
check "start -i: output while nobody reads input" start_shows_who_does_not_read
check "start -i of what ends meanwhile" start_of_what_reads_no_more
check "start -a of what is restarted" start_shows_all_runs
check "start -a of what waits to be restarted" start_of_what_waits
finish
