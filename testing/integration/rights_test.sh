#!/usr/bin/env bash
# What the command may do: by default, and by flags.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

readonly DOCKERS=00000000a80425fb NONE=0000000000000000

# A root file system with users: make_image DIRECTORY.
make_image() {
  make_rootfs "$1"
  mkdir -p "$1/etc"
  cat >"$1/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/sh
web:x:33:34::/var/www:/bin/sh
END
  cat >"$1/etc/group" <<'END'
root:x:0:
www:x:34:
adm:x:4:web
audio:x:29:
END
}

prepare_root() { [[ -d root ]] || make_image root; }
# Of a machine whose root has fewer, only these are to be had.
granted() { # granted SET
  is_root || { echo "$1" && return; }
  printf '%016x\n' $((16#$1 & 16#$(sed -n 's/^CapBnd:\t//p' /proc/self/status)))
}

capabilities_are_dockers() {
  in_root -- fact status.Cap
  well
  local set
  set=$(granted "$DOCKERS")
  expect "sets" "status.CapInh=$NONE
status.CapPrm=$set
status.CapEff=$set
status.CapBnd=$set
status.CapAmb=$NONE" "$out"
}

capability_flags() {
  in_root --cap-drop ALL -- fact status.CapBnd fact status.CapEff
  well
  expect "none" "status.CapBnd=$NONE
status.CapEff=$NONE" "$out"
  in_root --cap-drop all --cap-add cap_chown --cap-add Kill -- fact status.CapEff
  well
  expect "two" status.CapEff=0000000000000021 "$out"
  in_root --cap-drop=CHOWN -- fact status.CapBnd
  well
  expect "all but one" "status.CapBnd=$(granted 00000000a80425fa)" "$out"
  in_root --cap-add=SYS_ADMIN -- fact status.CapPrm mount /dev
  well
  expect "one more" "status.CapPrm=$(granted 00000000a82425fb)
mount /dev: OK" "$out"
  in_root --cap-add foo -- exit 0
  refused '--cap-add "foo": unknown capability: "CAP_FOO"'
  in_root --cap-drop CAP_ALL -- exit 0
  refused '--cap-drop "CAP_ALL": unknown capability: "CAP_ALL"'
}

capability_that_is_missing() {
  is_root || skip "an ordinary user has all in the user namespace"
  make_image root
  # shellcheck disable=SC2054
  local lacking=(setpriv --bounding-set -audit_write,-net_admin "$CHMDOCKER")
  run "${lacking[@]}" --log-level error run --rootfs root /probe fact status.CapBnd
  well
  expect "bounding" "status.CapBnd=$(granted 00000000880425fb)" "$out"
  run "${lacking[@]}" --log-level warning run --cap-add net_admin --rootfs root /probe fact status.CapBnd
  expect_code 0
  expect_has "$err" '--cap-add: left out, as chmdocker does not have it itself: CAP_NET_ADMIN'
}

no_new_privileges() {
  in_root -- fact status.NoNewPrivs
  expect "by default" status.NoNewPrivs=1 "$out"
  in_root --security-opt no-new-privileges=false -- fact status.NoNewPrivs
  expect "switched off" status.NoNewPrivs=0 "$out"
  in_root --privileged -- fact status.NoNewPrivs
  expect "privileged" status.NoNewPrivs=0 "$out"
  in_root --privileged --security-opt no-new-privileges -- fact status.NoNewPrivs
  expect "both" status.NoNewPrivs=1 "$out"
}

# Each call answers otherwise without the filter: io_uring_setup and userfaultfd
# are there, keyctl is EINVAL, and so on; 467 is newer than the table.
filtered() {
  in_root "$@" -- syscall 425 0 syscall 250 0 syscall 272 0x10000000 \
    syscall 135 0x40000 syscall 41 38 syscall 41 40 syscall 323 0 syscall 435 0 \
    syscall 467 0 syscall 999 0 syscall 39 0
  well
  expect "answers" "syscall 425 0: EPERM
syscall 250 0: EPERM
syscall 272 0x10000000: EPERM
syscall 135 0x40000: EPERM
syscall 41 38: EPERM
syscall 41 40: EPERM
syscall 323 0: EPERM
syscall 435 0: ENOSYS
syscall 467 0: ENOSYS
syscall 999 0: ENOSYS
syscall 39 0: OK" "$out"
}
default_filter() {
  filtered
  filtered --cap-drop ALL
  filtered --security-opt no-new-privileges=false
  in_root -- fact status.Seccomp
  expect_line "$out" status.Seccomp=2
}

filter_flags() {
  [[ -z ${MISSING:-} ]] || skip "calls are left out by a filter"
  in_root --security-opt seccomp=unconfined -- fact status.Seccomp syscall 250 0 syscall 425 0
  well
  expect_line "$out" status.Seccomp=0
  expect_line "$out" "syscall 425 0: EFAULT"
  expect_line "$out" "syscall 250 0: EINVAL"
  in_root --privileged -- fact status.Seccomp
  expect_line "$out" status.Seccomp=0
  in_root --privileged --security-opt seccomp=builtin -- syscall 250 0
  expect_line "$out" "syscall 250 0: EPERM"
  # What needs a capability may be called by who has it.
  in_root --cap-add SYS_ADMIN -- syscall 435 0 syscall 272 0x4000000 syscall 250 0
  expect "answers" "syscall 435 0: EINVAL
syscall 272 0x4000000: OK
syscall 250 0: EPERM" "$out"
}

# --explain takes the time of each step, but not where the command's filter is.
filter_is_the_commands() {
  make_rootfs root
  echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["clock_gettime"],
    "action": "SCMP_ACT_KILL_PROCESS"}]}' >profile.json
  in_root --explain --security-opt seccomp=profile.json -- say hello
  expect_code 0
  expect_line "$out" hello
}

