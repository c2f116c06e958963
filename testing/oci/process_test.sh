#!/usr/bin/env bash
# The process of config.json, and what is set for it.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

# runs WORD...: the bundle's process is the probe with these words.
runs() {
  args /probe "$@"
  bundle
  run rt run --bundle b "$id"
  expect_code 0
}
scripts() { # scripts SCRIPT
  shell "$1"
  bundle
  run rt run --bundle b "$id"
  expect_code 0
}

user_and_groups() {
  needs_ids
  process[user]='{"uid":7,"gid":8,"additionalGids":[9,1234567]}'
  runs fact uid fact euid fact gid fact egid fact groups fact env
  expect_line "$out" uid=7
  expect_line "$out" euid=7
  expect_line "$out" gid=8
  expect_line "$out" egid=8
  expect_match "$out" 'groups=(8 )?9 1234567 '
  [[ $RUNTIME != crun ]] || differs crun "1.8 sets HOME by exec alone"
  expect_line "$out" env=HOME=/home/ann
}

no_groups_of_the_caller() {
  needs_ids
  args /probe fact groups
  bundle
  run setpriv --groups 4,24 "$program" --root "$ROOT" run --bundle b "$id"
  expect_code 0
  expect_match "$out" '^groups=(0 )?$'
}

large_ids() {
  needs_ids
  differs runc "1.1.5 ends at 2^31"
  local bad
  process[user]='{"uid":4294967294,"gid":4294967294}'
  runs fact uid
  expect_line "$out" uid=4294967294 || expect_line "$out" uid=-2
  for bad in 4294967296 -1 '"0"' 1.5; do
    process[user]="{\"uid\":$bad,\"gid\":0}"
    args /probe fact uid
    bundle
    run rt run --bundle b "$id"
    [[ $code != 0 ]] || {
      [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "took the uid $bad"
      expect "exit code for uid $bad" "an error" "$out"
    }
  done
}

home() {
  runs fact env
  expect_line "$out" env=HOME=/root
  process[env]='["PATH=/bin","HOME=/else"]'
  runs fact env
  expect_line "$out" env=HOME=/else
  process[env]='["PATH=/bin","HOME=/else","HOME="]'
  runs fact env
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "leaves it empty"
  expect_line "$out" env=HOME=/root
  needs_ids
  process[env]='["PATH=/bin"]'
  process[user]='{"uid":77,"gid":77}'
  runs fact env
  differs crun "1.8 sets none then"
  expect_line "$out" env=HOME=/
}

environment_as_given() {
  process[env]='["PATH=/bin","A=1 2","B=","C=x=y","D=\u00e4\n"]'
  runs fact env
  expect "environment" 'env=PATH=/bin
env=A=1 2
env=B=
env=C=x=y
env=D=\xc3\xa4\x0a' "$(grep -v HOME <<<"$out")"
}

environment_without_duplicates() {
  process[env]='["PATH=/bin","A=1","A=2","B=3"]'
  runs fact env
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "passes both on"
  expect "environment" 'env=PATH=/bin
env=A=2
env=B=3' "$(grep -v HOME <<<"$out")"
}

debug_log() {
  bundle
  run rt --debug --log-format text run --bundle b "$id"
  expect_code 0
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "has steps of its own"
  expect_match "$err" 'level=debug msg="step [0-9]+/[0-9]+ exec'
  run rt --log-format text run --bundle b "$id"
  expect_no "$err" level=debug
}

umask_is_set() {
  runs fact umask
  expect "default" umask=0022 "$out"
  process[user]='{"uid":0,"gid":0,"umask":63}'
  runs fact umask
  expect "asked for" umask=0077 "$out"
}

directories() {
  process[cwd]='"/tmp"'
  runs fact cwd
  expect "cwd" cwd=/tmp "$out"
  rm -rf b
  process[cwd]='"/not/there"'
  runs fact cwd
  expect "one that is made" cwd=/not/there "$out"
  process[cwd]='"relative"'
  bundle
  differs crun "takes a relative directory"
  run rt run --bundle b "$id"
  expect_error "wd"
}

no_capabilities() {
  local none=0000000000000000
  unset 'process[capabilities]'
  process[capabilities]='{}'
  runs fact status.Cap
  expect "all five" "status.CapInh=$none
status.CapPrm=$none
status.CapEff=$none
status.CapBnd=$none
status.CapAmb=$none" "$out"
}

five_capability_sets() {
  process[capabilities]='{"bounding":["CAP_KILL","CAP_CHOWN","CAP_SYS_TIME"],"permitted":["CAP_KILL","CAP_CHOWN"],
    "inheritable":["CAP_KILL","CAP_CHOWN"],"effective":["CAP_CHOWN"],"ambient":["CAP_KILL"]}'
  runs fact status.Cap
  # A set-uid-root-less exec of root has all that the bounding set has.
  expect_line "$out" status.CapBnd=0000000002000021
  expect_line "$out" status.CapInh=0000000000000021
  expect_line "$out" status.CapAmb=0000000000000020
}

