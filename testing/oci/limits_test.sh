#!/usr/bin/env bash
# Resources: limits as the kernel has them, update, pause and events.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

is_root && ! is_mapped_root || {
  echo "skip - all cases: cgroups need root"
  exit 0
}
[[ -d /sys/fs/cgroup ]] || {
  echo "skip - all cases: no cgroups are mounted"
  exit 0
}

on_v2() { [[ -e /sys/fs/cgroup/cgroup.controllers ]]; }

# The container's value of a limit: value CONTROLLER V1-FILE V2-FILE.
value() {
  local first path
  first=$(init_pid)
  if on_v2; then
    path=$(sed -n 's/^0:://p' "/proc/$first/cgroup")
    cat "/sys/fs/cgroup$path/$3"
  else
    path=$(sed -n "s/^[0-9]*:\(.*,\)\?$1\(,.*\)\?:\(.*\)$/\3/p" "/proc/$first/cgroup")
    cat "/sys/fs/cgroup/$1$path/$2"
  fi
}

# with_limits FUNCTION: in a container that sleeps with the table `resources`.
with_container() {
  local status=0
  linux[cgroupsPath]="\"/$UNIQUE/sub\""
  args /bin/sleep 600
  bundle
  background
  (
    set -e
    "$@"
  ) || status=$?
  rt delete --force "$id"
  # The parent is whoever's asks for it.
  own_cgroups | while read -r directory; do rmdir "$directory" 2>/dev/null || true; done
  return "$status"
}

limits_are_set() {
  resources=(
    [pids]='{"limit":123}'
    [memory]='{"limit":67108864,"reservation":33554432}'
    [cpu]='{"shares":512,"quota":50000,"period":100000,"cpus":"0"}'
  )
  with_container limits_are_there
}
limits_are_there() {
  expect "pids" 123 "$(value pids pids.max pids.max)"
  expect "memory" 67108864 "$(value memory memory.limit_in_bytes memory.max)"
  expect "reservation" 33554432 "$(value memory memory.soft_limit_in_bytes memory.low)"
  expect "cpus" 0 "$(value cpuset cpuset.cpus cpuset.cpus)"
  if on_v2; then
    expect "quota" "50000 100000" "$(value cpu cpu.cfs_quota_us cpu.max)"
  else
    expect "shares" 512 "$(value cpu cpu.shares -)"
    expect "quota" 50000 "$(value cpu cpu.cfs_quota_us -)"
  fi
}

where_asked() {
  with_container in_its_cgroup
}
in_its_cgroup() {
  local controller=pids
  on_v2 && controller=''
  expect_match "$(grep ":$controller:" "/proc/$(init_pid)/cgroup")" ":.*/$UNIQUE/sub$"
  run rt exec "$id" /bin/cat /proc/self/cgroup
  expect_match "$out" "$UNIQUE/sub"
}

pids_limit_bites() {
  resources=([pids]='{"limit":5}')
  shell 'for i in 1 2 3 4 5 6 7 8 9; do sleep 0.2 & done; wait; echo end'
  bundle
  run rt run --bundle b "$id"
  expect_match "$err" "can't fork|fork:"
}

memory_limit_bites() {
  resources=([memory]='{"limit":16777216,"swap":16777216}')
  # shellcheck disable=SC2016
  shell 'x=0123456789abcdef; while :; do x=$x$x; done'
  bundle
  run timeout 30 "$program" --root "$ROOT" run --bundle b "$id"
  expect_code 137
}

lack_of_memory_is_told() {
  differs crun "its state does not say so"
  differs runc "its state does not say so"
  resources=([memory]='{"limit":16777216,"swap":16777216}')
  args /probe hog
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1 </dev/null
  run rt state "$id"
  expect_no "$out" oomKilled
  rt start "$id"
  expect_status stopped
  run rt state "$id"
  expect_has "$out" '"oomKilled": true'
  silently rt delete "$id"
  args /probe exit 0
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1 </dev/null
  rt start "$id"
  expect_status stopped
  run rt state "$id"
  expect_no "$out" oomKilled
  silently rt delete "$id"
  args /probe hog
  bundle
  run rt run --bundle b "$id"
  expect_code 137
  expect_has "$err" "container $id: reached its memory limit"
}

devices_are_allowed_and_denied() {
  resources=([devices]='[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":5,"access":"r"}]')
  capabilities '"CAP_MKNOD"'
  shell 'busybox mknod /tmp/zero c 1 5; busybox mknod /tmp/mem c 1 1
    busybox head -c 1 /tmp/zero >/dev/null && echo zero; busybox head -c 1 /tmp/mem >/dev/null || echo no mem
    busybox head -c 1 /dev/urandom >/dev/null && echo default'
  bundle
  run rt run --bundle b "$id"
  expect_line "$out" zero
  expect_line "$out" "no mem"
  expect_line "$out" default
}

