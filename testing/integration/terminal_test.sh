#!/usr/bin/env bash
# The container's terminal, and the caller's while it is in use.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# pty SIZE PROGRAM...: a person's terminal; the script is standard input.
pty() { "$BIN/pty" "$@"; }

# on_pty WORD...: chmdocker on a terminal of 30 lines and 100 columns.
on_pty() { pty 30x100 "$CHMDOCKER" --log-level error "$@"; }

a_terminal_of_its_own() { # a_terminal_of_its_own FLAG...
  on_pty run "$@" "$PROBE" facts <<'END' >facts
drain
status 0
END
  out=$(tr -d '\r' <facts)
  local fd
  for fd in 0 1 2; do
    expect "isatty $fd" 1 "$(fact "isatty.$fd")"
    expect_match "$(fact "fd.$fd")" '^/dev/(pts/[0-9]+|ptmx|console)$'
  done
  expect "controlling terminal" yes "$(fact ctty)"
  expect "foreground process group" 1 "$(fact fgpgrp)"
  expect "session" 1 "$(fact sid)"
  expect "size" 30x100 "$(fact winsize)"
  expect "echo" 1 "$(fact termios.echo)"
  expect "lines" 1 "$(fact termios.icanon)"
}

no_terminal_without_the_flag() {
  run quiet run -i "$PROBE" facts
  expect "isatty" 0 "$(fact isatty.0)"
  expect "controlling terminal" no "$(fact ctty)"
  # The caller's terminal is inherited, but not the command's to control. Nor can
  # it be typed into, but by root, who may do anything.
  on_pty run -i "$PROBE" fact ctty tiocsti <<END
expect ctty=no
expect tiocsti: $(is_root && ! is_mapped_root || echo E)
status 0
END
}

output_terminal_without_input() {
  # -t alone: a terminal, but no key gets through.
  on_pty run -t "$PROBE" say ready await-size 10x20 <<'END'
expect ready
send hello\r
resize 10x20
expect size: 10x20
status 0
END
}

resizing() {
  on_pty run --ti "$PROBE" await-size 30x100 say first await-size 7x9 <<'END'
expect first
resize 7x9
expect size: 7x9
status 0
END
}

a_shell() {
  on_pty run --ti /bin/sh <<'END'
send echo $((40+2)); stty size\r
expect 42
expect 30 100
send exit 3\r
status 3
END
}

end_of_file_key() {
  on_pty run --ti "$PROBE" count <<'END'
raw
send abc\r
send \x04
expect count: 4
status 0
END
}

ctrl_c_ends_the_command() {
  on_pty run --ti "$PROBE" say ready pause <<'END'
expect ready
raw
send \x03
status 130
same
END
}

ctrl_backslash_ends_the_command() {
  on_pty run --ti "$PROBE" say ready pause <<'END'
expect ready
raw
send \x1c
status 131
END
}

ctrl_c_reaches_a_handler() {
  on_pty run --ti "$PROBE" catch 2 say ready await exit 5 <<'END'
expect ready
raw
send \x03
expect caught: 2
status 5
END
}

ctrl_c_that_is_ignored() {
  on_pty run --ti "$PROBE" ignore 2 catch 10 say ready count exit 6 <<'END'
expect ready
raw
send \x03
send x\r\x04
expect count: 2
status 6
END
}

ctrl_c_to_a_job_inside() {
  on_pty run --ti /bin/bash --norc -i <<'END'
raw
send PS1=; sh -c 'echo a''sleep; exec sleep 60'\r
expect asleep
send \x03
send echo next $((1+1))\r
expect next 2
send exit 4\r
status 4
END
}

# An interactive shell of the caller's, chmdocker as its job. Quotes keep words that
# are expected apart from the echo of what is typed.
in_a_shell() { pty 30x100 bash --norc --noprofile -i; }