capabilities_of_an_ordinary_user() {
  needs_ids
  process[user]='{"uid":7,"gid":8}'
  runs fact status.Cap
  expect_line "$out" status.CapEff=0000000000000000
  expect_line "$out" status.CapBnd=0000000020000420
  process[capabilities]='{"bounding":["CAP_KILL"],"permitted":["CAP_KILL"],"inheritable":["CAP_KILL"],"effective":["CAP_KILL"],"ambient":["CAP_KILL"]}'
  runs fact status.Cap
  expect_line "$out" status.CapEff=0000000000000020
  expect_line "$out" status.CapPrm=0000000000000020
  expect_line "$out" status.CapAmb=0000000000000020
}

unknown_capability() {
  process[capabilities]='{"bounding":["CAP_NOSUCH"],"effective":["CAP_NOSUCH"],"permitted":["CAP_NOSUCH"]}'
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "not all of its warnings go to standard error"
  expect_match "$err" 'unknown .*CAP_NOSUCH'
}

# What the caller does not have it can't give: "runtimes SHOULD NOT fail".
ungranted_capability() {
  needs_ids
  process[capabilities]='{"bounding":["CAP_KILL","CAP_CHOWN"],"effective":["CAP_KILL","CAP_CHOWN"],"permitted":["CAP_KILL","CAP_CHOWN"]}'
  args /probe fact status
  bundle
  run setpriv --bounding-set -chown "$program" --root "$ROOT" run --bundle b "$id"
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "fails"
  expect_code 0
  expect_line "$out" status.CapPrm=0000000000000020
  expect_match "$err" 'does not have it itself: CAP_CHOWN'
}

unraisable_ambient_capability() {
  process[capabilities]='{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"],"ambient":["CAP_KILL"]}'
  args /probe fact status
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  expect_line "$out" status.CapAmb=0000000000000000
  [[ $RUNTIME == chmdocker ]] || differs "$RUNTIME" "not all of its warnings go to standard error"
  expect_match "$err" 'ambient .*CAP_KILL'
}

no_new_privileges() {
  runs fact status.NoNewPrivs
  expect_line "$out" status.NoNewPrivs=1
  process[noNewPrivileges]=false
  runs fact status.NoNewPrivs
  expect_line "$out" status.NoNewPrivs=0
}

rlimits() {
  process[rlimits]='[{"type":"RLIMIT_NOFILE","soft":100,"hard":200},{"type":"RLIMIT_CORE","soft":0,"hard":0},
    {"type":"RLIMIT_STACK","soft":1048576,"hard":2097152},{"type":"RLIMIT_NPROC","soft":500,"hard":600}]'
  runs read /proc/self/limits
  expect_match "$out" 'Max open files +100 +200 '
  expect_match "$out" 'Max core file size +0 +0 '
  expect_match "$out" 'Max stack size +1048576 +2097152 '
  expect_match "$out" 'Max processes +500 +600 '
}

every_rlimit() {
  local name list=()
  for name in AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME SIGPENDING STACK; do
    case $name in
      AS | DATA | STACK) list+=("{\"type\":\"RLIMIT_$name\",\"soft\":1073741824,\"hard\":1073741824}") ;;
      FSIZE | MEMLOCK | NICE | RTPRIO | MSGQUEUE | SIGPENDING) ;; # the hard limit may be lower here, or too low for the runtime
      *) list+=("{\"type\":\"RLIMIT_$name\",\"soft\":70,\"hard\":70}") ;;
    esac
  done
  process[rlimits]="[$(joined "${list[@]}")]"
  runs read /proc/self/limits
  expect_match "$out" 'Max address space +1073741824 +1073741824'
  expect_match "$out" 'Max cpu time +70 +70'
  expect_match "$out" 'Max file locks +70 +70'
  expect_match "$out" 'Max realtime timeout +70 +70'
}

