#!/usr/bin/env bash
# Runs a test script of this folder as root or as an ordinary user, where it can
# do no harm and where nothing it leaves behind goes unseen:
#
#   run_as.sh [--without=CALL,CALL...] root|user SCRIPT BINARY...
#
# The binaries are chmdocker, chmdocker-init, probe, pty, fault and enosys, and racer
# and recvtty for the tests of //testing/oci and //testing/security. It is started
# in the root of the sources, as Bazel does.
#
# root: in a mount and pid namespace of its own, in which every mount is shared,
# so that a mount that leaks out of a container shows up. Whoever is not root
# becomes so in a user namespace. user: the same as an ordinary user; who is one
# already stays as is.
#
# --without: on a kernel that lacks these system calls.
set -euo pipefail

readonly USER_ID=1000 # any but 0; nothing of this user's is touched

skip_all() { # skip_all REASON
  echo "skip - $(basename "$script") as $mode: $1"
  exit 0
}

why_no_user_namespaces() {
  local setting
  for setting in kernel/unprivileged_userns_clone user/max_user_namespaces; do
    if [[ $(cat "/proc/sys/$setting" 2>/dev/null) == 0 ]]; then
      echo "sysctl ${setting//\//.} is 0"
      return
    fi
  done
  setting=kernel/apparmor_restrict_unprivileged_userns
  if [[ $(cat "/proc/sys/$setting" 2>/dev/null) == 1 ]]; then
    echo "sysctl ${setting//\//.} is 1"
    return
  fi
  echo "this host forbids user namespaces to ordinary users"
}

# Copies everything to where any user can read it: Bazel's output may lie in a
# directory that is root's alone.
stage() { # stage DIRECTORY
  mkdir -p "$1/bin" "$1/test" "$1/tmp"
  cp -fL -- "${binaries[@]}" "$1/bin/"
  cp -fL -- testing/integration/lib.sh testing/oci/bundle.sh "$1/test/"
  [[ ! -d $(dirname "$script")/golden ]] ||
    cp -fLr -- "$(dirname "$script")/golden" "$1/test/"
  cp -fL -- "$script" "$1/test/"
  chmod -R u+w,a+rX "$1"
}

# Runs the script as the rest of the words say.
run_script() { # run_script [PROGRAM...]
  local kernel=()
  [[ -z $MISSING ]] || kernel=("$STAGE/bin/enosys" ENOSYS "$MISSING")
  "$@" "${kernel[@]}" "$BASH" "$STAGE/test/$(basename "$script")"
}

# The second part, in the new namespaces.
run_inside() {
  # By way of /mnt: what is staged may itself lie below /tmp.
  mount -t tmpfs -o mode=1777 tmpfs /mnt
  stage /mnt/stage
  # Without the list in /run, which root of a user namespace may not write.
  mount --no-mtab --move /mnt /tmp
  [[ ! -d /dev/shm ]] || mount -t tmpfs -o mode=1777 tmpfs /dev/shm
  mount --make-rshared /
  cd /tmp/stage/tmp
  export STAGE=/tmp/stage MODE=$mode ISOLATED=yes
  unset TMPDIR
  local as=()
  if [[ $mode == user ]]; then
    chown -R "$USER_ID:$USER_ID" /tmp/stage/tmp
    # A change of user makes the kernel forget what unshare's --kill-child set.
    as=(setpriv --reuid="$USER_ID" --regid="$USER_ID" --clear-groups --pdeathsig KILL)
    "${as[@]}" unshare --user true 2>/dev/null ||
      skip_all "$(why_no_user_namespaces)"
  fi
  export HOME=/tmp/stage/tmp USER=tester
  run_script exec "${as[@]}"
}

run_as_is() {
  unshare --user true 2>/dev/null || skip_all "$(why_no_user_namespaces)"
  local directory
  directory=$(mktemp -d /tmp/chmdocker-test.XXXXXX)
  # The path is known now, and gone when the trap runs.
  # shellcheck disable=SC2064
  trap "rm -rf '$directory'" EXIT
  stage "$directory"
  cd "$directory/tmp"
  export STAGE=$directory MODE=$mode ISOLATED=no
  run_script env
}

# A container has its cgroups below its caller's, so that in one of the test's own is
# seen what is left of them. One hierarchy is enough; in cgroup v2 none that has
# processes may have others below it.
enter_own_cgroup() {
  local place
  place=$(sed -n 's/^[0-9]*:name=systemd://p' /proc/self/cgroup)
  place=/sys/fs/cgroup/systemd${place%/}
  [[ $mode == root && $(id -u) -eq 0 && -e $place/tasks ]] || return 0
  mkdir "$place/chmt-own-$$" 2>/dev/null || return 0
  export OWN_CGROUP=$place/chmt-own-$$
  echo $$ >"$OWN_CGROUP/cgroup.procs"
}

leave_own_cgroup() {
  [[ -n ${OWN_CGROUP:-} ]] || return 0
  echo $$ >"$(dirname "$OWN_CGROUP")/cgroup.procs"
  rmdir "$OWN_CGROUP"
}

isolate() {
  local new=(unshare --mount --pid --fork --kill-child --mount-proc
    --propagation private)
  if [[ $(id -u) -ne 0 ]]; then
    new+=(--user --map-root-user)
    "${new[@]}" true 2>/dev/null || skip_all "$(why_no_user_namespaces)"
    export MAPPED_ROOT=yes
  fi
  "${new[@]}" true 2>/dev/null ||
    skip_all "new mount and pid namespaces need CAP_SYS_ADMIN"
  local status=0
  enter_own_cgroup
  "${new[@]}" bash "$0" --inside "$mode" "$script" "${binaries[@]}" || status=$?
  leave_own_cgroup
  exit "$status"
}

# The caller's may have directories that only the caller can read.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
inside=no
if [[ $1 == --inside ]]; then
  inside=yes
  shift
fi
export MISSING=${MISSING:-}
if [[ $1 == --without=* ]]; then
  MISSING=${1#*=}
  shift
fi
mode=$1 script=$2
shift 2
binaries=("$@")
if [[ $inside == yes ]]; then
  run_inside
elif [[ $mode == user && $(id -u) -ne 0 ]]; then
  run_as_is
else
  isolate
fi