ctrl_z_and_fg() {
  in_a_shell <<END
send PS1='>'' '\r
expect > 
save
send $CHMDOCKER --log-level error run --ti $PROBE say rea''dy count\r
expect ready
raw
send \x1a
expect Stopped
expect > 
same
send jobs; echo in the shell \$((1+1))\r
expect in the shell 2
expect > 
send fg; echo code=\$?\r
expect run --ti
raw
send abc\r\x04
expect count: 4
expect code=0
same
send exit 0\r
status 0
END
}

ctrl_z_stops_what_runs_inside() {
  on_pty run --ti /bin/bash --norc -i <<'END'
raw
send PS1='>'' '\r
expect > 
send sh -c 'echo a''sleep; exec sleep 60'\r
expect asleep
send \x1a
expect Stopped
send exit 7\r
expect stopped jobs
send exit 7\r
status 7
END
}

suspended_job_can_be_killed() {
  in_a_shell <<END
send PS1='>'' '\r
expect > 
save
send $CHMDOCKER --log-level error run --ti $PROBE say rea''dy pause\r
expect ready
raw
send \x1a
expect Stopped
expect > 
send kill %1; while kill -0 %1 2>/dev/null; do sleep 0.02; done\r
expect Exit 143
same
send exit 0\r
status 0
END
}

background_job() {
  in_a_shell <<END
send PS1='>'' '\r
expect > 
send $CHMDOCKER --log-level error run $PROBE say from-be''hind exit 3 & wait \$!; echo code=\$?\r
expect from-behind
expect code=3
send exit 0\r
status 0
END
}

settings_after_a_failure() {
  in_a_shell <<END
send PS1='>'' '\r
expect > 
save
send $CHMDOCKER run --ti /no/such/command\r
expect ENOENT
expect > 
same
send $CHMDOCKER run --ti --rootfs /no/such/root x\r
expect ENOENT
expect > 
same
send exit 0\r
status 0
END
}

hang_up_ends_the_container() {
  on_pty run --ti "$PROBE" say ready pause <<'END'
expect ready
raw
hang-up
status 129
END
}

commands_from_a_pipe() {
  code=0
  printf 'echo hi\nexit 3\n' | quiet run --ti /bin/sh >out 2>err || code=$?
  expect "exit code" 3 "$code"
  expect_has "$(cat out)" hi
  expect_no "$(cat out)" "echo hi"
  expect_no "$(cat out)" $'\r'
}

commands_from_a_file() {
  printf 'echo hi\nexit 3\n' >script
  run quiet run --ti /bin/sh <script
  expect_code 3
  expect_has "$out" hi
}

nothing_from_dev_null() {
  run quiet run --ti "$PROBE" count exit 4 </dev/null
  expect_code 4
  expect_has "$out" "count: 0 "
}

file_without_a_last_newline() {
  printf abc >input
  run quiet run --ti "$PROBE" count <input
  expect_has "$out" "count: 3 "
}

input_longer_than_a_buffer() {
  seq 100000 | sed 's/$/ a line that makes it longer/' >input
  quiet run --ti "$PROBE" cat <input >out
  cmp input out
}

last_words_are_not_lost() {
  local i got
  for ((i = 0; i < 200; ++i)); do
    got=$(quiet run --ti "$PROBE" say "word $i")
    expect "round $i" "word $i" "$got"
  done
}

a_mebibyte_of_output() {
  "$PROBE" write 1048576 >wanted
  quiet run --ti "$PROBE" write 1048576 >out
  cmp wanted out
  quiet run -t "$PROBE" write 1048576 | cmp wanted -
}

# In clock ticks (1/100 s) of user and system time.
cpu_time() { # cpu_time PID
  local fields
  read -r -a fields <"/proc/$1/stat"
  echo "$((fields[13] + fields[14]))"
}