bad_rlimits() {
  local bad
  for bad in '[{"type":"RLIMIT_FOO","soft":1,"hard":1}]' '[{"type":"RLIMIT_NOFILE","soft":9,"hard":1}]' \
    '[{"type":"RLIMIT_CORE","soft":0,"hard":0},{"type":"RLIMIT_CORE","soft":0,"hard":0}]'; do
    process[rlimits]=$bad
    bundle
    run rt run --bundle b "$id"
    [[ $RUNTIME == chmdocker || $code != 0 ]] || differs "$RUNTIME" "takes $bad"
    expect_error ""
    [[ $RUNTIME != chmdocker ]] || expect_has "$err" "process.rlimits"
  done
}

oom_score() {
  process[oomScoreAdj]=500
  runs read /proc/self/oom_score_adj
  expect "oom_score_adj" 500 "$out"
}

scheduler() {
  differs runc "1.1.5 ignores it"
  differs crun "1.8 ignores process.scheduler"
  # A lower niceness than the caller's takes a right that a user has not.
  process[scheduler]='{"policy":"SCHED_BATCH","nice":19}'
  # shellcheck disable=SC2016
  scripts 'awk "{print \$19, \$41}" /proc/self/stat'
  expect "nice and policy" "19 3" "$out"
}

memory_policy() {
  differs runc "1.1.5 has no memoryPolicy"
  differs crun "1.8 has no memoryPolicy"
  [[ -e /proc/self/numa_maps ]] || skip "this kernel has no NUMA"
  linux[memoryPolicy]='{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES"]}'
  runs read /proc/self/numa_maps
  expect_match "$out" ' bind=static:0 '
  linux[memoryPolicy]='{"mode":"MPOL_INTERLEAVE","nodes":"0"}'
  runs read /proc/self/numa_maps
  expect_match "$out" ' interleave:0 '
  linux[memoryPolicy]='{"mode":"MPOL_NOSUCH","nodes":"0"}'
  bundle
  run rt run --bundle b "$id"
  expect_error linux.memoryPolicy.mode
  linux[memoryPolicy]='{"mode":"MPOL_BIND","nodes":"0-"}'
  bundle
  run rt run --bundle b "$id"
  expect_error linux.memoryPolicy.nodes
}

io_priority() {
  differs runc "1.1.5 ignores it"
  differs crun "1.8 ignores process.ioPriority"
  process[ioPriority]='{"class":"IOPRIO_CLASS_BE","priority":6}'
  scripts 'ionice -p $$'
  expect "class and priority" "best-effort: prio 6" "$out"
  process[ioPriority]='{"class":"IOPRIO_CLASS_IDLE","priority":0}'
  scripts 'ionice -p $$'
  expect_has "$out" idle
}

personality() {
  differs runc "1.1.5 knows no personality"
  # The personality is root's to read.
  capabilities '"CAP_SYS_PTRACE"'
  linux[personality]='{"domain":"LINUX32"}'
  runs read /proc/self/personality
  expect "personality" 00000008 "$out"
}

cpu_affinity() {
  differs runc "1.1.5 ignores it"
  differs crun "1.8 ignores process.execCPUAffinity"
  args /bin/sleep 60
  process[execCPUAffinity]='{"initial":"0","final":"0"}'
  bundle
  background
  run rt exec "$id" /probe fact status.Cpus_allowed_list
  rt delete --force "$id"
  expect_line "$out" status.Cpus_allowed_list=0
}

