#!/usr/bin/env bash
# Containers as systemd's units. CGROUPS is hybrid or v2: see run_systemd.sh.
#
# What unit.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=unit.sh
source "$(dirname "$0")/unit.sh"

# --- the unit ---

scope_is_made() {
  in_slice
  sleeper
  shows ActiveState active
  shows Slice "$SLICE"
  shows Delegate yes
  shows DefaultDependencies no
  shows TasksAccounting yes
  expect_has "$(show Description)" "chmdocker container $id, created 20"
  shows ControlGroup "$cgroup"
  expect "cgroup" "$cgroup" "$(tracked "$(init_pid)")"
  on_v2 || expect "in all hierarchies" "$cgroup" "$(cut -d: -f3 "/proc/$(init_pid)/cgroup" | sort -u)"
  run rt exec "$id" /bin/sleep 0
  expect_code 0
  silently rt kill "$id" KILL
  await is_gone
  silently rt delete "$id"
}

scope_is_stopped_by_delete() {
  in_slice
  sleeper
  silently rt delete --force "$id"
  is_gone
}

# In the foreground there is nobody to delete it.
run_leaves_nothing() {
  in_slice
  shell 'cat /proc/self/cgroup'
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  expect_has "$out" "$cgroup"
  await is_gone
}

names_by_default() {
  unit=chmdocker-$id.scope
  sleeper
  shows Slice system.slice
  shows ControlGroup "/system.slice/$unit"
}

# The cgroup is the root of the container's own namespace of cgroups.
own_cgroup_namespace() {
  in_slice
  namespaces+=('{"type":"cgroup"}')
  shell 'cat /proc/self/cgroup'
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  expect "cgroups" / "$(cut -d: -f3 <<<"$out" | sort -u)"
}

create_and_start() {
  in_slice
  args /bin/sleep 600
  bundle
  silently rt create --bundle b "$id"
  expect_status created
  shows ActiveState active
  silently rt start "$id"
  expect_status running
  expect_has "$(rt ps "$id")" sleep
  silently rt kill --all "$id" KILL
}

# init forks once more for the ids of a user namespace: its cgroup is the scope.
with_a_user_namespace() {
  in_slice
  namespaces+=('{"type":"user"}' '{"type":"cgroup"}')
  linux[uidMappings]='[{"containerID":0,"hostID":100000,"size":1000}]'
  linux[gidMappings]='[{"containerID":0,"hostID":100000,"size":1000}]'
  args /bin/sleep 600
  bundle
  chmod 755 . ..
  silently rt run -d --bundle b "$id"
  expect "cgroup" "$cgroup" "$(tracked "$(init_pid)")"
}

# podman's and kubelet's pods.
slice_is_made() {
  unit=chmt-$UNIQUE-pod.slice
  linux[cgroupsPath]="\"$SLICE::$unit\""
  sleeper
  shows ActiveState active
  expect "cgroup" "/chmt.slice/$SLICE/$unit" "$(tracked "$(init_pid)")"
  silently rt delete --force "$id"
  is_gone || shows ActiveState inactive
}

stop_ends_the_container() {
  in_slice
  # Pid 1 of a pid namespace does not end of SIGTERM, and systemd would wait for 90 s.
  config[annotations]='{"org.systemd.property.TimeoutStopSec":"1"}'
  sleeper
  silently systemctl stop "$unit"
  expect_status stopped
  silently rt delete "$id"
}

# --- limits ---

limits_stay() {
  needs_v1
  in_slice
  resources=(
    [pids]='{"limit":123}'
    [memory]='{"limit":67108864}'
    [cpu]='{"shares":512,"quota":50000,"period":200000}'
  )
  sleeper
  shows TasksMax 123
  shows MemoryLimit 67108864
  shows CPUShares 512
  shows CPUQuotaPerSecUSec 250ms
  shows CPUQuotaPeriodUSec 200ms
  limits_are
  systemctl daemon-reload
  limits_are
}
limits_are() {
  expect pids 123 "$(<"$(v1_file pids pids.max)")"
  expect memory 67108864 "$(<"$(v1_file memory memory.limit_in_bytes)")"
  expect shares 512 "$(<"$(v1_file cpu cpu.shares)")"
  expect quota 50000 "$(<"$(v1_file cpu cpu.cfs_quota_us)")"
}

