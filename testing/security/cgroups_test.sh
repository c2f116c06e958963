#!/usr/bin/env bash
# What of other containers and of the host is in reach through cgroups and
# namespaces that are shared.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=../oci/bundle.sh
source "$(dirname "$0")/bundle.sh"

readonly OTHER=$UNIQUE-other

remove_both() {
  rt delete --force "$OTHER" >/dev/null 2>&1 || true
  rt delete --force "$id" >/dev/null 2>&1 || true
}

# A container that has ended, and its cgroups.
ended() {
  linux[cgroupsPath]="\"/$UNIQUE/$UNIQUE-a\""
  args /bin/sleep 600
  bundle
  background "$id"
  rt kill "$id" KILL
  expect_status stopped "$id"
}

# Its cgroup is its own until it is deleted.
cgroup_of_an_ended_container() {
  needs_cgroups
  ended
  run rt run -d --bundle b "$OTHER"
  remove_both
  expect_error "belongs to container \"$id\""
}

# Its cgroups have gone, and another one's have their names.
cgroup_of_another() {
  needs_cgroups
  local status=0
  ended
  own_cgroups | xargs rmdir
  # What another --root knows nothing of.
  mkdir -p "$STAGE/tmp/other"
  "$program" --root "$STAGE/tmp/other" run -d --bundle b "$OTHER" >/dev/null 2>&1 </dev/null
  rt kill --all "$id" KILL >/dev/null 2>&1 || true
  rt delete "$id" || status=$?
  local left
  left=$("$program" --root "$STAGE/tmp/other" state "$OTHER" | sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p')
  "$program" --root "$STAGE/tmp/other" delete --force "$OTHER"
  rm -r "$STAGE/tmp/other"
  expect "the other container" running "$left"
  expect "code of delete" 0 "$status"
}

# What was made on the way to the cgroup goes with it, and nothing else.
cgroups_above() {
  needs_cgroups
  linux[cgroupsPath]="\"/$UNIQUE/$UNIQUE-a/$UNIQUE-b\""
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  expect "cgroups" "" "$(own_cgroups)"
}

# A create that was killed has named cgroups which it may not have made.
unmade_cgroups() {
  needs_cgroups
  linux[cgroupsPath]="\"/$UNIQUE/$UNIQUE-a\""
  args /bin/sleep 600
  bundle
  background "$id"
  mkdir "$ROOT/$OTHER"
  sed -e "s/\"$id\"/\"$OTHER\"/" -e 's/"pid":[0-9]*/"pid":0/' -e 's/"inode":[0-9]*/"inode":0/g' \
    -e 's/"phase":"[a-z]*"/"phase":"creating"/' "$ROOT/$id/state.json" >"$ROOT/$OTHER/state.json"
  chmod 700 "$ROOT/$OTHER"
  local status=0
  rt delete "$OTHER" || status=$?
  status_is running "$id" || status=1
  remove_both
  expect "code" 0 "$status"
}

# Without a cgroup namespace: its own part of v2 only.
hosts_cgroups() {
  needs_cgroups
  add_mount /sys/fs/cgroup cgroup cgroup
  make_full_rootfs b/rootfs
  shell 'find /sys/fs/cgroup -name cgroup.procs | while read f; do cat $f; done | grep -v -c "^$"; find /sys/fs/cgroup -name cgroup.procs'
  ln -s busybox b/rootfs/bin/find 2>/dev/null || true
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  local hierarchies
  hierarchies=$(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs | wc -l)
  (($(grep -c procs <<<"$out") <= hierarchies))
}

sysctl_of_the_host() { # sysctl_of_the_host TYPE FILE KEY
  needs_cgroups
  namespace_path "$1" "/proc/self/ns/$2"
  local file=/proc/sys/${3//.//} value
  value=$(cat "$file")
  linux[sysctl]="{\"$3\":\"1234\"}"
  [[ $1 != uts ]] || unset 'config[hostname]'
  bundle
  run rt run --bundle b "$id"
  local now
  now=$(cat "$file")
  [[ $now == "$value" ]] || echo "$value" >"$file"
  expect "$file" "$value" "$now"
  expect_error "linux.sysctl[\"$3\"]: would change the host's"
}

damaged_record() {
  args /bin/sleep 600
  mkdir -p "$ROOT/$id"
  echo '{' >"$ROOT/$id/state.json"
  run rt delete "$id"
  expect_error "delete --force"
  rt delete --force "$id"
  [[ ! -e $ROOT/$id ]]
}

check "the cgroup of a container that has ended" cgroup_of_an_ended_container
check "a cgroup that has become another's" cgroup_of_another
check "cgroups on the way to the container's" cgroups_above
check "cgroups of a create that was killed" unmade_cgroups
check "the host's cgroups are out of reach" hosts_cgroups
check "sysctl of the host's network" sysctl_of_the_host network net net.ipv4.ip_default_ttl
check "sysctl of the host's ipc" sysctl_of_the_host ipc ipc kernel.msgmax
check "sysctl of the host's uts" sysctl_of_the_host uts uts kernel.domainname
check "a damaged record is removed by force" damaged_record
finish
