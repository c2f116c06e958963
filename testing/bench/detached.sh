#!/usr/bin/env bash
# Many detached containers at once, beside podman and docker where they are there:
# what it takes to start them, to list them, to end them, and what they keep in
# memory while they run.
#
#   ./bazelw build //cli:chmdocker && testing/bench/detached.sh [COUNT [OTHERS]]
#
# COUNT containers of chmdocker (default: 1000), OTHERS of the others (default: 50,
# of which podman wants a minute). Wants root, and busybox as a static program.
set -euo pipefail
count=${1:-1000} others=${2:-50}
chmdocker=$(readlink -f "$(dirname "$0")/../../bazel-bin/cli/chmdocker")
work=$(mktemp -d)

milliseconds() { # milliseconds COMMAND...: how long it takes; its output is lost
  local begin=${EPOCHREALTIME/./}
  "$@" >"$work/out" 2>"$work/err" || {
    cat "$work/err" >&2
    return 1
  }
  echo $(((${EPOCHREALTIME/./} - begin) / 1000))
}

available() { sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo; }

# The proportional share of all processes of that name, in KiB.
memory_of() { # memory_of NAME
  local name sum=0 process part
  for process in /proc/[0-9]*; do
    { read -r name <"$process/comm"; } 2>/dev/null || continue
    [[ $name == "$1" ]] || continue
    part=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "$process/smaps_rollup" 2>/dev/null)
    sum=$((sum + part))
  done
  echo "$sum"
}

# Eight at a time, as a person's scripts and CI would.
start_all() { # start_all COUNT COMMAND...
  local n=$1
  shift
  seq "$n" | xargs -P 8 -I{} "${@//NUMBER/{\}}"
}

measure() { # measure LABEL COUNT MONITOR LIST REMOVE -- START...
  local label=$1 n=$2 monitor=$3 list=$4 remove=$5
  shift 6
  local before after start_ms list_ms remove_ms own
  before=$(available)
  start_ms=$(milliseconds start_all "$n" "$@") || return 1
  list_ms=$(milliseconds bash -c "$list")
  own=$(memory_of "$monitor")
  after=$(available)
  remove_ms=$(milliseconds bash -c "$remove")
  printf '%-10s %6d %14.2f %10d %14.2f %16d %18d\n' "$label" "$n" \
    "$(bc -l <<<"$start_ms/$n")" "$list_ms" "$(bc -l <<<"$remove_ms/$n")" \
    $((own / n)) $(((before - after) / n))
}

# shellcheck disable=SC2317
clean_up() {
  "${ours[@]}" ps -aq --no-trunc | xargs -r "${ours[@]}" rm -f >/dev/null || true
  # podman mounts its own directory on itself.
  umount "$work/podman/overlay" 2>/dev/null || true
  rm -rf "$work"
}
ours=("$chmdocker" --root "$work/state" --data-root "$work/data")
trap clean_up EXIT

mkdir -p "$work/box/bin"
cp "$(command -v busybox)" "$work/box/bin"
ln -s busybox "$work/box/bin/sleep"
tar -C "$work/box" -cf "$work/box.tar" .
"${ours[@]}" import "$work/box.tar" box >/dev/null

printf '%-10s %6s %14s %10s %14s %16s %18s\n' '' count 'start, ms' 'list, ms' 'remove, ms' \
  'monitor, KiB' 'of the host, KiB'
measure chmdocker "$count" chmdocker-mon "${ours[*]} ps" \
  "${ours[*]} ps -q --no-trunc | xargs ${ours[*]} rm -f" -- \
  "${ours[@]}" run -d --name bNUMBER box sleep 10000
if command -v podman >/dev/null; then
  podman=(podman --root "$work/podman" --runroot "$work/podman-run" --cgroup-manager cgroupfs)
  # crun refuses cgroups of both versions side by side.
  ! command -v runc >/dev/null || podman+=(--runtime runc)
  if "${podman[@]}" import "$work/box.tar" box >/dev/null 2>&1; then
    measure podman "$others" conmon "${podman[*]} ps" "${podman[*]} rm -fa -t 0" -- \
      "${podman[@]}" run -d --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --name bNUMBER box sleep 10000 || echo "podman: failed"
    "${podman[@]}" rmi -fa >/dev/null 2>&1 || true
  fi
fi
if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
  docker import "$work/box.tar" chmdocker-bench >/dev/null
  measure docker "$others" containerd-shim "docker ps" \
    "docker ps -q --filter ancestor=chmdocker-bench | xargs docker rm -f" -- \
    docker run -d --network none chmdocker-bench sleep 10000 || echo "docker: failed"
  docker rmi chmdocker-bench >/dev/null
fi