cpu_affinity_of_the_caller() {
  needs_cgroups
  differs runc "1.1.5 hands it on"
  differs crun "1.8 hands it on"
  local all
  all=$(sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status)
  [[ $all == *[,-]* ]] || skip "needs two processors"
  args /bin/sleep 60
  bundle
  run taskset -c "${all%%[,-]*}" "$program" --root "$ROOT" create --bundle b "$id"
  expect_code 0
  rt start "$id"
  expect "of the command" "$all" "$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$(init_pid)/status")"
  run taskset -c "${all%%[,-]*}" "$program" --root "$ROOT" exec "$id" /probe fact status.Cpus_allowed_list
  rt delete --force "$id"
  expect_line "$out" "status.Cpus_allowed_list=$all"
}

own_session() {
  runs fact pid fact sid fact pgrp
  expect_line "$out" pid=1
  expect_line "$out" sid=1
  expect_line "$out" pgrp=1
}

nothing_leaks_in() {
  args /probe fact fd. fact status.SigBlk fact status.SigIgn fact status.Threads
  bundle
  run bash -c 'exec 3</etc/passwd 4</ 9>file; trap "" USR1; exec "$@"' - \
    "$program" --root "$ROOT" run --bundle b "$id"
  expect_code 0
  expect "descriptors" "fd.0 fd.1 fd.2" "$(sed -n 's/^\(fd\.[0-9]*\)=.*/\1/p' <<<"$out" | tr '\n' ' ' | sed 's/ $//')"
  expect_line "$out" status.SigBlk=0000000000000000
  expect_line "$out" status.Threads=1
}

streams_reach_it() {
  args /probe cat
  bundle
  run rt run --bundle b "$id" <<<"some input"
  expect "standard output" "some input" "$out"
  args /probe cat-to-stderr
  bundle
  run rt run --bundle b "$id" <<<"some input"
  expect "standard error" "some input" "$err"
  args /probe write 3000000
  bundle
  run rt run --bundle b "$id"
  expect "bytes" 3000000 "$(wc -c <out)"
}

looks_for_commands() {
  process[env]='["PATH=/nosuch:/tmp:/bin"]'
  args ls -d /probe
  bundle
  run rt run --bundle b "$id"
  expect "by PATH" /probe "$out"
  # One in PATH that is not executable is not the one.
  : >b/rootfs/tmp/ls
  run rt run --bundle b "$id"
  expect "the executable one" /probe "$out"
  cp b/rootfs/probe b/rootfs/tmp/.dot
  args .dot say hello
  bundle
  run rt run --bundle b "$id"
  [[ $RUNTIME != crun ]] || skip "crun differs: 1.8 takes names with a dot for paths"
  expect "a name with a dot" hello "$out"
}

scripts_need_an_interpreter() {
  make_full_rootfs b/rootfs
  printf '#!/bin/sh\necho "$0 $1"\n' >b/rootfs/script
  printf '#!/nosuch\n' >b/rootfs/orphan
  chmod +x b/rootfs/script b/rootfs/orphan
  args /script word
  bundle
  run rt run --bundle b "$id"
  expect "script" "/script word" "$out"
  args /orphan
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
}

check "user, group and additional groups" user_and_groups
check "the caller's groups are not the container's" no_groups_of_the_caller
check "ids up to 2^32 - 2" large_ids
check "HOME" home
check "each variable once" environment_without_duplicates
check "--debug tells each step" debug_log
check "the environment is as given" environment_as_given
check "umask" umask_is_set
check "the directory, and one that is made" directories
check "no capabilities at all" no_capabilities
check "the five capability sets" five_capability_sets
check "capabilities of an ordinary user" capabilities_of_an_ordinary_user
check "an unknown capability is warned of" unknown_capability
check "a capability that the caller lacks is warned of" ungranted_capability
check "an ambient capability that is not inheritable is warned of" unraisable_ambient_capability
check "no new privileges" no_new_privileges
check "limits" rlimits
check "every limit" every_rlimit
check "bad limits are errors" bad_rlimits
check "the score for the OOM killer" oom_score
check "scheduler" scheduler
check "I/O priority" io_priority
check "memory policy" memory_policy
check "personality" personality
check "CPU affinity of exec" cpu_affinity
check "CPU affinity of the caller" cpu_affinity_of_the_caller
check "the command leads a session of its own" own_session
check "descriptors and signals of the caller do not leak in" nothing_leaks_in
check "standard input, output and error" streams_reach_it
check "commands are looked for in PATH" looks_for_commands
check "scripts" scripts_need_an_interpreter
finish
