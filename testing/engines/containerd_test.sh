#!/usr/bin/env bash
# containerd's shim with this runtime.
#
# What lib.sh and engine.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=engine.sh
source "$(dirname "$0")/engine.sh"
needs containerd:containerd ctr:containerd

readonly SOCKET=$DATA/containerd.sock IMAGE=localhost/box:1
C() { ctr -a "$SOCKET" "$@"; }
answers() { C version >/dev/null 2>&1; }

# run_box OPTION... NAME WORD...: in a cgroup of the test's own.
cgroup=box
run_box() { C run --snapshotter native --runc-binary "$program" --cgroup "/$UNIQUE/$cgroup" "$@"; }

start_daemon() {
  cat >"$DATA/config.toml" <<END
version = 2
root = "$DATA/root"
state = "$DATA/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$SOCKET"
END
  containerd --config "$DATA/config.toml" >"$DATA/log" 2>&1 &
  daemon=$!
  await_long answers || {
    echo "skip - all cases: containerd does not start here: $(tail -n 1 "$DATA/log")"
    exit 0
  }
}

imports() {
  local sum
  make_image layer.tar
  sum=$(sha256sum <layer.tar | cut -d' ' -f1)
  echo "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/bin\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$sum\"]}}" >config.json
  echo "[{\"Config\":\"config.json\",\"RepoTags\":[\"$IMAGE\"],\"Layers\":[\"layer.tar\"]}]" >manifest.json
  tar -c manifest.json config.json layer.tar >image.tar
  run C image import image.tar
  expect_code 0
}

runs() {
  run run_box --rm "$IMAGE" c1 /probe say hello exit 3
  expect_code 3
  expect_line "$out" hello
  run run_box --rm --env A=b --cwd /tmp "$IMAGE" c1 /probe fact env fact cwd
  expect_code 0
  expect_line "$out" env=A=b
  expect_line "$out" cwd=/tmp
}

errors() {
  run run_box --rm "$IMAGE" c1 nosuchcmd
  expect_code 1
  expect_match "$err" 'executable file .*not found'
  C container rm c1 >/dev/null 2>&1 || true
}

task_is() { C task ls | grep -qE "^$1 +[0-9]+ +$2"; }

life() {
  run_box -d "$IMAGE" c2 /bin/sleep 600
  await_long task_is c2 RUNNING
  run C task exec --exec-id e1 c2 /probe say inside exit 4
  expect_code 4
  expect_line "$out" inside
  C task pause c2
  task_is c2 PAUSED
  C task resume c2
  task_is c2 RUNNING
  run C task ps c2
  expect_match "$out" '[0-9]+'
  run C task metrics c2
  expect_match "$out" '(memory.usage_in_bytes|memory.usage) +[1-9]'
  expect_match "$out" 'pids.current +1'
  C task kill -s KILL c2
  await_long task_is c2 STOPPED
  run C task delete c2
  expect_has "$err" 137
  C container delete c2
}

killed_all() {
  run_box -d "$IMAGE" c3 /bin/sh -c 'sleep 601 & exec sleep 602'
  await_long task_is c3 RUNNING
  C task kill --all -s KILL c3
  await_long task_is c3 STOPPED
  C task delete c3 2>/dev/null || true
  C container delete c3
}

forced() {
  run_box -d "$IMAGE" c4 /bin/sleep 603
  C task delete --force c4 2>/dev/null || true
  C container delete c4
  run C task ls
  expect_no "$out" c4
}

first_of() { C task ls | awk -v name="$1" '$1 == name {print $2}'; }

# As Kubernetes does it: a container that holds the namespaces, and others that
# join them.
pod() {
  run_box -d "$IMAGE" c6 /bin/sleep 604
  await_long task_is c6 RUNNING
  local kind held joins=()
  held=/proc/$(first_of c6)/ns cgroup=box2
  joins=(--with-ns "network:$held/net" --with-ns "ipc:$held/ipc" --with-ns "uts:$held/uts")
  run run_box --rm "${joins[@]}" "$IMAGE" c7 /bin/ls -l /proc/self/ns
  expect_code 0
  for kind in net ipc uts; do expect_has "$out" "$(readlink "$held/$kind")"; done
  for kind in mnt pid; do expect_no "$out" "$(readlink "$held/$kind")"; done

  run_box -d "${joins[@]}" --with-ns "pid:$held/pid" "$IMAGE" c8 /bin/sh -c 'sleep 605 & exec sleep 606'
  await_long task_is c8 RUNNING
  run C task exec --exec-id e2 c8 /bin/ls -l /proc/self/ns
  expect_code 0
  for kind in net ipc uts pid; do expect_has "$out" "$(readlink "$held/$kind")"; done
  await_long pgrep -fx 'sleep 605' >/dev/null
  C task kill -s KILL c8
  await_long task_is c8 STOPPED
  C task delete c8 2>/dev/null || true
  C container delete c8
  # Nobody else ends what is left in a pid namespace that lives on.
  ! pgrep -fx 'sleep 605'
  task_is c6 RUNNING
  C task delete --force c6 2>/dev/null || true
  C container delete c6
}

terminal() {
  "$BIN/pty" 33x77 ctr -a "$SOCKET" run --rm --tty --snapshotter native --runc-binary "$program" --cgroup "/$UNIQUE/box" "$IMAGE" c5 \
    /probe await-size 33x77 say ready cat <<'END'
expect ready
send hello\r
expect hello
send \x04
status 0
END
}

ends() {
  kill "$daemon"
  await_long has_ended "$daemon"
  nothing_is_left
}

start_daemon
check "an image" imports
check "ctr run" runs
check "errors reach the client" errors
check "exec, pause, resume, ps, metrics, kill, delete" life
check "kill --all" killed_all
check "delete --force" forced
check "a pod" pod
check "ctr run --tty" terminal
check "nothing is left" ends
finish
