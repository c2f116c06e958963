#!/usr/bin/env bash
# podman and conmon with this runtime, as root and as an ordinary user.
#
# What lib.sh and engine.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=engine.sh
source "$(dirname "$0")/engine.sh"
needs podman:podman conmon:conmon

readonly USER_ID=1000
# As docs/engines.md has it: podman goes by the last part of the path.
configure() { # configure DIRECTORY
  cat >"$1/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
netns = "none"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "$program"
runtime_supports_json = ["${program##*/}"]
runtime_supports_nocgroup = ["${program##*/}"]
tmp_dir = "$1/tmp"
END
}

P() {
  CONTAINERS_CONF=$home/containers.conf "${as[@]}" podman --root "$home/root" --runroot "$home/run" --storage-driver=vfs "$@"
}
# In a cgroup of the test's own where the caller can have one.
runs_box() { P run "${parent[@]}" "$@"; }

imports() {
  make_image image.tar
  run P import image.tar box
  expect_code 0
}

knows_the_runtime() {
  run P info --format '{{.Host.OCIRuntime.Path}}'
  expect_line "$out" "$program"
}

runs() {
  run runs_box --rm box /probe say hello exit 3
  expect_code 3
  expect_line "$out" hello
  run runs_box --rm -u 7:8 -w /tmp -e A=b -h some --tmpfs /scratch box /probe fact uid fact cwd fact env fact hostname fact status.Seccomp
  expect_code 0
  expect_line "$out" uid=7
  expect_line "$out" cwd=/tmp
  expect_line "$out" env=A=b
  expect_line "$out" hostname=some
  expect_line "$out" status.Seccomp=2
  run runs_box --rm -i box /bin/cat <<<"some input"
  expect "standard input" "some input" "$out"
}

exit_codes() {
  run runs_box --rm box nosuchcmd
  expect_code 127
  expect_has "$err" nosuchcmd
  run runs_box --rm box /plain
  expect_code 126
  run runs_box --rm box /bin/sh -c '/probe kill 9; exit $?'
  expect_code 137
  run runs_box --rm --nosuchflag box
  expect_code 125
}

has_said() { P logs "$1" 2>&1 | grep -q "$2"; }

life() {
  runs_box -d --name box1 box /bin/sh -c 'echo ready; exec sleep 600' >/dev/null
  await_long has_said box1 ready
  run P exec box1 /probe say inside exit 4
  expect_code 4
  expect_line "$out" inside
  run P exec -u 7 -w /tmp box1 /probe fact uid fact cwd
  expect_line "$out" uid=7
  expect_line "$out" cwd=/tmp
  run P exec box1 nosuchcmd
  expect_code 127
  expect "status" running "$(P inspect -f '{{.State.Status}}' box1)"
  run P top box1
  expect_has "$out" "sleep 600"
  P kill box1 >/dev/null
  expect "exit code" 137 "$(P wait box1)"
  P start box1 >/dev/null
  P stop -t 1 box1 >/dev/null
  expect "status" exited "$(P inspect -f '{{.State.Status}}' box1)"
  P rm box1 >/dev/null
}

