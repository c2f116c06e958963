#!/usr/bin/env bash
# What went wrong in runtimes with files of the image that are not what they seem.
# See cve_process_test.sh on older runtimes.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=../oci/bundle.sh
source "$(dirname "$0")/bundle.sh"

# proc_link: /proc of the image is a link; whatever is done, nothing is mounted or
# written where it leads.
proc_is_a_link() {
  make_full_rootfs b/rootfs
  rmdir b/rootfs/proc
  mkdir b/rootfs/else outside
  ln -s "$1" b/rootfs/proc
  args /probe say ran
  bundle
  run rt run --bundle b "$id"
  [[ $RUNTIME == chmdocker || $code != 0 ]] || differs "$RUNTIME" "bites: follows the link"
  expect_error proc
  expect "outside" "" "$(ls -A outside)"
}

# A mount over /proc that is no proc makes the writes of labels go nowhere.
proc_is_a_tmpfs() {
  mounts=()
  add_mount /proc tmpfs tmpfs
  bundle
  run rt run --bundle b "$id"
  [[ $RUNTIME == chmdocker || $code != 0 ]] || differs "$RUNTIME" "bites: $out"
  expect_error proc
}

over_proc() {
  mkdir source
  local target failures=''
  for target in /proc/self/attr /proc/sys /proc/1; do
    reset_bundle
    add_mount "$target" bind "$PWD/source" bind
    bundle
    run rt run --bundle b "$id"
    [[ $code != 0 ]] || failures+=" $target"
  done
  [[ $RUNTIME == chmdocker || -z $failures ]] || differs "$RUNTIME" "bites: mounts over$failures"
  expect "mounts over proc" "" "$failures"
}

# Masking is by a bind mount of /dev/null, which the image must not choose. The link
# leads to a harmless file of the rootfs: older runtimes do write there what is
# meant for /dev/null, be it a setting of the host's.
null_is_a_link() {
  make_full_rootfs b/rootfs
  # /dev is the image's own here.
  mounts=()
  add_mount /proc proc proc
  echo precious >b/rootfs/precious
  echo chosen >b/rootfs/chosen
  ln -s /chosen b/rootfs/dev/null
  linux[maskedPaths]='["/precious"]'
  args /probe size /precious
  bundle
  run rt run --bundle b "$id"
  # Either it is refused or the mask is the real thing.
  [[ $RUNTIME == chmdocker || $code != 0 || $out == "size /precious: 0" ]] || differs "$RUNTIME" "bites: $out"
  [[ $code != 0 ]] || expect "mask" "size /precious: 0" "$out"
  expect "the file" chosen "$(cat b/rootfs/chosen)"
}

# What is made in /dev is not made where a link of the image leads.
dev_is_a_link() {
  make_full_rootfs b/rootfs
  rmdir b/rootfs/dev
  mkdir outside
  chmod 777 outside
  echo keep >outside/ptmx
  ln -s "$PWD/outside" b/rootfs/dev
  mounts=()
  add_mount /proc proc proc
  bundle
  run rt run --bundle b "$id"
  [[ $RUNTIME == chmdocker || $(ls -A outside) == ptmx ]] || differs "$RUNTIME" "bites: made $(ls -A outside | tr '\n' ' ')"
  expect "outside" ptmx "$(ls -A outside)"
  expect "ptmx" keep "$(cat outside/ptmx)"
}

targets_lead_out() {
  make_full_rootfs b/rootfs
  mkdir outside source
  echo host >outside/file
  ln -s "$PWD/outside" b/rootfs/absolute
  ln -s ../../../../../../../../../../../../../../"$PWD"/outside b/rootfs/dots
  ln -s "$PWD/outside/file" b/rootfs/file
  ln -s "$PWD/outside/made" b/rootfs/made
  echo text >text
  add_mount /absolute/a tmpfs tmpfs
  add_mount /dots/b tmpfs tmpfs
  bundle
  run rt run --bundle b "$id"
  expect "outside" file "$(ls -A outside)"
  reset_bundle
  add_mount /file bind "$PWD/text" bind
  add_mount /made bind "$PWD/text" bind
  bundle
  run rt run --bundle b "$id"
  expect "outside" file "$(ls -A outside)"
  expect "file" host "$(cat outside/file)"
}

# A directory that is made is made in the container.
cwd_is_a_link() {
  make_full_rootfs b/rootfs
  mkdir outside
  chmod 777 outside
  ln -s "$PWD/outside" b/rootfs/link
  process[cwd]='"/link/made"'
  args /probe fact cwd
  bundle
  run rt run --bundle b "$id"
  expect "outside" "" "$(ls -A outside)"
}

devices_and_masks_lead_out() {
  is_root && ! is_mapped_root || skip "devices need root"
  make_full_rootfs b/rootfs
  mkdir outside
  ln -s "$PWD/outside" b/rootfs/link
  linux[devices]='[{"path":"/link/dev","type":"c","major":1,"minor":3}]'
  linux[maskedPaths]="[\"/link\"]"
  linux[readonlyPaths]="[\"/link/x\"]"
  bundle
  run rt run --bundle b "$id"
  expect "outside" "" "$(ls -A outside)"
}

