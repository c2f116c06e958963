#!/bin/sh
# The OCI command line on cgroup v2 alone.
#
# What lib.sh sets or reads is its own:
# shellcheck disable=SC2034,SC2154
# shellcheck source=lib.sh
. /test/lib.sh

sleeps() { # sleeps [RESOURCES] [CGROUPS-PATH]
  bundle 'exec sleep 1000' "$@"
  chmdocker run -d --bundle b c >/dev/null 2>said
}
ends() { chmdocker delete --force c; }

one_hierarchy() {
  expect "hierarchies" "0::/" "$(cat /proc/self/cgroup)"
  expect "mounts of cgroup" 1 "$(grep -c ' - cgroup' /proc/self/mountinfo)"
}

spec_is_a_bundle() {
  mkdir b
  make_rootfs b/rootfs
  (cd b && chmdocker spec)
  sed -i -e 's/"terminal": true/"terminal": false/' -e 's/^\([[:space:]]*\)"sh"$/\1"id"/' b/config.json
  run chmdocker run --bundle b c
  expect_code 0
  expect_has "$out" "uid=0"
}

lives() {
  bundle 'echo started; exec sleep 1000'
  chmdocker create --bundle b c >said 2>&1
  expect status created "$(status_of c)"
  expect "said before the start" "" "$(cat said)"
  expect "its cgroup" 0::/box "$(cat "/proc/$(first_process c)/cgroup")"
  chmdocker start c
  await grep -q started said
  expect status running "$(status_of c)"
  run chmdocker delete c
  [ "$code" != 0 ]
  chmdocker kill c KILL
  await is stopped c
  chmdocker delete c
  expect status "" "$(status_of c)"
  [ ! -e "$CGROUPS/box" ]
}

limits='{"memory": {"limit": 67108864, "reservation": 33554432}, "pids": {"limit": 123},
  "cpu": {"shares": 512, "quota": 50000, "period": 100000, "cpus": "1", "mems": "0"}}'

expect_limits() { # expect_limits READER: a command that prints the file it is given
  expect memory.max 67108864 "$("$1" memory.max)"
  expect memory.low 33554432 "$("$1" memory.low)"
  expect pids.max 123 "$("$1" pids.max)"
  expect cpu.max "50000 100000" "$("$1" cpu.max)"
  expect cpu.weight 59 "$("$1" cpu.weight)"
  expect cpuset.cpus 1 "$("$1" cpuset.cpus)"
  expect cpuset.mems 0 "$("$1" cpuset.mems)"
}
outside() { value /a/b/box "$1"; }
inside() { chmdocker exec c cat "/sys/fs/cgroup/$1"; }

limits_are_set() {
  sleeps "$limits" /a/b/box
  expect_limits outside
  expect_limits inside
  expect "processors inside" 1 "$(chmdocker exec c nproc)"
  # Each cgroup on the way passes the controllers on; the container's has no need to.
  for level in "" /a /a/b; do
    for controller in cpu cpuset memory pids; do
      expect_has " $(value "$level" cgroup.subtree_control) " " $controller "
    done
  done
  expect "its own" "" "$(value /a/b/box cgroup.subtree_control)"
  ends
  [ ! -e "$CGROUPS/a" ]
}

run_is_limited() {
  bundle 'nproc; cat /proc/self/cgroup; cd /sys/fs/cgroup; cat memory.max pids.max cpu.max cpuset.cpus' "$limits"
  run chmdocker run --bundle b c
  expect_code 0
  expect "seen inside" "1
0::/
67108864
123
50000 100000
1" "$out"
}

unified_is_set() {
  sleeps '{"unified": {"memory.high": "33554432", "pids.max": "99", "cpu.weight": "77"}}'
  expect memory.high 33554432 "$(value /box memory.high)"
  expect pids.max 99 "$(value /box pids.max)"
  expect cpu.weight 77 "$(value /box cpu.weight)"
  ends
}

exec_is_inside() {
  sleeps
  run chmdocker exec c cat /proc/self/cgroup
  expect "cgroup, inside" 0::/ "$out"
  chmdocker exec -d c sleep 2000
  for pid in $(value /box cgroup.procs); do
    expect "cgroup, outside" 0::/box "$(cat "/proc/$pid/cgroup")"
  done
  expect "processes" 2 "$(value /box cgroup.procs | wc -l)"
  expect "ps" 3 "$(chmdocker ps c | wc -l)"
  ends
}

pauses() {
  bundle 'while :; do echo x; usleep 10000; done'
  chmdocker create --bundle b c >said 2>&1
  chmdocker start c
  await test -s said
  chmdocker pause c
  expect status paused "$(status_of c)"
  expect_has "$(value /box cgroup.events)" "frozen 1"
  before=$(wc -c <said)
  usleep 300000
  expect "bytes" "$before" "$(wc -c <said)"
  chmdocker resume c
  await eval '[ "$(wc -c <said)" -gt "$before" ]'
  expect status running "$(status_of c)"
  chmdocker pause c
  ends
}

kills_all() {
  bundle 'sleep 1001 & sleep 1002 & sleep 1003 & wait'
  chmdocker run -d --bundle b c >/dev/null 2>said
  await eval '[ "$(value /box pids.current)" = 4 ]'
  chmdocker kill --all c KILL
  await is stopped c
  chmdocker delete c
}

