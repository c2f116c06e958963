#!/usr/bin/env bash
# Terminals, sockets and descriptors that are handed over.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

console_socket() {
  process[terminal]=true
  process[consoleSize]='{"height":33,"width":77}'
  args /probe fact isatty. fact ctty fact winsize fact tty.0 stat /dev/console fact sid fact fgpgrp say end
  bundle
  "$RECVTTY" s </dev/null >said 2>&1 &
  await has_line said listening
  run rt create --bundle b --console-socket "$PWD/s" "$id"
  expect_code 0
  rt start "$id"
  await grep -q end said
  rt delete --force "$id"
  tr -d '\r' <said >clean
  expect_line "$(cat clean)" isatty.0=1
  expect_line "$(cat clean)" isatty.2=1
  expect_line "$(cat clean)" ctty=yes
  expect_line "$(cat clean)" winsize=33x77
  expect_match "$(cat clean)" 'stat /dev/console: char 0[62]+0 '
  expect_line "$(cat clean)" sid=1
  expect_line "$(cat clean)" fgpgrp=1
}

long_socket_path() {
  # More than fit into a socket's address.
  local long
  long=$(printf 'd%.0s' {1..120})
  mkdir "$long"
  process[terminal]=true
  args /probe say end
  bundle
  (cd "$long" && exec "$RECVTTY" s </dev/null >../said 2>&1) &
  await has_line said listening
  run rt create --bundle b --console-socket "$PWD/$long/s" "$id"
  [[ $code == 0 || $RUNTIME == chmdocker ]] || {
    kill %1
    differs "$RUNTIME" "108 bytes are the most"
  }
  expect_code 0
  rt start "$id"
  await grep -q end said
  rt delete --force "$id"
}

terminal_needs_a_socket() {
  process[terminal]=true
  bundle
  run rt create --bundle b "$id"
  expect_error ""
  [[ $RUNTIME == crun ]] || expect_has "$err" "console"
  run rt create --bundle b --console-socket "$PWD/nosuch" "$id"
  expect_error ""
  process[terminal]=false
  bundle
  "$RECVTTY" s </dev/null >said 2>&1 &
  local listener=$!
  await has_line said listening
  run rt create --bundle b --console-socket "$PWD/s" "$id"
  local once=$code
  rt delete --force "$id" 2>/dev/null || true
  kill "$listener" 2>/dev/null || true
  [[ $once != 0 ]] || differs "$RUNTIME" "ignores the socket"
}

foreground_terminal() {
  differs crun "1.8 does not hand the size over"
  process[terminal]=true
  # Others give the size after the start only.
  args /probe fact isatty.0 await-size 33x77 say ready cat
  bundle
  "$BIN/pty" 33x77 "$program" --root "$ROOT" run --bundle b "$id" <<'END'
expect isatty.0=1
expect size: 33x77
expect ready
send hello\r
expect hello
send \x04
status 0
END
}

foreground_terminal_is_raw() {
  process[terminal]=true
  shell 'trap "echo interrupted; exit 9" INT; echo ready; while :; do sleep 1; done'
  bundle
  "$BIN/pty" 24x80 "$program" --root "$ROOT" run --bundle b "$id" <<'END'
save
expect ready
raw
send \x03
expect interrupted
status 9
END
}

resized() {
  differs crun "1.8 does not follow"
  process[terminal]=true
  args /probe say ready await-size 40x100
  bundle
  "$BIN/pty" 24x80 "$program" --root "$ROOT" run --bundle b "$id" <<'END'
expect ready
resize 40x100
expect size: 40x100
status 0
END
}

preserved_descriptors() {
  echo inherited >file
  args /bin/sh -c 'cat <&3; cat <&4'
  bundle
  run rt run --preserve-fds 2 --bundle b "$id" 3<file 4<file
  expect_code 0
  expect "standard output" $'inherited\ninherited' "$out"
  args /probe fact fd.
  bundle
  run rt run --preserve-fds 1 --bundle b "$id" 3<file 4<file
  expect_has "$out" fd.3
  expect_no "$out" fd.4
}

listening_descriptors() {
  echo inherited >file
  args /probe fact env fact fd.
  bundle
  # shellcheck disable=SC2016
  run bash -c 'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"' - "$program" --root "$ROOT" run --bundle b "$id" 3<file 4<file
  expect_code 0
  differs crun "1.8 sets LISTEN_PID alone"
  expect_line "$out" env=LISTEN_FDS=1
  expect_line "$out" env=LISTEN_PID=1
  expect_has "$out" fd.3
  expect_no "$out" fd.4
}

notify_socket() {
  "$RECVTTY" --datagram notify </dev/null >said 2>&1 &
  local listener=$!
  await has_line said listening
  shell '/probe fact env notify READY=1; sleep 0.5'
  bundle
  NOTIFY_SOCKET=$PWD/notify timeout 10 "$program" --root "$ROOT" run --bundle b "$id" >out 2>err || true
  await has_ended "$listener" || kill "$listener"
  expect_match "$(cat out)" 'env=NOTIFY_SOCKET=/'
  expect_line "$(cat out)" "notify: OK"
  # In a datagram of its own or behind MAINPID, as sd_notify(3) allows.
  expect_match "$(cat said)" $'(datagram: |\n)READY=1'
}

pidfd_socket() {
  differs runc "1.1.5 has no --pidfd-socket"
  differs crun "1.8 has no --pidfd-socket"
  "$RECVTTY" s </dev/null >said 2>&1 &
  await has_line said listening
  bundle
  run rt run --pidfd-socket "$PWD/s" --bundle b "$id"
  expect_code 0
  await grep -q received said
  expect_has "$(cat said)" pidfd
}

closed_streams() {
  args /probe fact fd. exit 4
  bundle
  code=0
  rt run --bundle b "$id" <&- >out 2>err || code=$?
  [[ $code == 4 || $RUNTIME == chmdocker ]] || differs "$RUNTIME" "$(cat err)"
  expect_code 4
  code=0
  rt run --bundle b "$id" </dev/null >&- 2>/dev/null || code=$?
  [[ $code == 4 || $RUNTIME == chmdocker ]] || differs "$RUNTIME" "needs standard output"
  expect_code 4
}

full_pipe() {
  args /probe write-forever
  bundle
  code=0
  # The reader goes away after a while.
  timeout 20 "$program" --root "$ROOT" run --bundle b "$id" 2>/dev/null | head -c 100000 >part || true
  expect "bytes" 100000 "$(wc -c <part)"
  await eval '! exists' || rt delete --force "$id"
}

check "--console-socket" console_socket
check "a socket with a long path" long_socket_path
check "a terminal and a socket need each other" terminal_needs_a_socket
check "run on a terminal" foreground_terminal
check "run on a terminal hands keys through" foreground_terminal_is_raw
check "run on a terminal follows its size" resized
check "--preserve-fds" preserved_descriptors
check "LISTEN_FDS" listening_descriptors
check "NOTIFY_SOCKET" notify_socket
check "--pidfd-socket" pidfd_socket
check "closed standard streams" closed_streams
check "a reader that goes away" full_pipe
finish
