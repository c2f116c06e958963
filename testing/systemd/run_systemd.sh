#!/usr/bin/env bash
# Boots a real systemd as pid 1 of a container of namespaces, and runs a test
# script as one of its services:
#
#   run_systemd.sh hybrid|v2 SCRIPT BINARY...
#
# hybrid: with this host's hierarchies of cgroup v1 and v2; v2: with that of v2
# alone, which has the controllers that the host has not given to v1. The root
# file system is the host's /usr, read-only, with an /etc of its own: nothing of
# the host is written but cgroups of one name. The binaries are chmdocker,
# chmdocker-init, probe and recvtty. It is started in the root of the sources, as
# Bazel does.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

skip_all() { # skip_all REASON
  echo "skip - $(basename "$script"), $mode: $1"
  exit 0
}

# --- the second part, as pid 1 of the new namespaces ---

mount_cgroups() { # mount_cgroups DIRECTORY
  if [[ $mode == v2 ]]; then
    mount -t cgroup2 cgroup2 "$1"
    return
  fi
  mount -t tmpfs -o mode=755 tmpfs "$1"
  local entry id names
  while IFS=: read -r id names _; do
    entry=$1/${names#name=}
    [[ $id != 0 ]] || entry=$1/unified
    mkdir "$entry"
    case $id:$names in
      0:*) mount -t cgroup2 cgroup2 "$entry" ;;
      *:name=*) mount -t cgroup -o "none,$names" cgroup "$entry" ;;
      *) mount -t cgroup -o "$names" cgroup "$entry" ;;
    esac
  done </proc/self/cgroup
}

write_unit() { # write_unit NAME LINE...
  printf '%s\n' "${@:2}" >"etc/systemd/system/$1"
}

# Nothing but a bus and the test: what a distribution starts would set the host's
# sysctls.
write_units() {
  mkdir -p etc/systemd/system etc/dbus-1 var/lib
  printf 'DefaultStandardOutput=null\n' | sed '1i[Manager]' >etc/systemd/system.conf
  write_unit default.target '[Unit]' DefaultDependencies=no \
    'Requires=dbus.socket test.service'
  write_unit dbus.socket '[Unit]' DefaultDependencies=no \
    '[Socket]' ListenStream=/run/dbus/system_bus_socket
  write_unit dbus.service '[Unit]' DefaultDependencies=no Requires=dbus.socket \
    '[Service]' 'ExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation'
  # A user's manager, as pam_systemd would start it.
  write_unit user-manager.service '[Unit]' DefaultDependencies=no \
    '[Service]' User=1000 Slice=user-1000.slice Delegate=yes Type=notify \
    Environment=XDG_RUNTIME_DIR=/run/user/1000 \
    'ExecStart=/usr/lib/systemd/systemd --user --unit=basic.target' KillMode=mixed
  # It takes connections, and never answers.
  write_unit silent.socket '[Unit]' DefaultDependencies=no \
    '[Socket]' ListenStream=/run/silent
  write_unit silent.service '[Unit]' DefaultDependencies=no \
    '[Service]' 'ExecStart=/usr/bin/sleep infinity'
  write_unit test.service '[Unit]' DefaultDependencies=no 'Requires=dbus.socket' \
    After=dbus.socket '[Service]' StandardOutput=append:/stage/log \
    StandardError=append:/stage/log KillMode=process SendSIGKILL=no \
    "Environment=HOME=/stage/tmp STAGE=/stage MODE=root ISOLATED=no CGROUPS=$mode" \
    "Environment=PATH=$PATH" "ExecStart=/usr/bin/bash /stage/test/$(basename "$script")" \
    'ExecStopPost=/usr/bin/bash -c "systemctl --force exit $(($EXIT_STATUS))"'
}

