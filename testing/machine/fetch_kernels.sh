#!/usr/bin/env bash
# Fetches the kernels that the tests of this folder boot, and of each its module for
# block devices in memory, unless they are there:
#
#   testing/machine/fetch_kernels.sh [RELEASE...]
#
# Of each release of Debian the newest kernel for virtual machines, from the mirror
# in apt's configuration, with apt's check of the archive's signature. Nothing is
# installed: the two files are unpacked into a directory of the caller's (see
# kernels.sh; CHMDOCKER_KERNELS names another), which needs no root. Remove that to
# have newer ones.
#
# No version and no digest is pinned, as for runc or podman, which the tests use as
# they come, too: a mirror drops a kernel with the next security update.
set -euo pipefail
export LC_ALL=C
# shellcheck source=kernels.sh
source "$(dirname "$0")/kernels.sh"

readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
readonly PACKAGE=linux-image-cloud-amd64

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "fetch_kernels.sh: $*" >&2; }

# The mirrors of apt's configuration, once each. Which of them has a release is
# found out by asking.
mirrors() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | awk '!seen[$0]++'
}

# apt with a list of sources, and with package lists, of its own.
private() { # private COMMAND ARGUMENT...
  "$1" -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- \
    -o Dir::State="$work/state" -o Dir::Cache="$work/cache" \
    -o Acquire::Languages=none -o APT::Sandbox::User="$(id -un)" "${@:2}"
}

# Reads the package list of a release at a mirror.
use_release() { # use_release MIRROR RELEASE
  rm -rf "$work/state" "$work/cache"
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
  echo "deb [signed-by=$KEYRING] $1 $2 main" >"$work/sources.list"
  private apt-get update >"$work/log" 2>&1
}

# The package with the kernel itself, on which the other always depends.
kernel_package() {
  private apt-cache show "$PACKAGE" | sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p' | head -n 1
}

unpack_kernel() { # unpack_kernel PACKAGE DIRECTORY
  local module
  rm -rf "$work/package"
  mkdir -p "$work/package" "$2"
  (cd "$work/package" && private apt-get download "$1") || return 1
  dpkg-deb --fsys-tarfile "$work/package"/*.deb |
    tar -x -C "$work/package" --wildcards './boot/vmlinuz-*' '*/drivers/block/brd.ko*'
  # Trixie's are packed.
  module=$(find "$work/package" -name 'brd.ko*')
  [[ $module != *.xz ]] || xz --decompress "$module"
  # The kernel last, and whole: it stands for both.
  mv "${module%.xz}" "$2/brd-${1#linux-image-}.ko"
  mv "$work/package"/boot/vmlinuz-* "$2/.unpacked"
  mv "$2/.unpacked" "$2/vmlinuz-${1#linux-image-}"
}

fetch() { # fetch RELEASE
  local mirror package
  for mirror in $(mirrors); do
    use_release "$mirror" "$1" || continue
    package=$(kernel_package)
    [[ -n $package ]] || continue
    unpack_kernel "$package" "$(kernel_cache)/$1"
    say "$1: $package"
    return 0
  done
  say "$1: no mirror in apt's configuration has a kernel of it: $(tail -n 1 "$work/log")"
  return 1
}

missing=0
for release in "${@:-${RELEASES[@]}}"; do
  kernel=$(find_kernel "$release")
  [[ -z $kernel || ! -e $(module_of "$kernel") ]] || continue
  fetch "$release" || missing=1
done
exit "$missing"