updates() {
  sleeps "$limits"
  chmdocker update --memory 50331648 --pids-limit 77 --cpu-quota 20000 --cpu-period 40000 \
    --cpu-share 1024 --cpuset-cpus 0 c
  expect memory.max 50331648 "$(value /box memory.max)"
  expect pids.max 77 "$(value /box pids.max)"
  expect cpu.max "20000 40000" "$(value /box cpu.max)"
  expect cpu.weight 100 "$(value /box cpu.weight)"
  expect cpuset.cpus 0 "$(value /box cpuset.cpus)"
  chmdocker update --memory -1 --pids-limit -1 --cpu-quota -1 c
  expect memory.max max "$(value /box memory.max)"
  expect pids.max max "$(value /box pids.max)"
  expect cpu.max "max 40000" "$(value /box cpu.max)"
  ends
}

# A container without limits has no controllers passed on; an update needs them.
updates_what_had_none() {
  sleeps
  chmdocker update --memory 50331648 --pids-limit 77 c
  expect memory.max 50331648 "$(value /box memory.max)"
  expect pids.max 77 "$(value /box pids.max)"
  ends
}

events_count() {
  sleeps "$limits"
  run chmdocker events --stats c
  expect_code 0
  expect_has "$out" '"pids":{"current":1,"limit":123}'
  expect_has "$out" '"limit":67108864'
  expect_has "$out" '"throttling":{'
  ends
}

# A word that doubles until it is too long.
HOG='x=0123456789abcdef; while :; do x=$x$x; done'

memory_hog_is_killed() {
  bundle "$HOG" '{"memory": {"limit": 16777216, "swap": 16777216}}'
  run chmdocker run --bundle b c
  expect_code 137
}

oom_is_told() {
  bundle "sh -c '$HOG'; exec sleep 1000" '{"memory": {"limit": 16777216}}'
  chmdocker create --bundle b c >/dev/null 2>said
  /chmdocker events --interval 200ms c >events &
  await grep -q '"type":"stats"' events
  chmdocker start c
  await grep -q '"type":"oom"' events
  expect_has "$(value /box memory.events)" "oom_kill 1"
  expect status running "$(status_of c)"
  ends
  wait
}

# Each of its processes forks twice, for ever.
BOMB='f() { f | f & }; f; sleep 1000'

fork_bomb_stops() {
  bundle "$BOMB" '{"pids": {"limit": 40}}'
  chmdocker run -d --bundle b c >/dev/null 2>&1
  await eval '[ "$(sed -n "s/^max //p" "$CGROUPS/box/pids.events")" -gt 0 ]'
  [ "$(value /box pids.current)" -le 40 ]
  ends
}

cgroup_in_use_is_refused() {
  sleeps
  cp -r b b2
  run chmdocker run --bundle b2 c2
  [ "$code" != 0 ]
  expect_has "$err" "not empty"
  expect status running "$(status_of c)"
  ends
}

# With processes in it, a cgroup can't pass controllers on (cgroups(7), "no internal
# processes"): not even the root's children.
parent_with_processes() {
  mkdir "$CGROUPS/full"
  sleep 1000 &
  sleeper=$!
  echo "$sleeper" >"$CGROUPS/full/cgroup.procs"
  bundle 'true' '{"memory": {"limit": 16777216}}' /full/box
  run chmdocker run --bundle b c
  kill "$sleeper"
  wait "$sleeper" || true
  rmdir "$CGROUPS/full"
  [ "$code" != 0 ]
  expect_has "$err" memory
}

devices_are_open() {
  bundle 'echo x >/dev/null && head -c 1 /dev/zero | wc -c'
  run chmdocker run --bundle b c
  expect_code 0
  expect output 1 "$out"
}

# The root of its cgroup namespace is a cgroup as any other: it has processes, which
# must leave it before it passes controllers on.
nested() {
  make_rootfs b/rootfs
  cp /chmdocker b/rootfs/
  mkdir -p b/rootfs/run b/rootfs/b
  cp -r b/rootfs inner
  capabilities=$all_capabilities
  bundle 'echo unused'
  mv inner b/rootfs/b/rootfs
  sed 's/"echo unused"/"cat \/proc\/self\/cgroup; cat \/sys\/fs\/cgroup\/pids.max"/' b/config.json >b/rootfs/b/config.json
  sed -i 's/"resources": {}/"resources": {"pids": {"limit": 33}}/' b/rootfs/b/config.json
  bundle 'mkdir /sys/fs/cgroup/own && echo 1 >/sys/fs/cgroup/own/cgroup.procs && /chmdocker --log-level error run --bundle /b inner'
  run chmdocker run --bundle b c
  expect_code 0
  expect "inner's view" "0::/
33" "$out"
}

check "the machine has cgroup v2 alone" one_hierarchy
check "spec is a bundle that runs" spec_is_a_bundle
check "create, start, state, kill, delete" lives
check "limits, seen from outside and inside" limits_are_set
check "limits of run" run_is_limited
check "linux.resources.unified" unified_is_set
check "exec enters the cgroup" exec_is_inside
check "pause, resume, delete while paused" pauses
check "kill --all" kills_all
check "update" updates
check "update of what had no limits" updates_what_had_none
check "events --stats" events_count
check "a memory hog is killed at its limit" memory_hog_is_killed
check "a kill for memory is told" oom_is_told
check "a fork bomb stops at its limit" fork_bomb_stops
check "a cgroup in use is refused" cgroup_in_use_is_refused
check "a parent with processes is told of" parent_with_processes
check "devices work" devices_are_open
check "chmdocker in chmdocker's container" nested
