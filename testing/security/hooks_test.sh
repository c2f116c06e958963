#!/usr/bin/env bash
# What an image can do with the hooks that it brings: startContainer.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=../oci/bundle.sh
source "$(dirname "$0")/bundle.sh"

# start_hook SCRIPT [MEMBER]: a hook that says into ./seen/said what SCRIPT prints.
start_hook() {
  mkdir -p seen
  chmod 777 seen
  add_mount /seen bind "$PWD/seen" bind
  config[hooks]="{\"startContainer\":[{\"path\":\"/bin/sh\",
    \"args\":[\"sh\",\"-c\",$(json "{ $1; } >/seen/said 2>&1")],\"env\":[\"PATH=/bin\"]${2:-}}]}"
  args /bin/sleep 60
}

create_and_start() {
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  run rt start "$id"
  rt delete --force "$id"
}

# Between create and start the directory becomes a way to a descriptor.
directory_by_descriptor() {
  local n
  start_hook 'ls -a . ..'
  process[cwd]='"/work"'
  for n in 3 4 5 6 7 8 9 10 11 12 13; do
    bundle
    rm -rf b/rootfs/work seen/said
    mkdir b/rootfs/work
    rt create --bundle b "$id" >/dev/null 2>&1
    rmdir b/rootfs/work
    ln -s "/proc/self/fd/$n" b/rootfs/work
    run rt start "$id"
    rt delete --force "$id"
    [[ $code != 0 ]] || expect "what /proc/self/fd/$n shows" '' "$(cat seen/said)"
  done
}

# The hook's interpreter is the program that starts it.
own_program() {
  local sum
  sum=$(sha256sum <"$program")
  make_full_rootfs b/rootfs
  printf '#!/proc/self/exe --help\n' >b/rootfs/evil
  chmod +x b/rootfs/evil
  config[hooks]='{"startContainer":[{"path":"/evil"}]}'
  args /bin/sleep 60
  create_and_start
  # With the runtime as its interpreter it has printed its help.
  [[ $code != 0 ]]
  expect_match "$err" "startContainer hook #0"
  expect "sha256" "$sum" "$(sha256sum <"$program")"
}

rights() {
  needs_ids
  start_hook 'id -u; id -g; id -G; grep -E "CapPrm|CapBnd|NoNew|Seccomp:" /proc/self/status; umask; ulimit -n; pwd'
  process[user]='{"uid":7,"gid":8,"additionalGids":[9],"umask":63}'
  process[cwd]='"/tmp"'
  process[rlimits]='[{"type":"RLIMIT_NOFILE","soft":99,"hard":99}]'
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["sethostname"],"action":"SCMP_ACT_ERRNO"}]}'
  capabilities '"CAP_KILL"'
  create_and_start
  expect_code 0
  expect "rights" $'7
8
8 9
CapPrm:\t0000000000000000
CapBnd:\t0000000000000020
NoNewPrivs:\t1
Seccomp:\t2
0077
99
/tmp' "$(cat seen/said)"
}

# Nothing of the caller's, and nothing of the command's.
surroundings() {
  start_hook 'env | grep -v -e SHLVL -e PWD; ls -l /proc/self/fd; cat /proc/self/cgroup'
  create_and_start
  expect_code 0
  expect "environment" PATH=/bin "$(grep "^[A-Z_]*=" seen/said)"
  expect "descriptors" 3 "$(grep -c -e '->' seen/said)"
  is_root && ! is_mapped_root || return 0
  expect_has "$(cat seen/said)" "$id"
}

state_is_read_only() {
  start_hook 'cat; echo >>/proc/self/fd/0'
  create_and_start
  [[ $code != 0 ]]
  expect_has "$(cat seen/said)" "\"id\":\"$id\""
  expect_has "$(cat seen/said)" "not permitted"
}

time_out() {
  start_hook 'sleep 600' ',"timeout":1'
  local begin=$SECONDS
  create_and_start
  expect_error "error running startContainer hook #0: \"/bin/sh\" timed out after 1 s"
  ((SECONDS - begin < 6))
}

failures() {
  config[hooks]='{"startContainer":[{"path":"/bin/sh","args":["sh","-c","echo word; exit 3"]}]}'
  args /bin/sleep 60
  create_and_start
  expect_error 'error running startContainer hook #0: "/bin/sh": exit status 3: word'
  config[hooks]='{"startContainer":[{"path":"/not/there"}]}'
  create_and_start
  expect_error 'error running startContainer hook #0: "/not/there": '
  expect_error ENOENT
}

check "CVE-2024-21626: a hook's directory by a descriptor" directory_by_descriptor
check "CVE-2019-5736: a hook whose interpreter is the runtime" own_program
check "a hook of the image has the command's rights" rights
check "a hook of the image has surroundings of its own" surroundings
check "a hook can't change the state it is given" state_is_read_only
check "a hook's time-out" time_out
check "a hook's failure" failures
finish
