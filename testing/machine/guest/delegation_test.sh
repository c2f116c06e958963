#!/bin/sh
# Limits for an ordinary user, in a cgroup that root has given to her, and without one:
# cgroups(7), "Cgroups v2 delegation".
#
# What lib.sh sets is its own:
# shellcheck disable=SC2016,SC2154
# shellcheck source=lib.sh
. /test/lib.sh

hers=$CGROUPS/ann

# Her shell stands in a leaf, for what has processes can't pass controllers on.
delegate() {
  echo "+cpu +memory +pids" >"$CGROUPS/cgroup.subtree_control"
  mkdir "$hers" "$hers/shell"
  chown ann "$hers" "$hers/cgroup.procs" "$hers/cgroup.subtree_control" \
    "$hers/shell" "$hers/shell/cgroup.procs"
}

# Runs a case with a user, and takes her cgroups away after it.
with_ann() { # with_ann FUNCTION
  echo ann:x:1000:1000::/:/bin/sh >/etc/passwd
  mkdir state
  chown ann state
  status=0
  (
    set -e
    "$1"
  ) || status=$?
  rm /etc/passwd
  [ ! -d "$hers" ] || rmdir "$hers/shell" "$hers" || status=1
  return "$status"
}

# as_ann CGROUP SCRIPT: her shell in a cgroup, with chmdocker's state in the case's
# directory. `ch` is chmdocker.
as_ann() {
  sh -c 'echo 0 >"$1/cgroup.procs"; exec su ann -c "$2"' sh "$1" \
    "export XDG_RUNTIME_DIR=$PWD/state; ch() { /chmdocker --log-level error \"\$@\"; }; $2"
}

run_is_limited() {
  delegate
  run as_ann "$hers/shell" 'ch run -m 64m --pids-limit 9 --cpus 0.5 -c 512 /bin/sh -c "
    cd /sys/fs/cgroup\$(cut -d: -f3 /proc/self/cgroup); pwd
    cat memory.max pids.max cpu.max cpu.weight"'
  expect_code 0
  expect_has "$out" "$hers/chmdocker-"
  expect limits "67108864
9
50000 100000
59" "$(echo "$out" | tail -n 4)"
}

limits_bite() {
  delegate
  run as_ann "$hers/shell" 'ch run -m 16m --memory-swap 16m /test/probe hog'
  expect_code 137
  expect_has "$err" "reached its memory limit of 16 MiB"
  run as_ann "$hers/shell" 'ch run --pids-limit 9 /test/probe forks'
  expect output "forks: 8 EAGAIN" "$out"
}

lives() {
  delegate
  as_ann "$hers/shell" 'ch run --name c -m 64m /bin/sleep 1000 & echo $! >pid; wait' >said 2>&1 &
  await eval 'as_ann "$hers/shell" "ch state c" | grep -q running'
  as_ann "$hers/shell" 'ch update -m 48m c && ch pause c && ch top c && ch stats --no-stream c' >shown
  expect_has "$(cat shown)" "sleep 1000"
  expect_has "$(cat shown)" "/ 48 MiB"
  as_ann "$hers/shell" 'ch delete --force c'
  wait
}

# What is forbidden to a user is no limit: rules on devices.
rootless_bundle() {
  one_id='[{"containerID": 0, "hostID": 1000, "size": 1}]'
  delegate
  bundle 'cd /sys/fs/cgroup; cat memory.max pids.max; cat /proc/self/cgroup; id -u' \
    '{"memory": {"limit": 67108864}, "pids": {"limit": 33},
      "devices": [{"allow": false, "access": "rwm"}]}' "${1:-box}"
  sed -i -e 's/{"type": "pid"}/{"type": "pid"}, {"type": "user"}/' \
    -e "s/\"linux\": {/&\"uidMappings\": $one_id, \"gidMappings\": $one_id,/" b/config.json
  run as_ann "$hers/shell" 'ch run --bundle b c'
}
bundle_is_limited() {
  rootless_bundle
  expect_code 0
  expect "seen inside" "67108864
33
0::/
0" "$out"
}

bundle_without_delegation() {
  rootless_bundle /box
  expect_code 1
  expect_has "$err" "linux.resources.memory.limit: mkdir"
  expect_has "$err" "a cgroup that this user may write"
}

run_without_delegation() {
  run as_ann "$CGROUPS" 'ch run -m 64m /bin/true'
  expect_code 125
  expect_has "$err" "--memory: mkdir"
  expect_has "$err" "that needs a cgroup that this user may write"
  expect_has "$err" "systemd-run --user --scope -p Delegate=yes"
  # Nothing was asked for that needs one.
  run as_ann "$CGROUPS" 'ch run --name c /bin/echo hello'
  expect_code 0
  expect output hello "$out"
}

check "a user's run -m in a delegated cgroup" with_ann run_is_limited
check "a user's limits bite" with_ann limits_bite
check "a user's update, pause, top, stats and delete" with_ann lives
check "a user's bundle in a delegated cgroup" with_ann bundle_is_limited
check "a user's bundle with limits, and no cgroup for them" with_ann bundle_without_delegation
check "a user's run -m, and no cgroup for it" with_ann run_without_delegation
