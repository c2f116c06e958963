#!/usr/bin/env bash
# What `features` promises is there: each name is used once, on the kernel.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

if [[ $RUNTIME != chmdocker ]]; then
  echo "skip - all cases: of $RUNTIME nothing is known"
  exit 0
fi
if ! command -v jq >/dev/null; then
  echo "skip - all cases: needs the package jq"
  exit 0
fi

# The values at a jq path, one a line: promised PATH.
promised() { rt features | jq -r "$1"; }

succeeds() { # succeeds WHAT
  run rt run --bundle b "$id"
  [[ $code == 0 ]] || echo "$1: $err"
}

# Prints what fails, and is empty where nothing does.
each_mount_option() {
  local option kept=("${mounts[@]}")
  mkdir -p source
  for option in $(promised '.mountOptions[]'); do
    mounts=("${kept[@]}")
    case $option in
      idmap | ridmap) continue ;; # see mounts_test.sh
      tmpcopyup) add_mount /m tmpfs tmpfs tmpcopyup ;;
      remount) add_mount /proc '' '' bind remount nosuid ;;
      *) add_mount /m bind "$PWD/source" bind "$option" ;;
    esac
    bundle
    succeeds "$option"
  done
}
mount_options() { expect "options that fail" "" "$(each_mount_option)"; }

each_namespace() {
  local kind
  for kind in $(promised '.linux.namespaces[]'); do
    [[ $kind != user ]] || continue # see namespaces_test.sh
    without_namespace "$kind"
    namespaces+=("{\"type\":\"$kind\"}")
    bundle
    succeeds "$kind"
  done
}
all_namespaces() {
  expect "namespaces that fail" "" "$(each_namespace)"
  expect "how many" 8 "$(promised '.linux.namespaces|length')"
}

# The kernel's own, no more and no less, unless it is newer than this test.
all_capabilities() {
  local last
  last=$(cat /proc/sys/kernel/cap_last_cap)
  ((last <= 40)) || last=40
  expect "how many" "$((last + 1))" "$(promised '.linux.capabilities|length')"
}

profile() { # profile ACTION OPERATOR ARCHITECTURE FLAG, each may be empty
  local list=${3:+\"$3\"} flags=${4:+\"$4\"}
  linux[seccomp]="{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[$list],\"flags\":[$flags],
    \"syscalls\":[{\"names\":[\"swapoff\"],\"action\":\"${1:-SCMP_ACT_ERRNO}\",
    \"args\":[{\"index\":0,\"value\":1,\"valueTwo\":1,\"op\":\"${2:-SCMP_CMP_EQ}\"}]}]}"
  bundle
  succeeds "$*"
}

each_part_of_seccomp() {
  local word
  for word in $(promised '.linux.seccomp.actions[]'); do
    [[ $word == SCMP_ACT_NOTIFY ]] || profile "$word" # see seccomp_test.sh
  done
  for word in $(promised '.linux.seccomp.operators[]'); do profile '' "$word"; done
  for word in $(promised '.linux.seccomp.archs[]'); do profile '' '' "$word"; done
  for word in $(promised '.linux.seccomp.supportedFlags[]'); do profile '' '' '' "$word"; done
}
all_of_seccomp() { expect "parts that fail" "" "$(each_part_of_seccomp)"; }

each_memory_policy() {
  local word nodes
  for word in $(promised '.linux.memoryPolicy.modes[]'); do
    nodes=0
    case $word in MPOL_DEFAULT | MPOL_LOCAL) nodes= ;; esac
    linux[memoryPolicy]="{\"mode\":\"$word\",\"nodes\":\"$nodes\"}"
    bundle
    succeeds "$word"
  done
  for word in $(promised '.linux.memoryPolicy.flags[]'); do
    linux[memoryPolicy]="{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[\"$word\"]}"
    bundle
    succeeds "$word"
  done
}
memory_policies() {
  [[ -e /proc/self/numa_maps ]] || skip "this kernel has no NUMA"
  expect "policies that fail" "" "$(each_memory_policy)"
}

# What is no promise is refused.
no_more_than_that() {
  expect "RDT" false "$(promised .linux.intelRdt.enabled)"
  linux[intelRdt]='{"closID":"x"}'
  bundle
  run rt run --bundle b "$id"
  expect_error linux.intelRdt
  run rt checkpoint "$id"
  expect_error "not supported"
  expect "checkpoints" false "$(promised '.annotations."org.opencontainers.runc.checkpoint.enabled"')"
}

check "mount options" mount_options
check "namespaces" all_namespaces
check "capabilities" all_capabilities
check "seccomp" all_of_seccomp
check "memory policies" memory_policies
check "no more than that" no_more_than_that
finish
