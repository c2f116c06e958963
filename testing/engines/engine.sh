# shellcheck shell=bash
# What a test script of an engine sources. See run_engine.sh.
# shellcheck source=../integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RUNTIME=${RUNTIME:-chmdocker}
case $RUNTIME in
  chmdocker) program=$CHMDOCKER ;;
  *) program=$(command -v "$RUNTIME") ;;
esac
readonly RUNTIME program DATA=$STAGE/data
mkdir -p "$DATA"
echo "# runtime: $program"

# An engine keeps processes and mounts between cases; what it leaves at its end is
# looked for by nothing_is_left.
leaks() { rm -rf "$STAGE/tmp/case"; }

needs() { # needs PROGRAM:PACKAGE...
  local pair
  for pair; do
    command -v "${pair%%:*}" >/dev/null || {
      echo "skip - all cases: needs the package ${pair#*:}"
      exit 0
    }
  done
}

# Ends a case that holds for others than RUNTIME.
differs() { # differs RUNTIME REASON
  [[ $RUNTIME != "$1" ]] || skip "$1 differs: $2"
}

# crun takes no host that has controllers in cgroup v2 beside v1.
if [[ $RUNTIME == crun && -e /sys/fs/cgroup/unified/cgroup.controllers ]]; then
  mount -t tmpfs tmpfs /sys/fs/cgroup/unified
fi

# The small image's root, as a tar file.
make_image() { # make_image FILE
  local root=$DATA/image name
  mkdir -p "$root"/{bin,dev,etc,proc,sys,tmp,root}
  chmod 1777 "$root/tmp"
  cp "$PROBE" "$root/probe"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for name in sh cat ls sleep id echo kill touch test; do ln -sf busybox "$root/bin/$name"; done
  : >"$root/plain"
  printf 'root:x:0:0:root:/root:/bin/sh\nann:x:7:8::/:/bin/sh\n' >"$root/etc/passwd"
  tar -C "$root" -c . >"$1"
}

# Seconds that an engine may take for what it does by itself.
await_long() { # await_long COMMAND...
  local end=$((SECONDS + 30))
  until "$@"; do
    if ((SECONDS > end)); then
      echo "in vain waited for: $*"
      return 1
    fi
    sleep 0.1
  done
}

# After the engine's end: no process of a container or of the runtime is left, and
# no state of it.
nothing_is_left() {
  local process found=''
  for process in /proc/[0-9]*; do
    [[ $process/ns/pid -ef /proc/self/ns/pid || ! -e $process/ns/pid ]] ||
      found+=" $process: $(tr '\0' ' ' <"$process/cmdline")"
  done
  expect "processes of containers" "" "$found"
  expect "mounts" "" "$(grep -o " $DATA/[^ ]*\(rootfs\|merged\)[^ ]* " /proc/self/mountinfo || true)"
  # Directories that the engine itself made may stay; those of containers not.
  expect "cgroups" "" "$(find /sys/fs/cgroup -path "*$UNIQUE*/*" -type d 2>/dev/null | grep -E '[0-9a-f]{64}|box' |
    if [[ $RUNTIME == crun ]]; then grep -v ^/sys/fs/cgroup/unified; else cat; fi || true)"
}