boot() {
  local root=$STAGE/root name
  mount --make-rprivate /
  mkdir -p "$root"
  mount -t tmpfs -o mode=755 tmpfs "$root"
  cd "$root"
  mkdir usr etc var run tmp proc sys dev stage old
  chmod 1777 tmp
  for name in bin sbin lib lib64; do ln -s "usr/$name" "$name"; done
  mount --bind /usr usr
  mount -o remount,bind,ro usr
  mount --bind "$STAGE" stage
  mount -t proc proc proc
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro sysfs sys
  mount -t tmpfs -o mode=755 tmpfs run
  # Where none is to be seen as a whole, a user namespace may mount no other.
  mkdir run/proc
  mount -t proc proc run/proc
  mount -t tmpfs -o mode=755 tmpfs dev
  mkdir dev/pts dev/shm
  for name in null zero full random urandom tty; do
    : >"dev/$name"
    mount --bind "/dev/$name" "dev/$name"
  done
  mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  mount_cgroups sys/fs/cgroup
  cp /etc/passwd /etc/group etc/
  grep -q :1000: etc/passwd || echo 'tester:x:1000:1000::/stage/tmp:/bin/sh' >>etc/passwd
  # Without one it is the first boot, in which all is enabled that may be.
  tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
  install -d -o 1000 -g 1000 -m 700 run/user/1000
  write_units
  pivot_root . old
  umount -l old
  exec env -i container=chmdocker-test PATH="$PATH" \
    /usr/lib/systemd/systemd --system --log-target=null --show-status=no
}

if [[ $1 == --inside ]]; then
  mode=$2 script=$3
  boot
fi

# --- the first part, on the host ---

mode=$1 script=$2
shift 2
[[ $(id -u) -eq 0 ]] || skip_all "systemd is booted by root"
for need in /usr/lib/systemd/systemd:systemd /usr/bin/dbus-daemon:dbus \
  /usr/bin/busybox:busybox-static; do
  [[ -e ${need%:*} ]] || skip_all "needs the package ${need#*:}"
done
grep -q '^0::' /proc/self/cgroup || skip_all "needs cgroup v2"
[[ $mode == v2 ]] || grep -q '^[0-9]*:name=systemd:' /proc/self/cgroup ||
  skip_all "this host has no hierarchy of cgroup v1 for systemd"
unshare --mount --pid --cgroup --net --fork true 2>/dev/null ||
  skip_all "new namespaces need CAP_SYS_ADMIN"

STAGE=$(mktemp -d /tmp/chmdocker-systemd.XXXXXX)
UNIQUE=chms$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
export STAGE UNIQUE
clean_up() {
  local round
  for round in {1..20}; do
    find /sys/fs/cgroup -depth -type d -path "*/$UNIQUE*" -exec rmdir {} + 2>/dev/null || true
    [[ -n $(find /sys/fs/cgroup -type d -name "$UNIQUE" -print -quit) ]] || break
    sleep "0.$round"
  done
  rm -rf "$STAGE"
}
trap clean_up EXIT
mkdir "$STAGE"/{bin,test,tmp}
cp -fL -- "$@" "$STAGE/bin/"
cp -fL -- testing/integration/lib.sh testing/oci/bundle.sh testing/systemd/unit.sh "$script" "$STAGE/test/"
chmod -R u+w,a+rX "$STAGE"
# A namespace of cgroups has its maker's as its root.
(
  for directory in /sys/fs/cgroup/*/; do
    [[ -e ${directory}cgroup.procs ]] || continue
    mkdir "$directory$UNIQUE"
    for file in cpuset.cpus cpuset.mems; do
      [[ ! -e $directory$file ]] || cat "$directory$file" >"$directory$UNIQUE/$file"
    done
    echo 0 >"$directory$UNIQUE/cgroup.procs"
  done
  [[ ! -e /sys/fs/cgroup/cgroup.procs ]] || {
    mkdir "/sys/fs/cgroup/$UNIQUE"
    echo 0 >"/sys/fs/cgroup/$UNIQUE/cgroup.procs"
  }
  exec timeout --signal=KILL 270 unshare --mount --pid --cgroup --ipc --uts --net \
    --fork --kill-child bash "$0" --inside "$mode" "$script"
) || code=$?
cat "$STAGE/log"
grep -q '^# [0-9]* passed' "$STAGE/log" || echo "not ok - systemd did not come up, or ended early"
exit "${code:-0}"