pauses() {
  ((${#as[@]} == 0)) || skip "an ordinary user has no cgroups on this host"
  runs_box -d --name box2 --pids-limit 50 box /bin/sleep 600 >/dev/null
  P pause box2 >/dev/null
  expect "status" paused "$(P inspect -f '{{.State.Status}}' box2)"
  P unpause box2 >/dev/null
  if P update --help 2>/dev/null | grep -q 'podman update'; then P update --cpus 0.5 box2 >/dev/null; fi
  run P stats --no-stream --format '{{.Name}} {{.PIDs}}' box2
  expect_match "$out" '^box2 1'
  P rm -f -t 0 box2 >/dev/null
}

stopped_by_signal() {
  runs_box -d --name box3 box /probe handle 15 say ready await exit 5 >/dev/null
  await_long has_said box3 ready
  P stop -t 10 box3 >/dev/null
  expect "exit code" 5 "$(P inspect -f '{{.State.ExitCode}}' box3)"
  expect_has "$(P logs box3)" "caught: 15"
  P rm box3 >/dev/null
}

without_cgroups() {
  differs runc "cannot do without cgroups"
  # conmon's is left as it is, and so is the container's.
  run P run --rm --cgroups disabled box /bin/sh -c 'cat /proc/self/cgroup; /probe exit 3'
  expect_code 3
  expect_no "$out" libpod
}

pods() {
  local pod
  pod=$(P pod create --name pod1 --infra-image box --infra-command '/bin/sleep 600' --share ipc,net,uts "${parent[@]}")
  run P run --rm --pod pod1 box /probe fact hostname
  expect_code 0
  expect_line "$out" hostname=pod1
  P run -d --pod pod1 --name box4 box /bin/sleep 600 >/dev/null
  run P exec box4 /probe fact hostname
  expect_line "$out" hostname=pod1
  P pod stop -t 0 pod1 >/dev/null
  P pod rm -f pod1 >/dev/null
  expect "containers" "" "$(P ps -aq)"
  # Of the pod's own cgroups podman leaves some. That they can be removed shows
  # that those of its containers are gone.
  find /sys/fs/cgroup -type d -path "*/$UNIQUE/$pod" -prune -exec rmdir {} + || [[ $RUNTIME == crun ]]
}

terminal() {
  CONTAINERS_CONF=$home/containers.conf "$BIN/pty" 33x77 "${as[@]}" podman --root "$home/root" --runroot "$home/run" --storage-driver=vfs \
    run "${parent[@]}" --rm -it box /bin/sh -c '/probe await-size 33x77; cat' <<'END'
expect size: 33x77
send hello\r
expect hello
send \x04
status 0
END
}

volumes() {
  mkdir -m 777 shared
  run runs_box --rm -v "$PWD/shared:/data" box touch /data/file
  expect_code 0
  [[ -e shared/file ]]
  run runs_box --rm -v "$PWD/shared:/data:ro" --read-only box /probe create /data/x create /x
  expect_line "$out" "create /data/x: EROFS"
  expect_line "$out" "create /x: EROFS"
}

# An ordinary user with ranges of ids, in files that are this test's own.
ordinary_user() {
  getent passwd "$USER_ID" >/dev/null || {
    cat /etc/passwd - >"$DATA/passwd" <<<"tester:x:$USER_ID:$USER_ID::/tmp:/bin/sh"
    mount --bind "$DATA/passwd" /etc/passwd
  }
  local name file
  name=$(getent passwd "$USER_ID" | cut -d: -f1)
  for file in subuid subgid; do
    echo "$name:200000:65536" >"$DATA/$file"
    [[ -e /etc/$file ]] || return 1
    mount --bind "$DATA/$file" "/etc/$file"
  done
  mkdir -p "$home" /run/user/$USER_ID
  chmod 700 "$home" /run/user/$USER_ID
  configure "$home"
  chown -R $USER_ID:$USER_ID "$home" /run/user/$USER_ID
  as=(setpriv "--reuid=$USER_ID" "--regid=$USER_ID" --clear-groups env "HOME=$home" "USER=$name" "XDG_RUNTIME_DIR=/run/user/$USER_ID")
}

all_cases() { # all_cases AS
  check "an image, $1" imports
  check "podman knows the runtime, $1" knows_the_runtime
  check "podman run, $1" runs
  check "exit codes 125, 126, 127, 137, $1" exit_codes
  check "exec, kill, wait, start, stop, $1" life
  check "pause, stats, update, $1" pauses
  check "podman stop sends the signal, logs has the output, $1" stopped_by_signal
  check "podman run --cgroups disabled, $1" without_cgroups
  check "a pod, $1" pods
  check "podman run -it, $1" terminal
  check "volumes and a read-only root, $1" volumes
}

ends() {
  P rm -af -t 0 >/dev/null 2>&1 || true
  ! pgrep -x conmon >/dev/null || await_long eval '! pgrep -x conmon >/dev/null'
}

as=() parent=(--cgroup-parent "/$UNIQUE") home=$DATA/root-user
mkdir -p "$home"
configure "$home"
all_cases "as root"
check "nothing is left, as root" ends
chmod 755 "$DATA"
home=$DATA/user parent=()
if ! command -v newuidmap >/dev/null; then
  echo "skip - as a user: needs the package uidmap"
elif ! ordinary_user; then
  echo "skip - as a user: needs the files /etc/subuid and /etc/subgid"
else
  all_cases "as a user"
  check "nothing is left, as a user" ends
fi
check "nothing is left at all" nothing_is_left
finish
