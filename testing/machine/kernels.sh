# shellcheck shell=bash
# Which kernels the tests of this folder boot, and where they are kept; sourced.

# Releases of Debian, each with another kernel: Linux 5.10, 6.1 and 6.12. The
# first has neither cgroup.kill nor mount_setattr, so that the ways around are
# walked.
# shellcheck disable=SC2034
readonly RELEASES=(bullseye bookworm trixie)

# Bazel gives a test a HOME of its own.
kernel_cache() {
  local home
  home=$(getent passwd "$(id -u)" | cut -d: -f6)
  echo "${CHMDOCKER_KERNELS:-${home:-/var/tmp}/.cache/chmdocker/kernels}"
}

# The newest kernel that was fetched of a release; nothing where there is none.
find_kernel() { # find_kernel RELEASE
  local directory
  directory=$(kernel_cache)/$1
  [[ ! -d $directory ]] || find "$directory" -name 'vmlinuz-*' | sort -V | tail -n 1
}

# Its module brd, by which a guest has block devices, /dev/ram0 and on.
module_of() { # module_of KERNEL
  echo "$(dirname "$1")/brd-${1##*/vmlinuz-}.ko"
}
