#!/usr/bin/env bash
# The tutorial's container: `run` on the host's own root file system.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# inside ARGUMENT...: the probe's facts from a container, in $out.
inside() {
  run quiet run "$@" "$PROBE" facts
  expect_code 0
  expect "standard error" "" "$err"
}

is_pid_1() {
  inside --ti
  expect "pid" 1 "$(fact pid)"
  expect "parent" 0 "$(fact ppid)"
  expect "session" 1 "$(fact sid)"
  expect "process group" 1 "$(fact pgrp)"
  inside
  expect "pid without --ti" 1 "$(fact pid)"
  expect "session without --ti" 1 "$(fact sid)"
}

has_new_namespaces() { # has_new_namespaces FLAG...
  inside "$@"
  local name own
  for name in ipc mnt net pid uts; do
    own=$(readlink "/proc/self/ns/$name")
    [[ $(fact "ns.$name") == "$name:"* && $(fact "ns.$name") != "$own" ]] || {
      echo "the $name namespace is the caller's"
      return 1
    }
  done
  expect "cgroup namespace" "$(readlink /proc/self/ns/cgroup)" "$(fact ns.cgroup)"
}

user_namespace() {
  inside
  local own
  own=$(readlink /proc/self/ns/user)
  if is_root; then
    expect "user namespace" "$own" "$(fact ns.user)"
    return
  fi
  [[ $(fact ns.user) != "$own" ]]
  expect "uid_map" "0 $(id -u) 1" "$(fact uid_map)"
  expect "gid_map" "0 $(id -g) 1" "$(fact gid_map)"
  expect "setgroups" deny "$(fact setgroups)"
  expect "uid" 0 "$(fact uid)"
  expect "gid" 0 "$(fact gid)"
  expect_match "$(fact status.CapEff)" '^0*1?f+$'
}

ids_of_root() {
  is_root || skip "is about root"
  inside
  expect "uid" 0 "$(fact uid)"
  expect "gid" 0 "$(fact gid)"
}

proc_is_fresh() {
  inside --ti
  expect "processes" 1 "$(fact process)"
  local mount
  mount=$(fact mount | grep ' /proc ' | tail -n 1)
  # "ID PARENT MAJOR:MINOR / /proc OPTIONS - proc proc": no word before the dash
  # is private propagation.
  expect_match "$mount" '^[0-9]+ [0-9]+ [0-9:]+ / /proc rw,nosuid,nodev,noexec,relatime - proc proc '
}

all_mounts_are_private() {
  inside
  if fact mount | sed 's/ - .*//' | grep -E ' (shared|master|propagate_from|unbindable)'; then
    echo "and none of these may be"
    return 1
  fi
  [[ $MODE == user && $ISOLATED == no ]] || grep -q shared: /proc/self/mountinfo
}

only_loopback() {
  inside
  expect "interfaces" net.lo=down "$(grep ^net <<<"$out" | grep -v '^net\.\(tunl0\|sit0\|gre\|erspan\|ip_vti\|ip6\)')"
}

with_the_tools_of_the_tutorial() {
  command -v ps >/dev/null || skip "ps (procps) is not installed"
  command -v ip >/dev/null || skip "ip (iproute2) is not installed"
  run quiet run /bin/sh -c 'ps -ef | sed 1d | wc -l; ip -o addr; ip -o link; ls -d /proc/[0-9]* | head -c 8'
  expect_code 0
  # sh, ps, sed and wc.
  expect_match "$out" '^4'
  expect_match "$out" '1: lo: <LOOPBACK>.* state DOWN'
  expect_has "$out" /proc/1
}

callers_environment() {
  run env -i A=1 B='two words' C= "$CHMDOCKER" --log-level error run "$PROBE" fact env
  expect_code 0
  expect "environment" "env=A=1
env=B=two words
env=C=" "$out"
}

env_flag() {
  run env -i A=1 B=2 C=3 "$CHMDOCKER" --log-level error run -e B=new -e C -e UNSET -e D=x=y -e E= "$PROBE" fact env
  expect "environment" "env=A=1
env=B=new
env=C=3
env=D=x=y
env=E=" "$out"
}

callers_directory_and_mask() {
  mkdir 'a dir'
  cd 'a dir'
  umask 027
  inside
  expect "directory" "$PWD" "$(fact cwd)"
  expect "umask" 0027 "$(fact umask)"
  umask 022
}

