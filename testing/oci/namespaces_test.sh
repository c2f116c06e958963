#!/usr/bin/env bash
# The namespaces of config.json, new, joined and absent, and what is set in them.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

runs() { # runs WORD...
  args /probe "$@"
  bundle
  run rt run --bundle b "$id"
  expect_code 0
}

own() { readlink "/proc/self/ns/$1"; }

new_ones() {
  local name
  runs fact ns. fact pid fact net.
  for name in ipc mnt net pid uts; do
    [[ $(fact "ns.$name") != "$(own "$name")" ]]
  done
  expect_line "$out" pid=1
  expect_line "$out" net.lo=up
  expect "interfaces" 1 "$(grep -c '^net\.' <<<"$out")"
}

cgroup_namespace() {
  needs_cgroups
  namespaces+=('{"type":"cgroup"}')
  runs read /proc/self/cgroup
  expect "paths that are not /" "" "$(grep -v ':/$' <<<"$out" || true)"
}

names() {
  config[hostname]='"some-host"'
  config[domainname]='"some.domain"'
  runs fact hostname read /proc/sys/kernel/domainname
  expect_line "$out" hostname=some-host
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "ignores the domain name"
  expect_line "$out" some.domain
}

hosts_network() {
  without_namespace network
  is_root && ! is_mapped_root || { without_namespace user; unset 'linux[uidMappings]' 'linux[gidMappings]'; skip "sysfs and proc of another's network"; }
  runs fact ns.net
  expect "network" "ns.net=$(own net)" "$out"
}

hosts_pids() {
  needs_cgroups
  without_namespace pid
  runs fact ns.pid fact pid
  expect_line "$out" "ns.pid=$(own pid)"
  expect_no "$out" $'pid=1\n'
}

hosts_names_are_not_changed() {
  needs_cgroups
  local before
  before=$(cat /proc/sys/kernel/hostname)
  without_namespace uts
  bundle
  run rt run --bundle b "$id"
  local once=$code after
  after=$(cat /proc/sys/kernel/hostname)
  [[ $after == "$before" ]] || echo "$before" >/proc/sys/kernel/hostname
  expect "the host's name" "$before" "$after"
  [[ $once != 0 ]] || differs "$RUNTIME" "ignores a host name that can't be set"
  unset 'config[hostname]'
  runs fact ns.uts
  expect "uts" "ns.uts=$(own uts)" "$out"
}

# A process in new namespaces whose pid is $holder.
hold() { # hold UNSHARE-OPTION...
  unshare "$@" --fork --kill-child sh -c 'echo ready; exec sleep 600' >holding &
  local parent=$!
  await has_line holding ready
  holder=$(tr -d ' ' <"/proc/$parent/task/$parent/children")
  holder=${holder:-$parent}
}
release() { kill -KILL "$holder"; }

joins() { # joins TYPE NAME
  needs_cgroups
  local holder
  hold "--${1/network/net}"
  namespace_path "$1" "/proc/$holder/ns/$2"
  args /probe fact "ns.$2"
  # The host name is that of the namespace's owner.
  [[ $1 != uts ]] || unset 'config[hostname]'
  bundle
  run rt run --bundle b "$id"
  local wanted
  wanted=$(readlink "/proc/$holder/ns/$2")
  release
  expect_code 0
  expect "namespace" "ns.$2=$wanted" "$out"
}

joins_pid() {
  needs_cgroups
  local holder
  hold --pid
  namespace_path pid "/proc/$holder/ns/pid"
  args /probe fact ns.pid fact pid
  bundle
  run rt run --bundle b "$id"
  local wanted
  wanted=$(readlink "/proc/$holder/ns/pid")
  release
  expect_code 0
  expect_line "$out" "ns.pid=$wanted"
  expect_no "$out" $'pid=1\n'
}

joins_user() {
  needs_cgroups
  differs runc "1.1.5 wants mappings for a user namespace that has some"
  local holder
  hold --user --map-root-user --net
  namespace_path user "/proc/$holder/ns/user"
  namespace_path network "/proc/$holder/ns/net"
  args /probe fact ns.user fact uid fact uid_map
  chmod 755 .
  bundle
  run rt run --bundle b "$id"
  local wanted
  wanted=$(readlink "/proc/$holder/ns/user")
  release
  expect_code 0
  expect_line "$out" "ns.user=$wanted"
}

# It gets the container's root file system, as with runc.
joins_mount() {
  needs_cgroups
  local holder
  hold --mount
  namespace_path mount "/proc/$holder/ns/mnt"
  args /probe fact ns.mnt
  bundle
  local before
  before=$(cat /proc/self/mountinfo)
  run rt run --bundle b "$id"
  local wanted
  wanted=$(readlink "/proc/$holder/ns/mnt")
  release
  expect_code 0
  expect_line "$out" "ns.mnt=$wanted"
  expect "the host's mounts" "$before" "$(cat /proc/self/mountinfo)"
}