pauses() {
  silently rt pause "$id"
  expect_status paused
  run rt list
  expect_match "$out" "$id .*paused"
  silently rt resume "$id"
  expect_status running
  run rt resume "$id"
  [[ $RUNTIME == crun || $code != 0 ]]
}

paused_stops_it() {
  shell 'while :; do echo x; busybox usleep 10000; done'
  bundle
  rt create --bundle b "$id" >said 2>&1
  rt start "$id"
  await test -s said
  rt pause "$id"
  local before after
  before=$(wc -c <said)
  sleep 0.2
  after=$(wc -c <said)
  rt resume "$id"
  await test "$(wc -c <said)" -ge "$before"
  rt pause "$id"
  silently rt delete --force "$id"
  expect "bytes while paused" "$before" "$after"
}

killed_while_paused() {
  rt pause "$id"
  silently rt kill "$id" KILL
  [[ $(status_of "$id") == stopped ]] || rt resume "$id" 2>/dev/null || true
  expect_status stopped
}

updates_by_flags() {
  silently rt update --pids-limit 77 "$id"
  expect "pids" 77 "$(value pids pids.max pids.max)"
  silently rt update --memory 50331648 "$id"
  expect "memory" 50331648 "$(value memory memory.limit_in_bytes memory.max)"
  silently rt update --cpu-quota 20000 --cpu-period 40000 --cpu-share 256 "$id"
  if on_v2; then
    expect "quota" "20000 40000" "$(value cpu - cpu.max)"
  else
    expect "quota" 20000 "$(value cpu cpu.cfs_quota_us -)"
    expect "period" 40000 "$(value cpu cpu.cfs_period_us -)"
    expect "shares" 256 "$(value cpu cpu.shares -)"
  fi
  silently rt update --cpuset-cpus 0 "$id"
  expect "cpus" 0 "$(value cpuset cpuset.cpus cpuset.cpus)"
  # What is not named stays.
  expect "pids" 77 "$(value pids pids.max pids.max)"
}

# Nodes that the container may open: kmsg stands for what no rule allows.
updates_devices() {
  resources=([devices]='[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":10,"minor":229,"access":"rw"}]')
  capabilities '"CAP_MKNOD","CAP_SYSLOG"'
  process[noNewPrivileges]=false
  with_container devices_change
}
can_open_kmsg() { rt exec "$id" /bin/sh -c '[ -e /tmp/kmsg ] || busybox mknod /tmp/kmsg c 1 11; busybox dd if=/tmp/kmsg of=/dev/null count=0' 2>/dev/null; }
cannot_open_kmsg() {
  can_open_kmsg || return 0
  echo "kmsg can be opened"
  return 1
}
devices_change() {
  cannot_open_kmsg
  silently rt update --resources - "$id" <<<'{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":11,"access":"rw"}]}'
  [[ $RUNTIME == chmdocker ]] || skip "$RUNTIME leaves rules on devices as they are"
  can_open_kmsg
  # The configuration's are no longer those in force.
  silently rt update --resources - "$id" <<<"{\"devices\":${resources[devices]}}"
  cannot_open_kmsg
}

# As the hooks of makers of GPUs do: an engine that sends the rules of
# config.json along with another change must not take it back.
keeps_devices_of_hooks() {
  on_v2 && skip "needs cgroup v1, where a shell can be such a hook"
  resources=([devices]='[{"allow":false,"access":"rwm"}]')
  capabilities '"CAP_MKNOD","CAP_SYSLOG"'
  with_container hook_allows
}
hook_allows() {
  local path
  path=$(sed -n 's/^[0-9]*:devices:\(.*\)$/\1/p' "/proc/$(init_pid)/cgroup")
  echo 'c 1:11 rw' >"/sys/fs/cgroup/devices$path/devices.allow"
  can_open_kmsg
  silently rt update --resources - "$id" <<<"{\"pids\":{\"limit\":99},\"devices\":${resources[devices]}}"
  expect "pids" 99 "$(value pids pids.max pids.max)"
  can_open_kmsg
}

updates_by_json() {
  run rt update --resources=- "$id" <<<'{"pids":{"limit":55},"memory":{"limit":41943040}}'
  [[ $code == 0 || $RUNTIME != crun ]] || differs crun "1.8: $err"
  expect_code 0
  expect "pids" 55 "$(value pids pids.max pids.max)"
  expect "memory" 41943040 "$(value memory memory.limit_in_bytes memory.max)"
  echo '{"pids":{"limit":44}}' >r.json
  silently rt update -r r.json "$id"
  expect "pids" 44 "$(value pids pids.max pids.max)"
  silently rt update --resources - "$id" <<<'{"pids":{"limit":33}}'
  expect "pids" 33 "$(value pids pids.max pids.max)"
  run rt update --resources=- "$id" <<<'{"pids":'
  [[ $code != 0 ]]
  expect "pids" 33 "$(value pids pids.max pids.max)"
}

