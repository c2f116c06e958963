#!/usr/bin/env bash
# dockerd, and its swarm mode, with this runtime.
#
# What lib.sh and engine.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=engine.sh
source "$(dirname "$0")/engine.sh"
needs dockerd:docker.io docker:docker.io

readonly SOCKET=$DATA/docker.sock
D() { docker --config "$DATA/config" -H "unix://$SOCKET" "$@"; }

answers() { D version >/dev/null 2>&1; }
start_daemon() {
  dockerd --data-root "$DATA/root" --exec-root "$DATA/exec" --pidfile "$DATA/pid" --host "unix://$SOCKET" \
    --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs --cgroup-parent="/$UNIQUE" \
    --add-runtime "box=$program" --default-runtime=box >"$DATA/log" 2>&1 &
  await_long answers || {
    echo "skip - all cases: dockerd does not start here: $(grep -m 1 -E 'failed|fatal' "$DATA/log" || tail -n 1 "$DATA/log")"
    exit 0
  }
}

daemon_knows_the_runtime() {
  run D info --format '{{.DefaultRuntime}} {{json .Runtimes}}'
  expect_match "$out" '^box .*"box"'
  run D info --format '{{.RuncCommit.ID}}'
  expect_match "$out" '^[^ ]'
  make_image image.tar
  run D import image.tar box
  expect_code 0
}

runs() {
  run D run --rm box /probe say hello exit 3
  expect_code 3
  expect_line "$out" hello
  run D run --rm -u 7:8 -w /tmp -e A=b -h some --tmpfs /scratch -v /etc/hostname:/h:ro box \
    /probe fact uid fact cwd fact env fact hostname create /h/x fact status.Seccomp fact status.CapEff
  expect_code 0
  expect_line "$out" uid=7
  expect_line "$out" cwd=/tmp
  expect_line "$out" env=A=b
  expect_line "$out" hostname=some
  expect_line "$out" status.CapEff=0000000000000000
  expect_line "$out" status.Seccomp=2
  run D run --rm -i box /bin/cat <<<"some input"
  expect "standard input" "some input" "$out"
}

exit_codes() {
  run D run --rm box nosuchcmd
  differs crun "dockerd 20.10 does not understand its error's text"
  expect_code 127
  expect_has "$err" 'executable file not found'
  expect_has "$err" 'nosuchcmd'
  run D run --rm box /plain
  expect_code 126
  expect_match "$err" '[Pp]ermission denied'
  run D run --rm box /bin/sh -c '/probe kill 9; exit $?'
  expect_code 137
  run D run --rm --nosuchflag box
  expect_code 125
  run D run --rm --runtime nosuch box /probe
  expect_code 125
}

# Whatever containerd keeps of containers; of these it needs none.
kept() { find "$DATA/exec/containerd" -mindepth 1 -maxdepth 1 -regex '.*/[0-9a-f]*' -printf '%f\n'; }
failed_starts() {
  local n
  for ((n = 0; n < 5; n++)); do
    # More than fs.nr_open, which root may not exceed either.
    run D run --rm --ulimit nofile=1999999999:1999999999 box /probe
    [[ $code != 0 ]]
    expect_match "$err" '([Oo]peration|[Nn]ot) (not )?permitted'
  done
  run D run --rm -v "$PWD:/plain" box /probe
  [[ $code != 0 ]]
  expect_match "$err" '[Nn]ot a directory'
  expect "kept by containerd" "" "$(kept)"
}

# Containers that share all that they can, as the parts of a pod do.
joined() {
  D run -d --name box6 --ipc shareable box /bin/sleep 600 >/dev/null
  run D run --rm --pid container:box6 --ipc container:box6 --network container:box6 box /bin/ls -l /proc/1/ns /proc/self/ns
  expect_code 0
  local kind held
  held=/proc/$(D inspect -f "{{.State.Pid}}" box6)/ns
  for kind in ipc net pid; do
    expect "containers in one $kind namespace" 2 "$(grep -cF "$kind -> $(readlink "$held/$kind")" <<<"$out")"
  done
  D rm -f box6 >/dev/null
}

terminal() {
  "$BIN/pty" 33x77 docker --config "$DATA/config" -H "unix://$SOCKET" run --rm -it box /bin/sh -c '/probe await-size 33x77; cat' <<'END'
expect size: 33x77
send hello\r
expect hello
send \x04
status 0
END
}

life() {
  D run -d --name box1 box /bin/sleep 600 >/dev/null
  run D exec box1 /probe fact pid say inside exit 4
  expect_code 4
  expect_line "$out" inside
  run D exec -u 7 -e B=c -w /tmp box1 /probe fact uid fact env fact cwd
  expect_line "$out" uid=7
  expect_line "$out" env=B=c
  expect_line "$out" cwd=/tmp
  run D exec box1 nosuchcmd
  # dockerd decides by the error's text.
  [[ $code == 126 || $code == 127 ]]
  D pause box1 >/dev/null
  expect "status" paused "$(D inspect -f '{{.State.Status}}' box1)"
  D unpause box1 >/dev/null
  run D top box1
  expect_has "$out" "sleep 600"
  run D stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}' box1
  expect_match "$out" '^box1 1 [1-9]'
  run D update --memory 64m --memory-swap 64m --cpus 0.5 --pids-limit 44 box1
  expect_code 0
  expect "pids" 44 "$(D inspect -f '{{.HostConfig.PidsLimit}}' box1)"
  local first
  first=$(D inspect -f '{{.State.Pid}}' box1)
  if [[ -d /sys/fs/cgroup/pids ]]; then
    expect "pids, in the kernel" 44 "$(cat "/sys/fs/cgroup/pids$(sed -n 's/^[0-9]*:pids://p' "/proc/$first/cgroup")/pids.max")"
  fi
  D kill box1 >/dev/null
  expect "exit code" 137 "$(D wait box1)"
  D start box1 >/dev/null
  D stop -t 1 box1 >/dev/null
  expect "status" exited "$(D inspect -f '{{.State.Status}}' box1)"
  D rm box1 >/dev/null
}

