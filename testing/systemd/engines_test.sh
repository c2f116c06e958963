#!/usr/bin/env bash
# Engines that let systemd make the cgroups. All set limits of cgroup v1 here.
#
# What unit.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=unit.sh
source "$(dirname "$0")/unit.sh"

needs() { # needs PROGRAM...
  local name
  for name; do
    command -v "$name" >/dev/null || skip "needs the program $name"
  done
}

# Starts a daemon, and waits until a command succeeds: daemon WORD... -- COMMAND...
# It ends with the case. dockerd leaves two mounts.
daemon() {
  local words=()
  while [[ $1 != -- ]]; do
    words+=("$1")
    shift
  done
  shift
  "${words[@]}" >log 2>&1 &
  # It is known now, and gone when the trap runs.
  # shellcheck disable=SC2064
  trap "kill $!; wait $!; umount -q '$PWD/root' '$PWD/run/netns/default' || true" EXIT
  await "$@" >/dev/null 2>&1 || {
    tail -n 5 log
    return 1
  }
}

podman_runs() {
  needs podman conmon
  local podman=(podman --root "$PWD/root" --runroot "$PWD/run" --tmpdir "$PWD/libpod"
    --storage-driver vfs --events-backend file --cgroup-manager systemd --runtime "$program")
  make_full_rootfs rootfs
  printf '[containers]\ndefault_ulimits=["nofile=1024:1024","nproc=4096:4096"]\n' >containers.conf
  export CONTAINERS_CONF=$PWD/containers.conf
  "${podman[@]}" run --detach --cidfile cid --network none --pids-limit 55 --rootfs "$PWD/rootfs" \
    /bin/sleep 600 >/dev/null
  unit=libpod-$(<cid).scope
  shows Slice machine.slice
  shows TasksMax 55
  run "${podman[@]}" exec "$(<cid)" /bin/sleep 0
  expect_code 0
  "${podman[@]}" rm --force --time 0 "$(<cid)" >/dev/null
  await is_gone
}

containerd_runs() {
  needs containerd ctr
  local ctr=(ctr -a "$PWD/socket")
  cat >config.toml <<END
version = 2
root = "$PWD/root"
state = "$PWD/run"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$PWD/socket"
END
  daemon containerd --config config.toml -- "${ctr[@]}" version
  make_full_rootfs rootfs
  # SystemdCgroup of the configuration for Kubernetes is this option.
  "${ctr[@]}" run -d --rootfs --runc-binary "$program" --runc-systemd-cgroup \
    --cgroup "$SLICE:$UNIQUE:c" --memory-limit 67108864 "$PWD/rootfs" c /bin/sleep 600
  shows Slice "$SLICE"
  shows MemoryLimit 67108864
  run "${ctr[@]}" task exec --exec-id e c /bin/cat /proc/self/cgroup
  expect_code 0
  expect "in all hierarchies" "$cgroup" "$(cut -d: -f3 <<<"$out" | sort -u)"
  "${ctr[@]}" task kill -s KILL c
  await is_gone
  "${ctr[@]}" task rm c
  "${ctr[@]}" container rm c
}

docker_runs() {
  needs docker dockerd
  local docker=(docker --config "$PWD/config" -H "unix://$PWD/socket") id
  daemon dockerd --data-root "$PWD/root" --exec-root "$PWD/run" --pidfile "$PWD/pid" \
    --host "unix://$PWD/socket" --storage-driver vfs --bridge none --iptables=false \
    --ip-forward=false --exec-opt native.cgroupdriver=systemd --cgroup-parent "$SLICE" \
    --add-runtime "box=$program" --default-runtime box -- "${docker[@]}" version
  make_full_rootfs rootfs
  # Of a network of its own, docker sets a sysctl; /proc/sys is read-only here.
  tar -C rootfs -c . | "${docker[@]}" import - box >/dev/null
  id=$("${docker[@]}" run -d --name box --network host -m 64m --pids-limit 55 --cpus 0.5 box /bin/sleep 600)
  unit=docker-$id.scope
  shows Slice "$SLICE"
  shows MemoryLimit 67108864
  shows TasksMax 55
  shows CPUQuotaPerSecUSec 500ms
  "${docker[@]}" update -m 48m --memory-swap 96m box >/dev/null
  shows MemoryLimit 50331648
  run "${docker[@]}" exec box /bin/cat /proc/self/cgroup
  expect_code 0
  expect "in all hierarchies" "${cgroup%/*}/$unit" "$(cut -d: -f3 <<<"$out" | sort -u)"
  "${docker[@]}" rm -f box >/dev/null
  await is_gone
}

check "podman" podman_runs
check "containerd" containerd_runs
check "dockerd" docker_runs
finish
