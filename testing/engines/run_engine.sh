#!/usr/bin/env bash
# Runs a test script of this folder where an engine may do as it likes: in mount,
# pid and network namespaces of its own, with a /tmp and a /run that are its own.
# With them every daemon, container and mount of it ends.
#
#   run_engine.sh SCRIPT BINARY...
#
# The binaries are chmdocker, chmdocker-init, probe and pty. It is started in the root
# of the sources, as Bazel does. RUNTIME=runc or crun tests these instead.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

skip_all() { # skip_all REASON
  echo "skip - $(basename "$script"): $1"
  exit 0
}

if [[ $1 != --inside ]]; then
  script=$1
  [[ $(id -u) -eq 0 ]] || skip_all "engines are started by root"
  command -v busybox >/dev/null || skip_all "needs the package busybox-static"
  new=(unshare --mount --pid --net --fork --kill-child --mount-proc --propagation private)
  "${new[@]}" true 2>/dev/null || skip_all "new namespaces need CAP_SYS_ADMIN"
  UNIQUE=chme$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
  export UNIQUE
  code=0
  "${new[@]}" bash "$0" --inside "$@" || code=$?
  # The last daemon is gone, and with it whoever removes its cgroups.
  find /sys/fs/cgroup -depth -type d -path "*$UNIQUE*" -exec rmdir {} + 2>/dev/null || true
  exit "$code"
fi

shift
script=$1
shift
mount -t tmpfs -o mode=1777 tmpfs /mnt
mkdir -p /mnt/stage/{bin,test,tmp}
cp -fL -- "$@" /mnt/stage/bin/
cp -fL -- testing/integration/lib.sh testing/engines/engine.sh "$script" /mnt/stage/test/
chmod -R u+w,a+rX /mnt/stage
mount --no-mtab --move /mnt /tmp
mount -t tmpfs -o mode=755 tmpfs /run
ip link set lo up
cd /tmp/stage/tmp
export STAGE=/tmp/stage MODE=root ISOLATED=yes HOME=/tmp/stage/tmp
unset TMPDIR XDG_RUNTIME_DIR DOCKER_HOST CONTAINERD_ADDRESS
# Not by exec: this is pid 1 here, and whatever is left ends with it.
bash "$STAGE/test/$(basename "$script")"