profile_of_docker() {
  cat >profile.json <<'END'
{"defaultAction":"SCMP_ACT_ALLOW",
 "archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]}],
 "syscalls":[
  {"names":["getppid"],"action":"SCMP_ACT_ERRNO","errnoRet":16},
  {"names":["getpgid"],"action":"SCMP_ACT_ERRNO","errnoRet":16,"excludes":{"caps":["CAP_CHOWN"]}},
  {"names":["getsid"],"action":"SCMP_ACT_ERRNO","errnoRet":16,"includes":{"minKernel":"99.0"}},
  {"names":["personality"],"action":"SCMP_ACT_ERRNO","errnoRet":16,
   "args":[{"index":0,"value":8,"op":"SCMP_CMP_EQ"}]}]}
END
  in_root --security-opt seccomp=profile.json -- syscall 110 0 syscall 121 0 \
    syscall 124 0 syscall 135 8 syscall 135 0xffffffff
  well
  expect "answers" "syscall 110 0: EBUSY
syscall 121 0: OK
syscall 124 0: OK
syscall 135 8: EBUSY
syscall 135 0xffffffff: OK" "$out"
  in_root --cap-drop CHOWN --security-opt seccomp=profile.json -- syscall 121 0
  expect "without the capability" "syscall 121 0: EBUSY" "$out"
}

bad_profiles() {
  in_root --security-opt seccomp=no/such -- exit 0
  refused '--security-opt "seccomp=no/such": openat "no/such": ENOENT'
  echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"NO"}]}' >bad.json
  in_root --security-opt seccomp=bad.json -- exit 0
  refused '--security-opt "seccomp=bad.json": syscalls[0].action: unknown "NO"'
  echo '{' >bad.json
  in_root --security-opt seccomp=bad.json -- exit 0
  refused '--security-opt "seccomp=bad.json": '
  mkfifo fifo
  in_root --security-opt seccomp=fifo -- exit 0
  refused 'is not a regular file'
}

security_options() {
  local option
  for option in foo seccomp= no-new-privileges=x label=x systempaths=y; do
    in_root --security-opt "$option" -- exit 0
    refused "--security-opt \"$option\": "
  done
  for option in label=disable apparmor=unconfined; do
    in_root --security-opt "$option" -- exit 0
    well
  done
}

# What was asked for and can't be had is never left out.
labels_that_cannot_be_set() {
  [[ -e /sys/fs/selinux/enforce ]] || {
    in_root --security-opt label=type:container_t -- exit 0
    refused 'system_u:system_r:container_t:s0": write: EOPNOTSUPP'
  }
  [[ -e /sys/kernel/security/apparmor ]] || {
    in_root --security-opt apparmor=box -- exit 0
    refused 'AppArmor is not enabled'
  }
}

groups_of_the_caller_are_gone() {
  is_root || skip "nobody can drop groups in such a user namespace"
  make_image root
  run setpriv --groups 5,6 "$CHMDOCKER" --log-level error run --rootfs root /probe fact groups fact uid=
  well
  expect_line "$out" "groups="
}

