#!/usr/bin/env bash
# What went wrong in runtimes with files that another process exchanges for links while
# a container is being made: each case is tried a thousand times against a racer.
# See cve_process_test.sh on older runtimes.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=../oci/bundle.sh
source "$(dirname "$0")/bundle.sh"

readonly TRIES=1000

# Runs the container over and over while FILE and OTHER are exchanged; what the runs
# print is in the file said, and the number of those that succeeded in $ran.
race() { # race FILE OTHER
  local n racer
  "$BIN/racer" "$1" "$2" &
  racer=$!
  ran=0
  for ((n = 0; n < TRIES; n++)); do
    if rt run --bundle b "$id"; then
      ran=$((ran + 1))
    elif [[ $RUNTIME != chmdocker ]]; then
      # Some leave their state when they fail.
      rt delete --force "$id" || true
    fi
  done >said 2>&1 </dev/null
  kill "$racer"
  wait "$racer" || true
  echo "$ran of $TRIES runs succeeded; the last words:"
  tail -n 3 said
}

# A hook that runs in the container's mount namespace while the host's root is still in
# it, and notes the mounts whose path has WORD.
note_mounts_at() { # note_mounts_at WORD
  config[hooks]="{\"createContainer\":[{\"path\":\"/bin/sh\",\"args\":$(
    json_list sh -c "while read -r l; do case \"\$l\" in *' $PWD/$1'*) echo \"\$l\" >>$PWD/escaped;; esac; done </proc/self/mountinfo"
  )}]}"
}

# The way to what is mounted and made is in a volume that another container has, too.
volume_is_swapped() {
  mkdir -p volume/way outside source
  chmod 777 outside
  ln -s "$PWD/outside" volume/link
  add_mount /volume bind "$PWD/volume" bind
  add_mount /volume/way/mounted/deeper tmpfs tmpfs
  add_mount /volume/way/bound bind "$PWD/source" bind
  add_mount /volume/way/file bind /etc/hostname bind
  # In a user namespace a device is the host's of the same name.
  if is_root && ! is_mapped_root; then
    linux[devices]='[{"path":"/volume/way/device","type":"c","major":1,"minor":3}]'
  fi
  process[cwd]='"/volume/way/work"'
  note_mounts_at outside
  args /probe say ran
  bundle
  race volume/way volume/link
  [[ $RUNTIME == chmdocker || -z $(ls -A outside) ]] || differs "$RUNTIME" "bites: made $(ls -A outside | tr '\n' ' ')"
  expect "outside" "" "$(ls -A outside)"
  [[ ! -e escaped ]] || expect "mounts outside" "" "$(head -n 3 escaped)"
  ((ran > 0))
}

# A source that is below what the container may write is the caller's own risk; that
# of the target is not: the same with the target's last component.
target_is_swapped() {
  mkdir -p volume/target outside source
  ln -s "$PWD/outside" volume/link
  add_mount /volume bind "$PWD/volume" bind
  add_mount /volume/target bind "$PWD/source" bind
  note_mounts_at outside
  args /probe say ran
  bundle
  race volume/target volume/link
  [[ ! -e escaped ]] || expect "mounts outside" "" "$(head -n 3 escaped)"
  expect "outside" "" "$(ls -A outside)"
  ((ran > 0))
}

# /proc is a directory or a link of the image: proc is mounted there or nowhere.
proc_is_swapped() {
  make_full_rootfs b/rootfs
  mkdir b/rootfs/else
  ln -s else b/rootfs/link
  shell 'awk "\$5 ~ /else/" /proc/self/mountinfo'
  bundle
  race b/rootfs/proc b/rootfs/link
  expect_no "$(cat said)" " /else"
}

# What hides a file is /dev/null itself, not what a link of that name leads to.
null_is_swapped() {
  is_root && ! is_mapped_root || skip "makes a device"
  make_full_rootfs b/rootfs
  mounts=()
  add_mount /proc proc proc
  echo precious >b/rootfs/precious
  echo chosen >b/rootfs/chosen
  mknod -m 666 b/rootfs/dev/null c 1 3
  ln -s /chosen b/rootfs/dev/link
  linux[maskedPaths]='["/precious"]'
  args /probe size /precious
  bundle
  race b/rootfs/dev/null b/rootfs/dev/link
  local others
  others=$(grep '^size' said | grep -v '^size /precious: 0$' | sort | uniq -c) || true
  [[ $RUNTIME == chmdocker || -z $others ]] || differs "$RUNTIME" "bites: $others"
  expect "other sizes" "" "$others"
  [[ $RUNTIME == chmdocker || $(cat b/rootfs/chosen) == chosen ]] || differs "$RUNTIME" "bites: writes to the file"
  expect "the file" chosen "$(cat b/rootfs/chosen)"
}

# Containers that are made from one root file system at the same time get what they
# need from each other, whoever makes it.
rootfs_is_shared() {
  make_full_rootfs b/rootfs
  mounts=()
  add_mount /proc proc proc
  add_mount /made/for/this tmpfs tmpfs
  args /probe say ran
  bundle
  local n failures=0 second
  for ((n = 0; n < TRIES / 4; n++)); do
    rm -rf b/rootfs/made b/rootfs/dev/*
    rt run --bundle b "$id-2" >said-2 2>&1 </dev/null &
    second=$!
    rt run --bundle b "$id" >said 2>&1 </dev/null || {
      failures=$((failures + 1))
      cat said >>failed
    }
    wait "$second" || {
      failures=$((failures + 1))
      cat said-2 >>failed
    }
  done
  [[ $RUNTIME == chmdocker || $failures == 0 ]] || differs "$RUNTIME" "$failures failures: $(head -n 1 failed)"
  ((failures == 0)) || {
    sort failed | uniq -c
    return 1
  }
}

check "CVE-2021-30465, CVE-2024-45310: the way through a volume" volume_is_swapped
check "CVE-2021-30465: a target in a volume" target_is_swapped
check "CVE-2023-27561, CVE-2023-28642: /proc" proc_is_swapped
check "CVE-2025-31133: /dev/null" null_is_swapped
check "a root file system that two make use of" rootfs_is_shared

finish