update_is_told() {
  needs_v1
  in_slice
  resources=([pids]='{"limit":123}')
  sleeper
  silently rt update --pids-limit 77 --memory 33554432 --cpu-quota 20000 "$id"
  shows TasksMax 77
  shows MemoryLimit 33554432
  shows CPUQuotaPerSecUSec 200ms
  update_is_there
  systemctl daemon-reload
  systemctl set-property --runtime "$unit" CPUShares=300
  update_is_there
}
update_is_there() {
  expect pids 77 "$(<"$(v1_file pids pids.max)")"
  expect memory 33554432 "$(<"$(v1_file memory memory.limit_in_bytes)")"
  expect quota 20000 "$(<"$(v1_file cpu cpu.cfs_quota_us)")"
}

# Not even for a moment may it have all devices.
devices_stay() {
  needs_v1
  in_slice
  resources=([devices]='[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":10,"minor":229,"access":"rw"}]')
  sleeper
  shows DevicePolicy strict
  expect_has "$(show DeviceAllow)" "/dev/char/10:229 rw"
  local before
  before=$(sort "$(v1_file devices devices.list)")
  expect_has "$before" "c 10:229 rw"
  systemctl daemon-reload
  systemctl set-property --runtime "$unit" CPUShares=300
  expect "devices" "$before" "$(sort "$(v1_file devices devices.list)")"
}

# --- annotations ---

annotations_are_properties() {
  in_slice
  config[annotations]='{"org.systemd.property.TimeoutStopSec":"2","org.systemd.property.CollectMode":"\"inactive-or-failed\"","org.systemd.property.After":"[\"dbus.service\"]"}'
  sleeper
  shows TimeoutStopUSec 2s
  shows CollectMode inactive-or-failed
  expect_has "$(show After)" dbus.service
}

bad_annotations() {
  in_slice
  args /bin/sleep 600
  config[annotations]='{"org.systemd.property.After":"dbus.service"}'
  bundle
  run rt create --bundle b "$id"
  expect_error 'annotation "org.systemd.property.After" "dbus.service": it is no'
  config[annotations]='{"org.systemd.property.NoSuchThing":"true"}'
  bundle
  run rt create --bundle b "$id"
  expect_error "NoSuchThing"
  is_gone
}

bad_paths() {
  args /bin/sleep 600
  linux[cgroupsPath]='"/a/b"'
  bundle
  run rt create --bundle b "$id"
  expect_error 'must be SLICE:PREFIX:NAME with --systemd-cgroup'
}

# --- others' units ---

other_scope() { # other_scope: of the same name, from somebody else
  systemd-run --quiet --scope --unit="$unit" sleep 600 &
  await shows ActiveState active
}

other_unit_is_in_the_way() {
  in_slice
  args /bin/sleep 600
  bundle
  other_scope
  run rt create --bundle b "$id"
  expect_error UnitExists
  shows ActiveState active
  systemctl stop "$unit"
  wait
}

# What has the name when the container is deleted is not the container's.
other_unit_is_left() {
  in_slice
  sleeper
  silently rt kill "$id" KILL
  await is_gone
  other_scope
  silently rt delete "$id"
  shows ActiveState active
  systemctl stop "$unit"
  wait
}

# --- what goes wrong ---

# At any instant: what is left, delete --force removes.
killed_create() {
  in_slice
  args /bin/sleep 600
  bundle
  local round
  for round in {1..20}; do
    rt create --bundle b "$id" >/dev/null 2>&1 &
    sleep "$(printf '0.%03d' $((round * 4)))"
    kill -KILL $! 2>/dev/null || true
    wait $! 2>/dev/null || true
    run rt delete --force "$id"
    expect_code 0
    await is_gone
    expect "cgroups of round $round" "" "$(own_cgroups | grep "$unit" || true)"
  done
}

failed_create() {
  in_slice
  args /no/such/program
  bundle
  run rt create --bundle b "$id"
  expect_error "/no/such/program"
  is_gone
}

# Nobody on the bus: systemd's own socket.
without_bus() {
  in_slice
  args /bin/sleep 600
  bundle
  export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/no-bus
  silently rt run -d --bundle b "$id"
  shows ActiveState active
  silently rt delete --force "$id"
  is_gone
}