stopped_by_signal() {
  D run -d --name box2 box /probe handle 15 say ready await exit 5 >/dev/null
  await_long logs_have box2 ready
  D stop -t 10 box2 >/dev/null
  expect "exit code" 5 "$(D inspect -f '{{.State.ExitCode}}' box2)"
  expect_has "$(D logs box2)" "caught: 15"
  D rm box2 >/dev/null
}
logs_have() { D logs "$1" 2>&1 | grep -q "$2"; }

health() {
  D run -d --name box3 --health-cmd 'test -e /tmp/well' --health-interval 500ms --health-retries 1 box /bin/sleep 600 >/dev/null
  await_long health_is box3 unhealthy
  D exec box3 touch /tmp/well
  await_long health_is box3 healthy
  D rm -f box3 >/dev/null
}
health_is() { [[ $(D inspect -f '{{.State.Health.Status}}' "$1") == "$2" ]]; }

restarts() {
  D run -d --name box4 --restart on-failure:2 box /probe exit 7 >/dev/null
  await_long restarted box4 2
  await_long has_exited box4
  expect "exit code" 7 "$(D inspect -f '{{.State.ExitCode}}' box4)"
  D rm -f box4 >/dev/null
}
restarted() { [[ $(D inspect -f '{{.RestartCount}}' "$1") == "$2" ]]; }
has_exited() { [[ $(D inspect -f '{{.State.Status}}' "$1") == exited ]]; }

memory_is_limited() {
  # shellcheck disable=SC2016
  run D run --name box5 -m 16m --memory-swap 16m box /bin/sh -c 'x=0123456789abcdef; while :; do x=$x$x; done'
  expect_code 137
  D rm -f box5 >/dev/null
}

many() {
  local n started=()
  for ((n = 0; n < 10; n++)); do
    D run --rm box /probe exit "$n" &
    started+=($!)
  done
  for ((n = 0; n < 10; n++)); do
    code=0
    wait "${started[n]}" || code=$?
    expect "exit code" "$n" "$code"
  done
}

tasks() { D ps -q --filter "label=com.docker.swarm.service.name=web"; }
there_are() { (($(tasks | wc -l) == $1)); }

swarm() {
  run D swarm init --advertise-addr 127.0.0.1 --default-addr-pool 10.99.0.0/16
  [[ $code == 0 ]] || skip "swarm mode does not start here: $err"
  # The host's network: an overlay needs modules that not every kernel has.
  D service create --quiet --detach --name web --network host --replicas 3 --stop-grace-period 1s \
    --restart-delay 100ms --update-delay 0s box /bin/sleep 1000 >/dev/null 2>&1
  await_long there_are 3
  local each
  for each in $(tasks); do expect "runtime" box "$(D inspect -f '{{.HostConfig.Runtime}}' "$each")"; done
}
swarm_scales() {
  D service scale --detach web=5 >/dev/null
  await_long there_are 5
  D service scale --detach web=2 >/dev/null
  await_long there_are 2
}
swarm_replaces() {
  local victim
  victim=$(tasks | head -n 1)
  D kill "$victim" >/dev/null
  await_long is_replaced "$victim"
}
is_replaced() { there_are 2 && [[ $(tasks) != *"$1"* ]]; }
swarm_updates() {
  D service update --quiet --detach --env-add VERSION=2 web >/dev/null 2>&1
  await_long all_updated
  D service rm web >/dev/null
  await_long there_are 0
  D swarm leave --force >/dev/null
}
all_updated() {
  local each ids
  ids=$(tasks)
  there_are 2 || return 1
  for each in $ids; do
    D inspect -f '{{.Config.Env}}' "$each" 2>/dev/null | grep -q VERSION=2 || return 1
  done
}

ends() {
  # shellcheck disable=SC2046
  D rm -f $(D ps -aq) >/dev/null 2>&1 || true
  local daemon
  daemon=$(cat "$DATA/pid")
  kill "$daemon"
  await_long has_ended "$daemon"
  nothing_is_left
}

start_daemon
check "dockerd knows the runtime" daemon_knows_the_runtime
check "docker run" runs
check "exit codes 125, 126, 127, 137" exit_codes
check "what could not be started leaves nothing" failed_starts
check "containers that share namespaces" joined
check "docker run -it" terminal
check "exec, pause, top, stats, update, kill, start, stop" life
check "docker stop sends the signal, logs has the output" stopped_by_signal
check "health checks" health
check "restart policies" restarts
check "the memory limit" memory_is_limited
check "ten at once" many
check "swarm: a service of three" swarm
check "swarm: scale" swarm_scales
check "swarm: a killed task is replaced" swarm_replaces
check "swarm: a rolling update" swarm_updates
check "nothing is left" ends
finish