# The pipe is full: chmdocker waits, and does not turn round and round.
reader_that_does_not_read() {
  mkfifo pipe
  exec 6<>pipe
  "$CHMDOCKER" --log-level error run --ti "$PROBE" write-forever >pipe 2>err &
  pid=$!
  await is_idle
  local before
  before=$(cpu_time "$pid")
  sleep 0.5
  expect "ticks used while waiting" 0 "$(($(cpu_time "$pid") - before))"
  kill -TERM "$pid"
  end
  expect_code 143
  exec 6>&-
}
# Some output has come, and in 50 ms no more work was done.
is_idle() {
  local before
  read -r -t 1 -n 1 -u 6 || return
  before=$(cpu_time "$pid")
  sleep 0.05
  [[ $before == "$(cpu_time "$pid")" ]]
}

reader_that_ends() {
  set +o pipefail
  quiet run --ti "$PROBE" write-forever 2>err | head -c 10 >/dev/null
  expect "exit code" 141 "${PIPESTATUS[0]}"
}

own_terminal_of_a_rootfs() {
  make_rootfs root
  on_pty run --ti --rootfs root /probe facts list /dev/pts stat /dev/console open /dev/tty <<'END' >facts
drain
status 0
END
  out=$(tr -d '\r' <facts)
  expect "terminal" /dev/pts/0 "$(fact tty.0)"
  expect "controlling terminal" yes "$(fact ctty)"
  expect "size" 30x100 "$(fact winsize)"
  expect_match "$out" 'stat /dev/console: char 0[0-9]+ 136:0'
  expect_line "$out" "list /dev/pts: 0"
  expect_no "$out" "list /dev/pts: 1"
  expect_line "$out" "open /dev/tty: OK"
}

term_in_a_rootfs() {
  make_rootfs root
  TERM=dumb run quiet run -t --rootfs root /probe fact env
  expect_line "$out" env=TERM=dumb
  run quiet run --rootfs root /probe fact env
  expect_no "$out" TERM
}

check "--ti: a controlling terminal of its own" a_terminal_of_its_own --ti
check "-ti" a_terminal_of_its_own -ti
check "-it" a_terminal_of_its_own -it
check "-t -i" a_terminal_of_its_own -t -i
check "-t" a_terminal_of_its_own -t
check "--tty" a_terminal_of_its_own --tty
check "CVE-2017-5226: no terminal without the flag, and none to type into" no_terminal_without_the_flag
check "-t without -i passes no key" output_terminal_without_input
check "resizing reaches the command" resizing
check "a shell" a_shell
check "Ctrl-D" end_of_file_key
check "Ctrl-C ends a command that does not handle it" ctrl_c_ends_the_command
check "Ctrl-\\ ends a command that does not handle it" ctrl_backslash_ends_the_command
check "Ctrl-C reaches a handler" ctrl_c_reaches_a_handler
check "Ctrl-C that is ignored" ctrl_c_that_is_ignored
check "Ctrl-C to a job of a shell inside" ctrl_c_to_a_job_inside
check "Ctrl-Z and fg" ctrl_z_and_fg
check "Ctrl-Z to a job of a shell inside" ctrl_z_stops_what_runs_inside
check "a suspended container can be killed" suspended_job_can_be_killed
check "a background job" background_job
check "the caller's terminal is as before after failures" settings_after_a_failure
check "the container ends with the caller's terminal" hang_up_ends_the_container
check "--ti with commands from a pipe" commands_from_a_pipe
check "--ti with commands from a file" commands_from_a_file
check "--ti with /dev/null" nothing_from_dev_null
check "--ti with a file without a last newline" file_without_a_last_newline
check "--ti with long input" input_longer_than_a_buffer
check "the last words of 200 commands" last_words_are_not_lost
check "a mebibyte of output" a_mebibyte_of_output
check "a reader that does not read" reader_that_does_not_read
check "a reader that ends" reader_that_ends
check "--rootfs: a devpts of its own" own_terminal_of_a_rootfs
check "--rootfs: TERM" term_in_a_rootfs
finish
