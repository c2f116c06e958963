#!/usr/bin/env bash
# exec: another process in a container that runs.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

# with_container FUNCTION: a container that sleeps, and is deleted afterwards
# whatever became of the function.
with_container() {
  local status=0
  [[ -e b ]] || {
    args /bin/sleep 600
    bundle
  }
  background
  (
    set -e
    "$@"
  ) || status=$?
  rt delete --force "$id"
  return "$status"
}

exit_codes() {
  local n
  for n in 0 3 255; do
    run rt exec "$id" /probe exit "$n"
    expect_code "$n"
  done
  # By a signal: the shell, which is not pid 1 here, kills itself.
  run rt exec "$id" /probe kill 9
  expect_code 137
  run rt exec "$id" /probe kill 15
  expect_code 143
}

failures() {
  local word
  : >b/rootfs/plain
  for word in /nosuch nosuch /plain /bin; do
    run rt exec "$id" "$word"
    [[ $code != 0 ]]
    case $word in
      /nosuch) expect_match "$err" "[Nn]o such file or directory" ;;
      nosuch) expect_match "$err" "executable file .*not found" ;;
      /plain) expect_match "$err" "[Pp]ermission denied" ;;
      /bin) expect_match "$err" "[Pp]ermission denied|is a directory" ;;
    esac
    [[ $RUNTIME == crun ]] || expect_code 255
  done
  expect_status running
}

joins_everything() {
  local name first
  first=$(init_pid)
  run rt exec "$id" /probe fact ns. fact cgroup
  expect_code 0
  for name in ipc mnt net pid uts; do
    expect "namespace $name" "$(readlink "/proc/$first/ns/$name")" "$(fact "ns.$name")"
  done
  if is_root && ! is_mapped_root; then
    run rt exec "$id" /bin/cat /proc/self/cgroup
    expect "cgroups" "$(cat "/proc/$first/cgroup")" "$out"
  fi
}

standard_streams() {
  run rt exec "$id" /bin/cat <<<"from stdin"
  expect "standard output" "from stdin" "$out"
  expect_code 0
  run rt exec "$id" /bin/sh -c 'echo wrong >&2'
  expect "standard error" wrong "$err"
}

defaults_are_the_configurations() {
  run rt exec "$id" /probe fact env fact cwd fact uid fact groups fact umask
  expect_line "$out" env=PATH=/bin:/usr/bin
  expect_line "$out" env=COLOUR=red
  expect_line "$out" cwd=/tmp
  expect_line "$out" uid=0
}

flags() {
  run rt exec --cwd /bin --env A=1 --env B=2 --env COLOUR=blue "$id" /probe fact env fact cwd
  expect_code 0
  expect_line "$out" env=A=1
  expect_line "$out" env=B=2
  expect_line "$out" env=COLOUR=blue
  expect_line "$out" cwd=/bin
}

users() {
  is_root && ! is_mapped_root || skip "one user only is mapped"
  run rt exec --user 7:8 "$id" /probe fact uid fact gid fact groups
  expect_line "$out" uid=7
  expect_line "$out" gid=8
  run rt exec -u 7 --env A=1 "$id" /probe fact uid fact env
  expect_line "$out" uid=7
  expect_line "$out" env=HOME=/home/ann
  differs crun "1.8 has no --additional-gids"
  run rt exec --user 7:8 --additional-gids 9 "$id" /probe fact groups
  expect_match "$out" 'groups=.*9 '
}

exec_capabilities() {
  local none=0000000000000000
  run rt exec --user 0 "$id" /probe fact status.Cap
  expect_line "$out" "status.CapInh=$none"
  expect_line "$out" "status.CapAmb=$none"
  expect_line "$out" "status.CapBnd=0000000020000420"
  run rt exec --cap CAP_SYS_TIME "$id" /probe fact status.Cap
  expect_line "$out" "status.CapInh=$none"
  differs crun "1.8 has them instead of the configuration's, and not with it"
  expect_line "$out" "status.CapEff=0000000022000420"
}

process_file() {
  cat >process.json <<'END'
{"terminal":false,"user":{"uid":0,"gid":0},"cwd":"/tmp","noNewPrivileges":true,
 "args":["/probe","fact","env","fact","cwd","fact","status.NoNewPrivs","fact","rlimit.nofile","fact","status.CapEff"],
 "env":["ONLY=this"],"rlimits":[{"type":"RLIMIT_NOFILE","soft":77,"hard":77}],
 "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"]}}
END
  run rt exec --process process.json "$id"
  expect_code 0
  expect_line "$out" env=ONLY=this
  expect_no "$out" env=PATH
  expect_line "$out" cwd=/tmp
  expect_line "$out" status.NoNewPrivs=1
  expect_line "$out" rlimit.nofile=77
  expect_line "$out" status.CapEff=0000000000000020
  run rt exec -p process.json "$id"
  expect_code 0
}