# A FIFO or an endless file for the image's /etc/passwd.
passwd_is_no_file() {
  differs runc "1.1.5 bites: hangs"
  differs crun "1.8 bites: hangs"
  make_full_rootfs b/rootfs
  rm b/rootfs/etc/passwd
  mkfifo b/rootfs/etc/passwd
  args /probe say ran
  bundle
  run timeout -s KILL 5 "$program" --root "$ROOT" run --bundle b "$id"
  local once=$code
  rt delete --force "$id" >/dev/null 2>&1 || true
  [[ $once != 137 ]]
  rm b/rootfs/etc/passwd
  # Beside links, that they be of the container's.
  ln -s "$PWD/passwd" b/rootfs/etc/passwd
  echo 'root:x:0:0::/of-the-host:/bin/sh' >passwd
  args /probe fact env
  bundle
  run rt run --bundle b "$id"
  expect_no "$out" of-the-host
}

# As much of it is read as such a file can need, by whoever looks a user up.
passwd_is_endless() {
  make_full_rootfs b/rootfs
  # Nobody is found in it.
  rm b/rootfs/etc/passwd b/rootfs/etc/group
  truncate -s 1T b/rootfs/etc/passwd b/rootfs/etc/group
  args /probe say ran
  bundle
  run timeout -s KILL 10 "$program" --root "$ROOT" run --bundle b "$id"
  local once=$code
  rt delete --force "$id" >/dev/null 2>&1 || true
  [[ $RUNTIME == chmdocker || $once != 137 ]] || differs "$RUNTIME" "bites: reads it all"
  [[ $once != 137 ]]
}

# Without a cgroup namespace a container sees the host's cgroups, and may not write them.
cgroups_are_read_only() {
  add_mount /sys/fs/cgroup cgroup cgroup rprivate ro
  shell 'find /sys/fs/cgroup -name cgroup.procs | head -n 20 | while read -r f; do echo $$ >"$f" && echo "wrote $f"; done 2>/dev/null; mkdir /sys/fs/cgroup/made /sys/fs/cgroup/*/made && echo made'
  bundle
  run rt run --bundle b "$id"
  expect "written" "" "$out"
}

# The host's setting that is tried gets the value that it has.
sysctls_are_one_each() {
  local name now
  now=$(cat /proc/sys/kernel/core_pattern)
  for name in 'net.ipv4.ip_forward=1\nkernel.core_pattern' 'net/ipv4/../../kernel/core_pattern' 'net.ipv4.ip_forward+kernel.core_pattern' 'kernel.core_pattern'; do
    linux[sysctl]="{\"$name\":$(json "$now")}"
    bundle
    run rt run --bundle b "$id"
    [[ $code != 0 ]]
  done
}

annotations_are_no_orders() {
  config[annotations]="{\"org.systemd.property.ExecStart\":\"'touch $PWD/evil'\",\"run.oci.hooks.stdout\":\"$PWD/evil\",\"run.oci.handler\":\"wasm\"}"
  bundle
  [[ $RUNTIME != crun ]] || differs crun "has annotations of its own"
  run rt run --bundle b "$id"
  expect_code 0
  [[ ! -e evil ]]
}

many_mappings() {
  is_root && ! is_mapped_root || skip "ranges of ids need root"
  namespaces+=('{"type":"user"}')
  local list n
  # More than a netlink attribute of 64 KiB holds.
  list=$(for ((n = 0; n < 4000; n++)); do printf '{"containerID":%d,"hostID":%d,"size":1},' "$n" $((n + 100000)); done)
  linux[uidMappings]="[${list%,}]"
  linux[gidMappings]="[${list%,}]"
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
}

check "CVE-2019-19921: /proc is a link in the image" proc_is_a_link else
check "CVE-2019-19921: /proc is a link to the host" proc_is_a_link ../../outside
check "CVE-2019-16884: /proc is no proc" proc_is_a_tmpfs
check "CVE-2025-52881: mounts over proc" over_proc
check "CVE-2025-31133: /dev/null is a link" null_is_a_link
check "CVE-2026-41579, CVE-2026-47766: /dev is a link" dev_is_a_link
check "CVE-2019-18837: targets of mounts lead out" targets_lead_out
check "CVE-2026-55686: the working directory leads out" cwd_is_a_link
check "devices and masks lead out" devices_and_masks_lead_out
check "CVE-2024-9676: /etc/passwd is no file" passwd_is_no_file
check "CVE-2026-47262: /etc/passwd and /etc/group have no end" passwd_is_endless
check "CVE-2023-25809: cgroups without a namespace of theirs" cgroups_are_read_only
check "CVE-2022-0811: sysctls" sysctls_are_one_each
check "CVE-2024-3154: annotations" annotations_are_no_orders
check "CVE-2021-43784: more mappings than fit" many_mappings
finish
