#!/usr/bin/env bash
# linux.seccomp.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

runs() { # runs WORD...
  args /probe "$@"
  bundle
  run rt run --bundle b "$id"
}

errnos() {
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"],
    "syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"},{"names":["sethostname"],"action":"SCMP_ACT_ERRNO","errnoRet":28}]}'
  runs mkdir /tmp/x sethostname x fact status.Seccomp
  expect_code 0
  expect_line "$out" "mkdir /tmp/x: EPERM"
  expect_line "$out" "sethostname: ENOSPC"
  expect_line "$out" status.Seccomp=2
}

default_errno() {
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":30,"syscalls":[{"action":"SCMP_ACT_ALLOW","names":[
    "execve","execveat","read","write","writev","close","close_range","brk","mmap","munmap","mprotect","arch_prctl","set_tid_address",
    "exit","exit_group","rt_sigaction","rt_sigprocmask","rt_sigreturn","ioctl","fstat","newfstatat","stat","fcntl","openat","open",
    "readlink","getpid","prctl","prlimit64","rseq","set_robust_list","futex","sigaltstack","sched_getaffinity","clone","clone3","gettid","tgkill","nanosleep","epoll_ctl","epoll_create1","epoll_pwait","eventfd2","pipe2","getcwd","chdir","fchdir","setuid","setgid","setgroups","capset","capget","madvise","sched_yield","getdents64","lseek","fstatfs","poll","ppoll","dup3","dup","umask","recvmsg","sendmsg","wait4","setresuid","setresgid","statx","openat2","access","faccessat","faccessat2","unlink"]}]}'
  runs mkdir /tmp/x
  expect_code 0
  expect_line "$out" "mkdir /tmp/x: EROFS"
}

kills() {
  local action
  for action in SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS SCMP_ACT_TRAP; do
    linux[seccomp]="{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],\"action\":\"$action\"}]}"
    runs mkdir /tmp/x say survived
    expect_code 159
    expect_no "$out" survived
  done
}

arguments() {
  # kill(2) of signal 0x12 is denied, and of all those with 0x20 set.
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
    {"names":["kill"],"action":"SCMP_ACT_ERRNO","errnoRet":5,"args":[{"index":1,"value":18,"op":"SCMP_CMP_EQ"}]},
    {"names":["kill"],"action":"SCMP_ACT_ERRNO","errnoRet":5,"args":[{"index":1,"value":32,"valueTwo":32,"op":"SCMP_CMP_MASKED_EQ"}]}]}'
  shell 'kill -18 $$ || echo 18 denied; kill -33 $$ || echo 33 denied; kill -0 $$ && echo 0 allowed'
  bundle
  run rt run --bundle b "$id"
  expect_line "$out" "18 denied"
  expect_line "$out" "33 denied"
  expect_line "$out" "0 allowed"
}

# By its own filter it can't close what is open, and starts nevertheless.
close_is_refused() {
  process[noNewPrivileges]=false
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["close","close_range"],"action":"SCMP_ACT_ERRNO"}]}'
  runs say ran
  expect_code 0
  expect_line "$out" ran
}

unknown_names_are_ignored() {
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["no_such_call","mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}'
  runs mkdir /tmp/x
  expect_code 0
  expect_line "$out" "mkdir /tmp/x: EPERM"
}

without_no_new_privileges() {
  process[noNewPrivileges]=false
  errnos
}

bad_profiles() {
  local bad
  for bad in '{"defaultAction":"SCMP_ACT_NOSUCH"}' \
    '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_NOSUCH"]}' \
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO","args":[{"index":0,"value":1,"op":"SCMP_CMP_NOSUCH"}]}]}'; do
    linux[seccomp]=$bad
    bundle
    run rt run --bundle b "$id"
    expect_error ""
    [[ $RUNTIME != chmdocker ]] || expect_has "$err" linux.seccomp
  done
}

deny_mkdir() {
  linux[seccomp]='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}'
}

in_exec() {
  deny_mkdir
  args /bin/sleep 60
  bundle
  background
  run rt exec "$id" /probe mkdir /tmp/x
  rt delete --force "$id"
  expect "exec" "mkdir /tmp/x: EPERM" "$out"
}

# With what else the two sides say to each other on the way.
with_hooks() {
  config[hooks]='{"createRuntime":[{"path":"/bin/true"}],"createContainer":[{"path":"/bin/true"}]}'
  errnos
}

with_a_terminal() {
  deny_mkdir
  process[terminal]=true
  args /probe mkdir /tmp/x fact ctty
  bundle
  "$BIN/pty" 30x100 "$program" --root "$ROOT" run --bundle b "$id" <<'END'
expect mkdir /tmp/x: EPERM
expect ctty=yes
status 0
END
}

created_and_started() {
  deny_mkdir
  args /probe mkdir /tmp/x say end
  bundle
  rt create --bundle b "$id" >said 2>&1 </dev/null
  expect_no "$(cat said)" end
  rt start "$id"
  await has_line said end
  expect_status stopped
  rt delete "$id"
  expect_line "$(cat said)" "mkdir /tmp/x: EPERM"
}

# A call that an agent decides on: mkdir(2) is 83 and mkdirat(2) 258 on x86_64.
asks_an_agent() {
  differs crun "1.8 wants another kind of listener"
  linux[seccomp]="{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"$PWD/agent\",\"listenerMetadata\":\"m1\",
    \"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}"
  "$RECVTTY" --agent agent </dev/null >said 2>&1 &
  local agent=$!
  await has_line said listening
  args /probe mkdir /tmp/x
  bundle
  run timeout 20 "$program" --root "$ROOT" run --bundle b "$id"
  await has_ended "$agent" || kill "$agent"
  expect_match "$out" '^mkdir /tmp/x: (EXDEV|18)$'
  expect_match "$(cat said)" 'call: (83|258)'
  expect_line "$(cat said)" "hung up"
  # What came along is the state of the container's process (config-linux.md).
  local message
  message=$(sed -n 's/^message: //p' said)
  expect_match "$message" '"fds": *\["seccompFd"\]'
  expect_match "$message" '"metadata": *"m1"'
  expect_match "$message" "\"id\": *\"$id\""
  expect_match "$message" '"pid": *[1-9]'
}

no_agent() {
  linux[seccomp]="{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"$PWD/nobody\",
    \"syscalls\":[{\"names\":[\"mkdir\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}"
  bundle
  run rt run --bundle b "$id"
  expect_error nobody
  ! exists
}

check "errno, and one's own" errnos
check "the default errno" default_errno
check "killing and trapping" kills
check "arguments" arguments
check "a filter that refuses close" close_is_refused
check "unknown calls are ignored" unknown_names_are_ignored
check "without no_new_privs" without_no_new_privileges
check "bad profiles are errors" bad_profiles
check "with hooks" with_hooks
check "with a terminal" with_a_terminal
check "created, and started" created_and_started
check "exec has it, too" in_exec
check "an agent decides" asks_an_agent
check "an agent that is not there" no_agent
finish