users() {
  needs_ids
  local wanted
  # What is wanted; uid, gid, groups, HOME.
  while read -r wanted uid gid groups home; do
    in_root --user "$wanted" -- fact uid fact gid fact groups fact env fact status.Cap
    well
    expect "$wanted" "$uid $gid ${groups//,/ } $home" \
      "$(fact uid) $(fact gid) $(fact groups | xargs) $(sed -n 's/^env=HOME=//p' <<<"$out")"
    [[ $uid == 0 ]] || expect "effective" "$NONE" "$(fact status.CapEff)"
    expect "bounding" "$(granted "$DOCKERS")" "$(fact status.CapBnd)"
  done <<'END'
web 33 34 4,34 /var/www
33 33 34 4,34 /var/www
web:audio 33 29 29 /var/www
33:7 33 7 7 /var/www
1000 1000 0 0 /
0 0 0 0 /root
END
  in_root -u web -e HOME=/mine -- fact env
  expect_line "$out" env=HOME=/mine
  in_root --user web --group-add audio --group-add 77 -- fact groups
  expect "groups" "groups=4 29 34 77" "$(sed 's/ *$//' <<<"$out")"
  in_root --group-add audio -- fact groups
  expect_line "$out" "groups=29 "
}

no_such_users() {
  local wanted
  in_root --user nobody -- exit 0
  refused '--user "nobody": unable to find user nobody: no matching entries in passwd file'
  in_root --user root:nobody -- exit 0
  refused 'unable to find group nobody: no matching entries in group file'
  in_root --group-add nobody -- exit 0
  refused '--group-add "nobody": unable to find group nobody'
  for wanted in 2147483648 4294967295 4294967296 99999999999999999999; do
    in_root --user "$wanted" -- exit 0
    refused 'uids and gids must be in range 0-2147483647'
  done
  for wanted in -1 0x1 '1 ' 1x; do
    in_root "--user=$wanted" -- exit 0
    refused 'unable to find user'
  done
}

# Neither read nor waited for, and never the host's.
hostile_user_files() {
  make_image root
  rm root/etc/passwd
  mkfifo root/etc/passwd
  in_root --user web -- exit 0
  refused '"/etc/passwd": is not a regular file'
  rm root/etc/passwd
  echo 'evil:x:0:0::/:' >passwd
  ln -s "$PWD/passwd" root/etc/passwd
  in_root --user evil -- exit 0
  refused 'unable to find user evil'
  rm root/etc/passwd
  truncate -s 1T root/etc/passwd
  in_root --user web -- exit 0
  refused 'is larger than 16777216 bytes'
}

one_id_only() {
  ! is_root || skip "is about ordinary users"
  in_root --user root -- fact uid fact status.CapEff
  well
  expect_line "$out" uid=0
  expect_line "$out" "status.CapEff=$DOCKERS"
  in_root --user web -- exit 0
  refused 'the user namespace maps no such id'
  in_root --group-add audio -- exit 0
  refused 'can have no others'
}

keyring_is_its_own() {
  in_root --security-opt seccomp=unconfined -- fact keyring
  well
  expect_match "$out" '^keyring=keyring;[0-9]+;[0-9]+;[0-9a-f]+;_ses$'
}

cgroups_are_shown_readonly() {
  in_root -- fact ns.cgroup fact mount mkdir /sys/fs/cgroup/new
  well
  [[ $(fact ns.cgroup) != "$(readlink /proc/self/ns/cgroup)" ]] || {
    echo "the cgroup namespace is the caller's"
    return 1
  }
  expect_no "$out" "new: OK"
  local line
  while read -r line; do
    expect_match "$line" ' /sys/fs/cgroup(/[^ ]*)? ro,nosuid,nodev,noexec'
  done < <(fact mount | grep ' /sys/fs/cgroup')
  grep -q ' - cgroup' /proc/self/mountinfo || return 0
  expect_match "$(fact mount)" ' / /sys/fs/cgroup'
}

system_paths() {
  in_root --security-opt systempaths=unconfined -- fact mount
  well
  expect_no "$(fact mount)" ' /proc/sys '
  expect_no "$(fact mount)" ' /proc/keys '
  in_root -- fact mount
  expect_has "$(fact mount)" ' /proc/sys ro,'
}