updates_what_is_there_only() {
  run rt update --pids-limit 5 "$id-no"
  [[ $code != 0 ]]
  run rt update --pids-limit x "$id"
  [[ $code != 0 ]]
  run rt update --memory -5x "$id"
  [[ $code != 0 ]]
}

statistics() {
  differs crun "has no events"
  run rt events --stats "$id"
  expect_code 0
  expect_match "$out" "^\{\"type\":\"stats\",\"id\":\"$id\",\"data\":\{.*\}\}$"
  expect_match "$out" '"pids":\{"current":1'
  expect_match "$out" '"memory":\{.*"usage":\{.*"usage":[1-9]'
  expect_match "$out" '"cpu":\{.*"usage":\{.*"total":[1-9]'
}

statistics_again_and_again() {
  differs crun "has no events"
  rt events --interval 100ms "$id" >said 2>&1 &
  local watcher=$!
  await eval '(($(grep -c "\"type\":\"stats\"" said) >= 3))'
  rt kill "$id" KILL
  expect_status stopped
  # It ends with the container.
  await has_ended "$watcher" || kill -KILL "$watcher"
}

unified() {
  on_v2 || skip "linux.resources.unified needs a host with cgroup v2 alone"
  resources=([unified]='{"pids.max":"99"}')
  with_container unified_is_there
}
unified_is_there() { expect "pids" 99 "$(value pids - pids.max)"; }

check "limits are as asked for" limits_are_set
check "the cgroup is where it is asked for" where_asked
check "the limit of processes holds" pids_limit_bites
check "the limit of memory holds" memory_limit_bites
check "a lack of memory is told of" lack_of_memory_is_told
check "devices are allowed and denied" devices_are_allowed_and_denied
check "pause and resume" with_container pauses
check "a paused container does nothing" paused_stops_it
check "a paused container is killed" with_container killed_while_paused
# updates FLAG VALUE CONTROLLER V1-FILE V2-FILE [WANTED]: passed over where the
# kernel has no such file.
updates() {
  local file=$4
  ! on_v2 || file=$5
  [[ -n $file ]] && value "$3" "$4" "$5" >/dev/null 2>&1 || {
    echo "no $file here"
    return 0
  }
  silently rt update "$1" "$2" "$id"
  expect "$1" "${6:-$2}" "$(value "$3" "$4" "$5")"
}

updates_each_kind() {
  updates --memory 67108864 memory memory.limit_in_bytes memory.max
  updates --memory-reservation 33554432 memory memory.soft_limit_in_bytes memory.low
  on_v2 || updates --memory-swap 83886080 memory memory.memsw.limit_in_bytes ''
  on_v2 || updates --kernel-memory-tcp 1048576 memory memory.kmem.tcp.limit_in_bytes ''
  # Below what is set now, and above: which of the two comes first matters.
  silently rt update --memory 134217728 --memory-swap 268435456 "$id"
  silently rt update --memory 50331648 --memory-swap 50331648 "$id"
  on_v2 || expect "swap" 50331648 "$(value memory memory.memsw.limit_in_bytes '')"
  silently rt update --memory -1 --memory-swap -1 "$id"
  expect_match "$(value memory memory.limit_in_bytes memory.max)" '^(max|9223372036854771712)$'
  updates --cpu-quota 30000 cpu cpu.cfs_quota_us ''
  updates --cpu-period 60000 cpu cpu.cfs_period_us ''
  updates --cpu-burst 10000 cpu cpu.cfs_burst_us cpu.max.burst
  updates --cpu-quota -1 cpu cpu.cfs_quota_us ''
  updates --cpu-idle 1 cpu cpu.idle cpu.idle
  updates --cpuset-mems 0 cpuset cpuset.mems cpuset.mems
  updates --blkio-weight 200 blkio blkio.bfq.weight ''
  updates --pids-limit -1 pids pids.max pids.max max
}

check "update by flags" with_container updates_by_flags
check "update of each kind" with_container updates_each_kind
check "update by JSON" with_container updates_by_json
check "update of the rules on devices" updates_devices
check "update leaves devices that a hook allowed" keeps_devices_of_hooks
check "update refuses what is wrong" with_container updates_what_is_there_only
check "events --stats" with_container statistics
check "events --interval" with_container statistics_again_and_again
check "keys of cgroup v2" unified
finish