# By its path or by none: the host's root would be changed.
hosts_mounts_are_not_changed() {
  needs_cgroups
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "mounts on the host"
  local before
  before=$(cat /proc/self/mountinfo)
  namespace_path mount /proc/self/ns/mnt
  bundle
  run rt run --bundle b "$id"
  expect_error "mount namespace"
  without_namespace mount
  bundle
  run rt run --bundle b "$id"
  expect_error "mount namespace"
  unset 'config[mounts]'
  config[mounts]='[]'
  bundle
  run rt run --bundle b "$id"
  expect_error "root.path: would become the host's root"
  expect "the host's mounts" "$before" "$(cat /proc/self/mountinfo)"
}

joins_its_own_kind_only() {
  needs_cgroups
  namespace_path network /proc/self/ns/uts
  bundle
  run rt run --bundle b "$id"
  expect_error ""
  namespace_path network /not/there
  bundle
  run rt run --bundle b "$id"
  expect_error "/not/there"
}

user_namespace() {
  needs_cgroups
  namespaces+=('{"type":"user"}')
  linux[uidMappings]='[{"containerID":0,"hostID":100000,"size":1000},{"containerID":2000,"hostID":200000,"size":1}]'
  linux[gidMappings]='[{"containerID":0,"hostID":100000,"size":1000}]'
  process[user]='{"uid":7,"gid":8}'
  make_full_rootfs b/rootfs
  chown -R 100000:100000 b/rootfs
  chmod 755 .
  runs fact uid fact gid fact uid_map fact gid_map fact status.CapBnd
  expect_line "$out" uid=7
  expect_line "$out" "uid_map=0 100000 1000"
  expect_line "$out" "uid_map=2000 200000 1"
  expect_line "$out" "gid_map=0 100000 1000"
}

bad_mappings() {
  needs_cgroups
  namespaces+=('{"type":"user"}')
  linux[uidMappings]='[{"containerID":0,"hostID":0,"size":0}]'
  linux[gidMappings]='[{"containerID":0,"hostID":0,"size":1}]'
  bundle
  run rt run --bundle b "$id"
  expect_error ""
  linux[uidMappings]='[{"containerID":0,"hostID":0,"size":5},{"containerID":3,"hostID":9,"size":5}]'
  bundle
  run rt run --bundle b "$id"
  expect_error ""
}

time_offsets() {
  differs runc "1.1.5 has no time namespaces"
  differs crun "1.8 fails on newer kernels"
  namespaces+=('{"type":"time"}')
  linux[timeOffsets]='{"boottime":{"secs":1000000,"nanosecs":0},"monotonic":{"secs":500000,"nanosecs":0}}'
  runs read /proc/uptime
  expect_code 0
  ((${out%%.*} > 1000000))
}

time_offsets_of_a_user_namespace() {
  needs_cgroups
  namespaces+=('{"type":"user"}')
  linux[uidMappings]='[{"containerID":0,"hostID":100000,"size":65536}]'
  linux[gidMappings]='[{"containerID":0,"hostID":100000,"size":65536}]'
  make_full_rootfs b/rootfs
  chown -R 100000:100000 b/rootfs
  chmod 755 . b
  time_offsets
}

# Whoever joins one takes its clocks, whatever its own offsets say, and exec the
# container's.
time_by_its_path() {
  needs_cgroups
  differs runc "1.1.5 has no time namespaces"
  differs crun "1.8 fails on newer kernels"
  namespaces+=('{"type":"time"}')
  linux[timeOffsets]='{"boottime":{"secs":1000000}}'
  args /bin/sleep 60
  bundle
  background
  run rt exec "$id" /probe read /proc/uptime
  local inside=${out%%.*} other
  namespace_path time "/proc/$(init_pid)/ns/time"
  unset 'linux[timeOffsets]'
  args /probe read /proc/uptime
  bundle other
  run rt run --bundle other "$id-2"
  other=${out%%.*}
  linux[timeOffsets]='{"boottime":{"secs":5}}'
  bundle other
  run rt run --bundle other "$id-3"
  rt delete --force "$id"
  expect_code 0
  ((inside > 1000000 && other > 1000000 && ${out%%.*} > 1000000))
}

needs_net_devices() {
  needs_cgroups
  differs runc "1.1.5 has no netDevices"
  differs crun "1.8 has no netDevices"
}