# As root of a container finds them.
sysctls_are_readonly() {
  is_root && ! is_mapped_root || skip "makes the host's parameters read-only"
  needs_call fsopen
  make_rootfs root
  # shellcheck disable=SC2016
  run unshare --mount --propagation private bash -c '
    mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$@"' \
    - "$CHMDOCKER" --log-level error run --rootfs root --sysctl net.ipv4.ip_forward=1 \
    /probe read /proc/sys/net/ipv4/ip_forward
  well
  expect "the value" 1 "$out"
}

sysctls() {
  in_root --sysctl net.ipv4.ip_forward=1 --sysctl kernel.msgmax=4096 -- read /proc/sys/net/ipv4/ip_forward
  well
  expect_has "$out" 1
  in_root --sysctl kernel.panic=1 -- exit 0
  refused '--sysctl "kernel.panic": is no parameter of a namespace: it would change the host'
  in_root --sysctl foo -- exit 0
  refused '--sysctl "foo": wants NAME=VALUE'
}

privileged() {
  in_root --privileged -- fact status.CapEff fact mount stat /dev/full mount /dev/shm
  well
  expect_no "$(fact mount)" ' /proc/sys '
  expect_line "$out" "mount /dev/shm: OK"
  if is_root; then
    expect "capabilities" "$(sed -n 's/^CapEff:\t//p' /proc/self/status)" "$(fact status.CapEff)"
  else
    expect_match "$(fact status.CapEff)" '^0*1?f+$'
  fi
  [[ ! -c /dev/fuse ]] || {
    in_root --privileged -- stat /dev/fuse
    expect_has "$out" "10:229"
  }
}

# Flags work on the host's root file system, too; without them nothing is taken.
tutorial() {
  [[ -z ${MISSING:-} ]] || skip "calls are left out by a filter"
  run quiet run "$PROBE" fact status.NoNew fact status.Seccomp fact status.CapEff mount /tmp
  well
  expect_line "$out" status.NoNewPrivs=0
  expect_line "$out" status.Seccomp=0
  expect_line "$out" "mount /tmp: OK"
  run quiet run --cap-drop sys_admin --security-opt seccomp=builtin --security-opt no-new-privileges \
    "$PROBE" fact status.NoNew syscall 250 0 mount /tmp
  well
  expect "answers" "status.NoNewPrivs=1
syscall 250 0: EPERM
mount /tmp: EPERM" "$out"
  run quiet run --privileged "$PROBE" mount /tmp
  expect "privileged" "mount /tmp: OK" "$out"
  run quiet run --explain "$PROBE"
  expect_has "$err" "root file system: the host's own, which is no boundary"
}

tutorial_user() {
  needs_ids
  run quiet run --user nobody "$PROBE" fact uid fact env fact status.CapEff
  well
  expect_line "$out" "uid=$(id -u nobody)"
  expect_line "$out" "env=HOME=$(getent passwd nobody | cut -d : -f 6)"
  expect_line "$out" "status.CapEff=$NONE"
}

check "docker's capabilities by default" capabilities_are_dockers
check "--cap-add and --cap-drop" capability_flags
check "capabilities that chmdocker lacks" capability_that_is_missing
check "no_new_privs" no_new_privileges
check "the default filter: EPERM, and ENOSYS for newer calls" default_filter
check "--security-opt seccomp" filter_flags
check "a seccomp profile of docker's" profile_of_docker
check "a filter that kills for what only --explain needs" filter_is_the_commands
check "profiles that are none" bad_profiles
check "--security-opt: what is none" security_options
check "CVE-2025-65105: labels that can't be set" labels_that_cannot_be_set
check "CVE-2022-36109, CVE-2023-25173: the caller's groups are gone" groups_of_the_caller_are_gone
check "--user and --group-add" users
check "CVE-2024-40635: users that are none" no_such_users
check "CVE-2024-9676, CVE-2026-47262: user files that are none" hostile_user_files
check "--user where one id is mapped" one_id_only
check "a session keyring of its own" keyring_is_its_own
check "cgroups are seen from a namespace, read-only" cgroups_are_shown_readonly
check "--security-opt systempaths" system_paths
check "--sysctl" sysctls
check "--sysctl where the host's are read-only" sysctls_are_readonly
check "--privileged" privileged
check "the tutorial's form" tutorial
check "the tutorial's form: --user" tutorial_user
finish