detached() {
  run rt exec --detach --pid-file "$PWD/pid" "$id" /bin/sh -c 'touch /tmp/on; sleep 60'
  expect_code 0
  await test -e b/rootfs/tmp/on
  local first process
  first=$(init_pid)
  process=$(cat pid)
  [[ $process != "$first" ]]
  expect "pid namespace" "$(readlink "/proc/$first/ns/pid")" "$(readlink "/proc/$process/ns/pid")"
  # Its exit is its adopter's; the runtime has left nothing behind.
  expect "parent" 1 "$(sed -n 's/^PPid:\t//p' "/proc/$process/status")"
  kill -KILL "$process"
}

ends_with_the_container() {
  rm -f out err
  rt exec "$id" /probe say ready pause >said 2>&1 &
  local client=$!
  await has_line said ready
  rt kill "$id" KILL
  code=0
  wait "$client" || code=$?
  expect_code 137
}

forwards_signals() {
  env --default-signal "$program" --root "$ROOT" exec "$id" /probe handle 15 say ready await exit 6 >said 2>&1 &
  local client=$!
  await has_line said ready
  kill -TERM "$client"
  code=0
  wait "$client" || code=$?
  expect_code 6
}

on_a_terminal() {
  "$BIN/pty" 33x77 "$program" --root "$ROOT" exec -t "$id" /probe fact tty.0 fact winsize fact ctty fact sid <<'END'
expect tty.0=/dev/pts/
expect winsize=33x77
status 0
END
  run rt exec --tty "$id" /probe
  echo "without a terminal: $code $err"
}

by_a_console_socket() {
  "$RECVTTY" s </dev/null >said 2>&1 &
  await has_line said listening
  run rt exec --tty --detach --console-socket "$PWD/s" --pid-file "$PWD/pid" "$id" /probe fact isatty. fact ctty say end
  expect_code 0
  await grep -q end said
  expect_has "$(cat said)" isatty.0=1
  expect_has "$(cat said)" ctty=yes
}

into_stopped() {
  bundle
  background
  expect_status stopped
  run rt exec "$id" /probe
  local text=$err once=$code
  rt delete "$id"
  [[ $once != 0 ]]
  [[ $RUNTIME == crun ]] || expect_match "$text" "stopped|not running"
}

into_created() {
  args /bin/sleep 60
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  run rt exec "$id" /probe say hello
  rt delete --force "$id"
  expect_code 0
  expect "standard output" hello "$out"
}

into_paused() {
  needs_cgroups
  rt pause "$id"
  run timeout 5 "$program" --root "$ROOT" exec "$id" /probe
  local once=$code text=$err
  rt resume "$id"
  [[ $once != 0 && $once != 124 ]]
  expect_has "$text" paused
}

preserved_descriptors() {
  echo inherited >file
  run rt exec --preserve-fds 1 "$id" /bin/cat /proc/self/fd/3 3<file
  expect_code 0
  expect "standard output" inherited "$out"
  run rt exec "$id" /probe fact fd. 3<file
  expect_no "$out" fd.3
}

many() {
  local n starts=()
  for ((n = 0; n < 20; n++)); do
    rt exec "$id" /probe exit "$n" >/dev/null 2>&1 &
    starts+=($!)
  done
  for ((n = 0; n < 20; n++)); do
    code=0
    wait "${starts[n]}" || code=$?
    expect "exit code" "$n" "$code"
  done
}

with_defaults() {
  process[env]='["PATH=/bin:/usr/bin","COLOUR=red"]'
  process[cwd]='"/tmp"'
  args /bin/sleep 600
  bundle
  with_container "$@"
}

check "exit codes" with_container exit_codes
check "commands that are not there or not executable" with_container failures
check "every namespace and cgroup is joined" with_container joins_everything
check "standard input, output and error" with_container standard_streams
check "environment and directory are those of the configuration" with_defaults defaults_are_the_configurations
check "--cwd and --env" with_defaults flags
check "--user and --additional-gids" with_container users
check "capabilities, and --cap" with_container exec_capabilities
check "--process" with_container process_file
check "--detach and --pid-file" with_container detached
check "the end of the container ends it" with_container ends_with_the_container
check "signals are forwarded" with_container forwards_signals
check "--tty on a terminal" with_container on_a_terminal
check "--console-socket" with_container by_a_console_socket
check "not into a stopped container" into_stopped
check "into a created container" into_created
check "not into a paused container" with_container into_paused
check "--preserve-fds" with_container preserved_descriptors
check "20 at once" with_container many
finish