# The cgroups go, the unit is left, with nothing in it.
without_systemd() {
  in_slice
  sleeper
  run unshare --mount sh -c 'mount -t tmpfs tmpfs /run/systemd && exec "$@"' sh \
    "$program" --root "$ROOT" delete --force "$id"
  expect_code 0
  expect_has "$err" "the unit $unit is left to systemd"
  expect_has "$err" "systemd is not running as this host's init"
  expect "cgroups" "" "$(own_cgroups | grep "$unit" || true)"
  # It may have seen the cgroup empty before that went.
  systemctl stop "$unit" 2>/dev/null || true
  await is_gone
}

nobody_listens() {
  in_slice
  args /bin/sleep 600
  bundle
  export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/no-bus
  run unshare --mount sh -c 'mkdir /run/empty && mount --bind /run/empty /run/systemd &&
    mkdir -p /run/systemd/system && exec "$@"' sh \
    "$program" --root "$ROOT" --systemd-cgroup create --bundle b "$id"
  expect_error 'systemd can'\''t be reached: connect "/run/no-bus": ENOENT'
}

no_answer() {
  ! on_v2 || skip "the cgroups have no part in this half minute: hybrid_test has it"
  in_slice
  args /bin/sleep 600
  bundle
  systemctl start silent.socket
  export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/silent
  local begin=$SECONDS
  run rt create --bundle b "$id"
  systemctl stop silent.socket silent.service
  expect_error "no answer within 30 seconds"
  ((SECONDS - begin < 40))
}

# Whoever stops waiting is waited for no longer.
interrupted() { # interrupted SIGNAL
  in_slice
  args /bin/sleep 600
  bundle
  systemctl start silent.socket
  export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/silent
  local code=0
  env --default-signal "$program" --root "$ROOT" --systemd-cgroup create --bundle b "$id" >out 2>err &
  pid=$!
  await eval '[[ $(ls -l "/proc/$pid/fd") == *socket:* ]]'
  kill -"$1" "$pid"
  end
  systemctl stop silent.socket silent.service
  expect_code 1
  expect_has "$(cat err)" "interrupted by a signal before the answer"
  expect "records" "" "$(ls "$ROOT")"
  is_gone
}

# --- an ordinary user ---

as_user() {
  setpriv --reuid=1000 --regid=1000 --clear-groups \
    env XDG_RUNTIME_DIR=/run/user/1000 "$@"
}

# The user's manager has a socket, and no bus. `user_root` may be written.
users_scope() {
  on_v2 || skip "systemd gives no cgroup v1 to users"
  systemctl start user-manager.service
  local root=/run/user/1000/state status=0
  namespaces+=('{"type":"user"}')
  id_maps 1000 1000
  linux[cgroupsPath]="\":$UNIQUE:c\""
  args /bin/sleep 600
  bundle
  chmod 755 . ..
  (users_scope_is_made) || status=$?
  as_user "$program" --root "$root" --systemd-cgroup delete --force "$id" || status=1
  as_user systemctl --user show --property=LoadState --value "$unit" | grep -qx not-found || status=1
  systemctl stop user-manager.service
  return "$status"
}
users_scope_is_made() {
  silently as_user "$program" --root "$root" --systemd-cgroup run -d --bundle b "$id"
  local pid
  pid=$(as_user "$program" --root "$root" state "$id" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
  expect "cgroup" "/user.slice/user-1000.slice/user-manager.service/user.slice/$unit" "$(tracked "$pid")"
}

check "a scope is made" scope_is_made
check "delete stops the scope" scope_is_stopped_by_delete
check "run leaves nothing" run_leaves_nothing
check "names by default" names_by_default
check "own cgroup namespace" own_cgroup_namespace
check "create and start" create_and_start
check "with a user namespace" with_a_user_namespace
check "a slice is made" slice_is_made
check "systemctl stop ends the container" stop_ends_the_container
check "limits stay" limits_stay
check "update is told" update_is_told
check "devices stay" devices_stay
check "annotations are properties" annotations_are_properties
check "bad annotations" bad_annotations
check "bad paths" bad_paths
check "another's unit is in the way" other_unit_is_in_the_way
check "another's unit is left" other_unit_is_left
check "a killed create" killed_create
check "a failed create" failed_create
check "without a bus" without_bus
check "without systemd" without_systemd
check "nobody listens" nobody_listens
check "no answer" no_answer
check "Ctrl-C ends the wait" interrupted INT
check "SIGTERM ends the wait" interrupted TERM
check "an ordinary user's scope" users_scope
finish
