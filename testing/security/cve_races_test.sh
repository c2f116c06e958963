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

# Runs the container, or `rt` WORDs, over and over while FILE and OTHER are exchanged;
# what the runs print is in the file said, and the number of those that succeeded in
# $ran.
race() { # race FILE OTHER [WORD...]
  local n racer words=("${@:3}")
  [[ $# -gt 2 ]] || words=(run --bundle b "$id")
  "$BIN/racer" "$1" "$2" &
  racer=$!
  ran=0
  for ((n = 0; n < TRIES; n++)); do
    if rt "${words[@]}"; then
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

# The same of a person's flags, whose ways are in the image.
volume_flags_are_swapped() {
  [[ $RUNTIME == chmdocker ]] || skip "has no such flags"
  make_full_rootfs root
  mkdir root/way outside source
  : >source/file
  ln -s "$PWD/outside" root/link
  race root/way root/link --log-level error run --rootfs root -v "$PWD/source:/way/bound" \
    -v "$PWD/source/file:/way/file" --tmpfs /way/made/deeper -w /way/work /probe say ran
  expect "outside" "" "$(ls -A outside)"
  expect "the source" file "$(ls -A source)"
  ((ran > 0))
}

# The container's terminal is shown as /dev/console, and nowhere that a link of the image
# leads to, nor is anything written there. (The name itself is the racer's.)
console_is_swapped() { # console_is_swapped TARGET-OF-THE-LINK
  differs runc "its run wants to have a terminal itself"
  differs crun "its run wants to have a terminal itself"
  make_full_rootfs b/rootfs
  mounts=()
  add_mount /proc proc proc
  add_mount /dev/pts devpts devpts newinstance ptmxmode=0666 mode=0620
  mkdir outside
  echo precious | tee outside/file >b/rootfs/precious
  : >b/rootfs/dev/console
  ln -s "$1" b/rootfs/dev/link
  ln -s pts/ptmx b/rootfs/dev/ptmx
  process[terminal]=true
  args /probe size /precious
  bundle
  race b/rootfs/dev/console b/rootfs/dev/link
  local others
  others=$(grep '^size' said | tr -d '\r' | grep -v '^size /precious: 9$' | sort | uniq -c) || true
  expect "other sizes" "" "$others"
  expect "the image's file" precious "$(<b/rootfs/precious)"
  expect "the host's file" precious "$(<outside/file)"
  ((ran > 0))
}

# A setting is the kernel's, though a mount of the container may come to lie over its
# file in /proc.
setting_is_covered() {
  is_root && ! is_mapped_root || skip "sets a kernel parameter"
  mkdir -p volume/way cover
  ln -s /proc/sys/net/ipv4 volume/link
  echo precious >cover/ip_forward
  chmod 666 cover/ip_forward
  add_mount /volume bind "$PWD/volume" bind
  add_mount /volume/way bind "$PWD/cover" bind
  linux[sysctl]='{"net.ipv4.ip_forward":"1"}'
  shell 'cat /proc/sys/net/ipv4/ip_forward'
  bundle
  race volume/way volume/link
  [[ $RUNTIME == chmdocker || $(<cover/ip_forward) == precious ]] || differs "$RUNTIME" "bites: writes to the file"
  expect "the file" precious "$(<cover/ip_forward)"
  expect "other settings" "" "$(grep -E '^(0|precious)' said | sort | uniq -c)"
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
check "CVE-2021-30465: the ways of -v and --tmpfs" volume_flags_are_swapped
check "CVE-2025-52565: /dev/console and a file of the image" console_is_swapped /precious
check "CVE-2025-52565: /dev/console and a file outside" console_is_swapped "$STAGE/tmp/case/outside/file"
check "CVE-2025-52881: a setting's file in /proc" setting_is_covered
check "CVE-2023-27561, CVE-2023-28642: /proc" proc_is_swapped
check "CVE-2025-31133: /dev/null" null_is_swapped
check "a root file system that two make use of" rootfs_is_shared

finish