# The shell's network namespace is the host's, as far as the runtime knows.
net_devices() {
  needs_net_devices
  [[ -x $(command -v ip) ]] || skip "needs the package iproute2"
  linux[netDevices]='{"veth-a":{"name":"eth0"},"veth-b":{}}'
  shell '/bin/busybox ip -o addr; /bin/busybox ip -o link'
  bundle
  # shellcheck disable=SC2016
  run unshare --net sh -c '
    ip link add veth-a type veth peer name peer-a
    ip link add veth-b type veth peer name peer-b
    ip addr add 10.9.8.7/24 dev veth-a
    ip link set veth-a mtu 1234 up
    "$@"
    ip -o link >left' sh "$program" --root "$ROOT" run --bundle b "$id"
  expect_code 0
  expect_match "$out" 'eth0 +inet 10\.9\.8\.7/24 '
  expect_match "$out" 'eth0(@[^:]*)?: <[^>]*UP[^>]*> mtu 1234 '
  expect_match "$out" 'veth-b(@[^:]*)?: '
  expect_no "$out" "veth-a"
  # A veth goes with the namespace that it is in.
  expect_no "$(cat left)" veth-
}

# The error comes before a device is moved, which would be lost with its namespace.
net_devices_of_a_bad_profile() {
  needs_net_devices
  [[ -x $(command -v ip) ]] || skip "needs the package iproute2"
  linux[netDevices]='{"veth-a":{}}'
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_NOSUCH"]}'
  bundle
  # shellcheck disable=SC2016
  run unshare --net sh -c '
    ip link add veth-a type veth peer name peer-a
    "$@"
    ip -o link >left' sh "$program" --root "$ROOT" run --bundle b "$id"
  expect_has "$err" linux.seccomp
  expect_has "$(cat left)" veth-a
}

bad_net_devices() {
  needs_net_devices
  linux[netDevices]='{"nosuch0":{}}'
  bundle
  run rt run --bundle b "$id"
  expect_error nosuch0
  linux[netDevices]='{"a":{"name":"x"},"b":{"name":"x"}}'
  bundle
  run rt run --bundle b "$id"
  expect_error linux.netDevices
  linux[netDevices]='{"lo":{"name":"a/b"}}'
  bundle
  run rt run --bundle b "$id"
  expect_error linux.netDevices
}

sysctls() {
  linux[sysctl]='{"net.ipv4.ip_forward":"1","kernel.msgmax":"4242"}'
  runs read /proc/sys/net/ipv4/ip_forward read /proc/sys/kernel/msgmax
  expect "values" $'1\n4242' "$out"
}

foreign_sysctls() {
  local name failed=''
  # Where one is set none the less, it is to the value that it has.
  for name in vm.swappiness net/../vm/swappiness; do
    linux[sysctl]="{\"$name\":\"$(cat /proc/sys/vm/swappiness)\"}"
    bundle
    run rt run --bundle b "$id"
    [[ $code != 0 ]] || failed+=" $name"
  done
  expect "sysctls of the host that were set" "" "$failed"
  without_namespace ipc
  linux[sysctl]='{"kernel.msgmax":"4242"}'
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
}

duplicate_namespaces() {
  namespaces+=('{"type":"pid"}')
  bundle
  run rt run --bundle b "$id"
  [[ $RUNTIME != crun ]] || differs crun "takes them"
  expect_error ""
  namespaces=('{"type":"mount"}' '{"type":"nosuch"}')
  bundle
  run rt run --bundle b "$id"
  expect_error "nosuch"
}

check "new namespaces" new_ones
check "a cgroup namespace" cgroup_namespace
check "host name and domain name" names
check "without a network namespace" hosts_network
check "without a pid namespace" hosts_pids
check "the host's name is not changed" hosts_names_are_not_changed
check "a network namespace by its path" joins network net
check "an ipc namespace by its path" joins ipc ipc
check "a uts namespace by its path" joins uts uts
check "a pid namespace by its path" joins_pid
check "a user namespace by its path" joins_user
check "a mount namespace by its path" joins_mount
check "the host's mount namespace" hosts_mounts_are_not_changed
check "a path of another kind, or of nothing" joins_its_own_kind_only
check "a user namespace with ranges" user_namespace
check "bad ranges are errors" bad_mappings
check "time offsets" time_offsets
check "time offsets in a user namespace with ranges" time_offsets_of_a_user_namespace
check "a time namespace by its path, and in exec" time_by_its_path
check "network devices" net_devices
check "network devices that can't be" bad_net_devices
check "network devices stay where a profile is bad" net_devices_of_a_bad_profile
check "sysctls of namespaces" sysctls
check "sysctls of the host are refused" foreign_sysctls
check "namespaces named twice, and unknown ones" duplicate_namespaces
finish
