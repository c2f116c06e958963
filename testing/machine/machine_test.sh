#!/usr/bin/env bash
# Runs the guest's tests in a virtual machine that has nothing but a kernel, and
# cgroup v2 alone:
#
#   machine_test.sh RELEASE CHMDOCKER PROGRAM... -- [NAME...]
#   machine_test.sh RELEASE CHMDOCKER PROGRAM... -- shell
#
# RELEASE is one of kernels.sh. chmdocker becomes /chmdocker, the other programs are in
# /test. Of guest/NAME_test.sh all are run, or those that are named. It is started in
# the root of the sources, as Bazel does. guest/lib.sh says how to add a case.
set -euo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
here=testing/machine
# shellcheck source=kernels.sh
source "$here/kernels.sh"

skip_all() { # skip_all REASON
  echo "skip - all cases with the kernel of $release: $1"
  exit 0
}

# Everything that the guest has.
stage() { # stage DIRECTORY
  mkdir -p "$1/bin" "$1/test"
  cp -L "$here/guest/init" "$1/init"
  cp -L "$(command -v busybox)" "$1/bin/busybox"
  cp -L "$chmdocker" "$1/chmdocker"
  # The guest says what it can't do without.
  [[ ! -e $(module_of "$kernel") ]] || cp -L "$(module_of "$kernel")" "$1/brd.ko"
  cp -L "$here"/guest/*.sh "$1/test/"
  cp -L "${programs[@]}" "$1/test/"
  stage_suite "$1/suite"
  chmod -R u+w,a+rX "$1"
  chmod a+x "$1/init"
}

# What suite.sh runs: scripts of other folders, the programs that they test with, and
# tools of this machine with the libraries that they are linked with.
stage_suite() { # stage_suite DIRECTORY
  local tool file
  mkdir -p "$1/bin" "$1/root/usr/bin"
  cp -L "$chmdocker" "${programs[@]}" "$1/bin/"
  for file in testing/integration/*.sh testing/oci/*.sh; do
    mkdir -p "$1/sources/$(dirname "$file")"
    cp -L "$file" "$1/sources/$file"
  done
  for tool in bash env find grep mount od script sed setpriv sleep timeout umount unshare; do
    cp -L "$(command -v "$tool")" "$1/root/usr/bin/"
    for file in $(ldd "$(command -v "$tool")" | grep -o '/[^ ]*'); do
      mkdir -p "$1/root/$(dirname "$file")"
      cp -L "$file" "$1/root/$file"
    done
  done
}

# busybox has a cpio that writes the format that the kernel reads.
pack() { # pack DIRECTORY FILE
  (cd "$1" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) >"$2"
}

# The tests' lines, and others as comments; before the guest's first, the console's are
# not the guest's.
judge() {
  tr -d '\r' <"$console" | sed -n '/^# guest: /,/^# guest: end/p' | sed -E '/^(# |ok - |not ok - |skip - )/!s/^/# /' >"$work/lines"
  cat "$work/lines"
  if ! grep -q '^# guest: end' "$work/lines"; then
    echo "not ok - the machine comes to its end"
    echo "# boot.sh ended with code $code after $SECONDS s of $seconds; the console's end:"
    tail -n 60 "$console" | tr -d '\r' | cut -c 1-400 | sed 's/^/# /'
    exit 1
  fi
  ! grep -q '^not ok - ' "$work/lines" || exit 1
  grep -q '^ok - ' "$work/lines" || {
    echo "# no case was run"
    exit 1
  }
}

release=$1 chmdocker=$2
shift 2
programs=()
while [[ $1 != -- ]]; do
  programs+=("$1")
  shift
done
shift

command -v qemu-system-x86_64 >/dev/null || skip_all "needs the package qemu-system-x86"
command -v busybox >/dev/null || skip_all "needs the package busybox-static"
kernel=$(find_kernel "$release")
[[ -n $kernel ]] || skip_all "needs a kernel, which testing/machine/fetch_kernels.sh fetches"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage "$work/guest"
pack "$work/guest" "$work/initramfs"

if [[ ${1:-} == shell ]]; then
  "$here/boot.sh" "$kernel" "$work/initramfs" 86400 SHELL_INSTEAD=yes
  exit
fi

# Bazel's own limit would cost the console's end.
seconds=$((${TEST_TIMEOUT:-300} - 20))
console=$work/console
code=0
cases=$*
"$here/boot.sh" "$kernel" "$work/initramfs" "$seconds" ${1:+"CASES=${cases// /,}"} >"$console" 2>&1 </dev/null || code=$?
echo "# $(basename "$kernel"): $SECONDS s"
judge
