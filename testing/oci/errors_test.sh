#!/usr/bin/env bash
# Configurations that can't be, and how errors are told.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

# refuses NAME [TABLE MEMBER VALUE]...: create fails, chmdocker's error has NAME,
# and nothing is left.
refuses() {
  local name=$1
  shift
  while (($# > 0)); do
    local -n table=$1
    table[$2]=$3
    shift 3
  done
  bundle
  run rt create --bundle b "$id"
  if [[ $code == 0 ]]; then
    rt delete --force "$id"
    [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "takes it"
    echo "took it"
    return 1
  fi
  [[ $RUNTIME != chmdocker ]] || expect_has "$err" "$name"
  ! exists
  expect "cgroups" "" "$(own_cgroups)"
}

no_configuration() {
  mkdir b
  run rt create --bundle b "$id"
  expect_error "config.json"
  run rt create --bundle nosuch "$id"
  expect_error "nosuch"
  bundle
  rm -r b/rootfs
  run rt create --bundle b "$id"
  expect_error "rootfs"
}

broken_json() { # broken_json TEXT
  bundle
  printf '%b' "$1" >b/config.json
  run rt create --bundle b "$id"
  expect_error ""
  ! exists
}

log_is_json() {
  args nosuch
  bundle
  run rt --log "$PWD/log" --log-format json run --bundle b "$id"
  [[ $code != 0 ]]
  local line
  line=$(grep '"level": *"error"' log | tail -n 1)
  expect_match "$line" '^\{.*"msg": *".*not found.*".*\}$'
  expect_match "$line" '"time": *"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)"'
  # Nothing in it is not JSON, and what was there stays.
  expect "lines that are no objects" "" "$(grep -v '^{.*}$' log || true)"
  local before
  before=$(wc -l <log)
  run rt --log "$PWD/log" --log-format json start "$id"
  [[ $code != 0 ]]
  (($(wc -l <log) > before))
}

log_is_text() {
  run rt --log "$PWD/log" start "$id"
  [[ $code != 0 ]]
  [[ -s log ]]
}

log_says_nothing_of_success() {
  bundle
  run rt --log "$PWD/log" --log-format json run --bundle b "$id"
  expect_code 0
  expect "errors" "" "$(grep '"error"' log || true)"
}

no_destination() {
  mounts+=('{"type":"tmpfs","source":"tmpfs"}')
  refuses mounts
}

# Where there is one, //testing/systemd has the cases.
no_systemd() {
  [[ ! -d /run/systemd/system ]] || skip "systemd is this host's init"
  differs runc "it says so in other words"
  differs crun "it says so in other words"
  bundle
  run rt --systemd-cgroup create --bundle b "$id"
  expect_error "--systemd-cgroup: systemd is not running as this host's init"
  ! exists
}

check "no configuration, no bundle, no root" no_configuration
check "not JSON: nothing" broken_json ''
check "not JSON: half" broken_json '{"ociVersion":"1.0.2",'
check "not JSON: an array" broken_json '[]'
check "not JSON: zero bytes" broken_json '\0\0'
check "not JSON: depth" broken_json "$(printf '[%.0s' {1..100000})"
check "no process" refuses process config process null
check "no arguments" refuses process.args process args '[]'
check "arguments of another type" refuses process.args process args '"sh"'
check "an argument with a zero byte" refuses process.args process args '["/probe","a\u0000b"]'
check "no directory" refuses process.cwd process cwd '""'
check "a user that is a name" refuses process.user.uid process user '{"uid":"root","gid":0}'
check "a user of too many bits" refuses process.user.uid process user '{"uid":4294967296,"gid":0}'
check "an environment of another type" refuses process.env process env '{"A":"b"}'
check "a score out of range" refuses process.oomScoreAdj process oomScoreAdj 1001
check "no root" refuses root config root null
check "no version" refuses ociVersion config ociVersion '""'
check "a version of the future" refuses ociVersion config ociVersion '"2.0.0"'
check "a mount without a destination" no_destination
check "an unknown propagation" refuses linux.rootfsPropagation linux rootfsPropagation '"sideways"'
check "an unknown kind of device" refuses linux.devices linux devices '[{"path":"/dev/x","type":"z","major":1,"minor":3}]'
check "a hook without a path" refuses hooks config hooks '{"poststop":[{"args":["x"]}]}'
check "mappings without a user namespace" refuses linux.uidMappings linux uidMappings '[{"containerID":0,"hostID":0,"size":9}]' linux gidMappings '[{"containerID":0,"hostID":0,"size":9}]'
check "a sysctl with a newline" refuses linux.sysctl linux sysctl '{"net.x\ny":"1"}'
check "an unknown operator in resources" refuses linux.resources resources pids '{"limit":"many"}'
check "an unknown access to a device" refuses linux.resources.devices resources devices '[{"allow":true,"access":"q"}]'
check "a cgroup path that leads out" refuses linux.cgroupsPath linux cgroupsPath 5
check "the log in JSON" log_is_json
check "the log as text" log_is_text
check "the log of a success" log_says_nothing_of_success
check "no systemd" no_systemd
finish