workdir() {
  mkdir there
  inside --workdir "$PWD/there"
  expect "directory" "$PWD/there" "$(fact cwd)"
  inside -w /
  expect "directory" / "$(fact cwd)"
}

workdir_that_is_missing() {
  run quiet run -w /no/such /bin/true
  expect_code 125
  expect_match "$err" '^chmdocker: step [0-9]+/[0-9]+ change directory to "/no/such": chdir: ENOENT \(no such file or directory\)$'
  [[ ! -e /no ]]
  run quiet run -w /etc/passwd /bin/true
  expect_code 125
  expect_has "$err" 'chdir: ENOTDIR'
}

relative_workdir() {
  run quiet run -w there /bin/true
  expect_code 125
  expect_has "$err" '--workdir "there": wants an absolute path'
}

hostname_flag() {
  local own
  own=$(</proc/sys/kernel/hostname)
  inside
  expect "host name" "$own" "$(fact hostname)"
  inside --hostname box.example
  expect "host name" box.example "$(fact hostname)"
  expect "the host's name" "$own" "$(</proc/sys/kernel/hostname)"
  run quiet run "$PROBE" sethostname other fact hostname
  expect "output" "sethostname: OK
hostname=other" "$out"
  expect "the host's name" "$own" "$(</proc/sys/kernel/hostname)"
  run quiet run --hostname "$(printf 'x%.0s' {1..65})" /bin/true
  expect_code 125
  expect_has "$err" "is longer than 64 bytes"
}

# The leak checker looks at the mounts afterwards.
mounts_stay_inside() {
  mkdir mnt
  run quiet run "$PROBE" mount "$PWD/mnt" create "$PWD/mnt/file"
  expect "output" "mount $PWD/mnt: OK
create $PWD/mnt/file: OK" "$out"
  [[ ! -e mnt/file ]]
}

hosts_proc_stays() {
  inside
  local self
  read -r self _ </proc/self/stat
  expect "the host's /proc" "$BASHPID" "$self"
}

processes_end_with_the_command() {
  run quiet run "$PROBE" orphan orphan exit 5
  expect_code 5
}

no_descriptor_of_the_caller() {
  exec 3</etc/passwd 4</ 5>file 9</dev/null 20<.
  local flag
  for flag in --ti --tty=true --interactive; do
    inside "$flag"
    expect "descriptors" "fd.0 fd.1 fd.2" "$(sed -n 's/^\(fd\.[0-9]*\)=.*/\1/p' <<<"$out" | xargs)"
  done
}

fresh_signals() {
  inside
  expect "blocked" 0000000000000000 "$(fact status.SigBlk)"
  expect "ignored" 0000000000000000 "$(fact status.SigIgn)"
  (
    trap '' INT PIPE CHLD HUP TERM USR1 QUIT TSTP WINCH
    inside --ti
    expect "ignored, of a caller that ignores" 0000000000000000 "$(fact status.SigIgn)"
    expect "blocked" 0000000000000000 "$(fact status.SigBlk)"
    run quiet run "$PROBE" exit 7
    expect_code 7
  )
}

check "the command is pid 1 of its own session" is_pid_1
check "new uts, pid, mount, net and ipc namespaces" has_new_namespaces
check "new namespaces with --ti" has_new_namespaces --ti
check "a user namespace for ordinary users only" user_namespace
check "root stays root" ids_of_root
check "/proc is the container's own" proc_is_fresh
check "no mount propagates" all_mounts_are_private
check "lo only, and down" only_loopback
check "ps, ip and ls as in the tutorial" with_the_tools_of_the_tutorial
check "the caller's environment" callers_environment
check "--env sets, replaces and passes on" env_flag
check "the caller's directory and umask" callers_directory_and_mask
check "--workdir" workdir
check "--workdir that is missing" workdir_that_is_missing
check "--workdir that is relative" relative_workdir
check "--hostname, and the host keeps its own" hostname_flag
check "mounts made inside stay inside" mounts_stay_inside
check "the host's /proc is as before" hosts_proc_stays
check "all processes end with the command" processes_end_with_the_command
check "no descriptor of the caller's gets in" no_descriptor_of_the_caller
check "signals are as a program expects them" fresh_signals
finish
