#!/usr/bin/env bash
# The six kinds of hooks: where and when they run, what they are given, and what
# their failure does.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

# A hook that writes what it sees to $PWD/seen/NAME, and its name to $PWD/order:
# hook NAME [ENDING], as JSON. startContainer is looked for in the container, where
# the directory is /seen.
hook() {
  local directory=$PWD
  [[ $1 != startContainer ]] || directory=/seen/..
  printf '{"path":"/bin/sh","args":["sh","-c",%s],"env":["NAME=%s","PATH=/bin:/usr/bin"],"timeout":10}' "$(json "
    cd $directory/seen || exit 9
    cat >\$NAME.state
    echo \$NAME >>order
    readlink /proc/self/ns/mnt >\$NAME.mnt; readlink /proc/self/ns/pid >\$NAME.pid; pwd >/dev/null
    env >\$NAME.env
    ${2:-:}")" "$1"
}

readonly KINDS='prestart createRuntime createContainer startContainer poststart poststop'

set_up() { # set_up [KIND ENDING]: all six, one with an ending of its own
  local kind list=()
  mkdir -p seen
  chmod 777 seen
  add_mount /seen bind "$PWD/seen" bind
  for kind in $KINDS; do
    if [[ ${1:-} == "$kind" ]]; then
      list+=("\"$kind\":[$(hook "$kind" "$2")]")
    else
      list+=("\"$kind\":[$(hook "$kind")]")
    fi
  done
  config[hooks]="{$(joined "${list[@]}")}"
}

order() { tr '\n' ' ' <seen/order 2>/dev/null || true; }

in_order() {
  set_up
  shell 'echo command >>/seen/order; sleep 60'
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  # runc 1.1 has poststart hooks in create, against the specification.
  expect_match "$(order)" "^prestart createRuntime createContainer $([[ $RUNTIME != runc ]] || echo 'poststart ')$"
  rt start "$id" >/dev/null 2>&1
  await has_line seen/order command
  await has_line seen/order poststart
  expect_match "$(order)" "startContainer .*command"
  rt kill "$id" KILL
  expect_status stopped
  expect_no "$(order)" poststop
  rt delete "$id"
  expect_match "$(order)" "poststop $"
}

in_their_namespaces() {
  set_up
  args /bin/sleep 60
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  local first mount pids
  first=$(init_pid)
  mount=$(readlink "/proc/$first/ns/mnt")
  pids=$(readlink "/proc/$first/ns/pid")
  rt start "$id"
  await test -s seen/poststart.env
  rt delete --force "$id"
  local kind
  for kind in prestart createRuntime poststart poststop; do
    expect "mounts of $kind" "$(readlink /proc/self/ns/mnt)" "$(cat "seen/$kind.mnt")"
  done
  expect "mounts of createContainer" "$mount" "$(cat seen/createContainer.mnt)"
  expect "mounts of startContainer" "$mount" "$(cat seen/startContainer.mnt)"
  expect "pids of startContainer" "$pids" "$(cat seen/startContainer.pid)"
}

state_on_stdin() {
  differs crun "1.8 gives startContainer hooks another bundle and no pid"
  set_up
  config[annotations]='{"org.example":"yes"}'
  args /bin/sleep 60
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  local first
  first=$(init_pid)
  rt start "$id"
  await test -s seen/poststart.env
  rt delete --force "$id"
  local kind status
  for kind in $KINDS; do
    case $kind in
      prestart | createRuntime | createContainer) status='creat(ed|ing)' ;;
      startContainer) status='(created|creating|starting|running)' ;;
      # runc 1.1 runs them before the start.
      poststart) status=$([[ $RUNTIME == runc ]] && echo created || echo running) ;;
      poststop) status=stopped ;;
    esac
    expect_match "$(cat seen/$kind.state)" "\"id\": *\"$id\""
    expect_match "$(cat seen/$kind.state)" "\"bundle\": *\"$PWD/b\""
    expect_match "$(cat seen/$kind.state)" '"org.example": *"yes"'
    expect_match "$(cat seen/$kind.state)" "\"status\": *\"$status\""
    [[ $kind == *Container || $kind == poststop ]] ||
      expect_match "$(cat seen/$kind.state)" "\"pid\": *${first}[^0-9]"
    # Nothing of the caller's environment.
    expect_line "$(cat seen/$kind.env)" "NAME=$kind"
    expect_no "$(cat seen/$kind.env)" STAGE=
  done
}

failure_of() { # failure_of KIND
  set_up "$1" "exit 3"
  shell 'echo command >>/seen/order'
  bundle
  run rt run --bundle b "$id"
  ! exists
  case $1 in
    prestart | createRuntime | createContainer | startContainer)
      [[ $code != 0 ]]
      expect_no "$(order)" command
      [[ $RUNTIME == crun ]] || expect_match "$err" "$1|hook"
      ;;
    poststart)
      expect_has "$(order)" "$1"
      [[ $RUNTIME != crun ]] || differs crun "1.8 goes on"
      [[ $code != 0 ]]
      ;;
    poststop) expect_code 0 ;;
  esac
  # What create has begun, poststop ends.
  [[ $RUNTIME != chmdocker ]] || expect_has "$(order)" poststop
}

# What could not be started has stopped: runtime-spec's runtime.md, "Lifecycle".
start_is_refused() {
  set_up startContainer "exit 3"
  shell 'echo command >>/seen/order'
  bundle
  rt create --bundle b "$id" >/dev/null 2>&1
  run rt start "$id"
  [[ $code != 0 || $RUNTIME != chmdocker ]]
  expect_status stopped
  expect_no "$(order)" command
  rt delete "$id"
}

rolled_back() {
  set_up createContainer "exit 3"
  bundle
  run rt create --bundle b --pid-file "$PWD/pid" "$id"
  [[ $code != 0 ]]
  ! exists
  expect "cgroups" "" "$(own_cgroups)"
}

timeouts() {
  mkdir seen
  config[hooks]='{"createRuntime":[{"path":"/bin/sleep","args":["sleep","600"],"timeout":1}]}'
  bundle
  local begin=$SECONDS
  run rt run --bundle b "$id"
  expect_error ""
  ((SECONDS - begin < 6))
}

unread_state() {
  config[annotations]="{\"big\":\"$(head -c 200000 /dev/zero | tr '\0' x)\"}"
  config[hooks]='{"createRuntime":[{"path":"/bin/true"}]}'
  bundle
  run rt run --bundle b "$id"
  [[ $code == 0 || $RUNTIME != runc ]] || differs runc "1.1.5: $err"
  expect_code 0
}

arguments() {
  mkdir seen
  # shellcheck disable=SC2016
  config[hooks]="{\"createRuntime\":[{\"path\":\"/bin/sh\",\"args\":[\"other name\",\"-c\",\"cat >/dev/null; echo \\\"\$0 \$1\\\" >$PWD/seen/a\",\"zero\",\"one two\"]},
    {\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"cat >/dev/null; echo second >>$PWD/seen/a\"]}]}"
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  expect "arguments" $'zero one two\nsecond' "$(cat seen/a)"
}

missing_program() {
  config[hooks]='{"createRuntime":[{"path":"/not/there"}]}'
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
  config[hooks]='{"createRuntime":[{"path":"not-absolute"}]}'
  bundle
  run rt run --bundle b "$id"
  [[ $code != 0 ]]
}

# The hook's own mounts become the container's: what GPU toolkits rely on.
create_container_can_mount() {
  needs_cgroups
  mkdir source
  echo given >source/file
  make_full_rootfs b/rootfs
  mkdir b/rootfs/given
  config[hooks]="{\"createContainer\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"cat >/dev/null; mount --bind $PWD/source $PWD/b/rootfs/given\"],\"env\":[\"PATH=/bin:/usr/bin\"]}]}"
  args cat /given/file
  bundle
  run rt run --bundle b "$id"
  expect_code 0
  expect "file" given "$out"
}

# What such a hook mounts is what is hidden, though the last mount was beside it.
hidden_in_what_a_hook_mounts() {
  needs_cgroups
  make_full_rootfs b/rootfs
  mkdir -p b/rootfs/given/x source/x
  echo hidden >source/secret
  mounts+=('{"destination":"/given/x","type":"tmpfs","source":"tmpfs"}')
  linux[maskedPaths]='["/given/secret"]'
  config[hooks]="{\"createContainer\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"cat >/dev/null; mount --bind $PWD/source $PWD/b/rootfs/given\"],\"env\":[\"PATH=/bin:/usr/bin\"]}]}"
  args sh -c 'ls /given; cat /given/secret'
  bundle
  run rt run --bundle b "$id"
  expect_line "$out" secret
  expect_no "$out" hidden
}

check "they run in order" in_order
check "they run in their namespaces" in_their_namespaces
check "they have the state and an environment of their own" state_on_stdin
for kind in $KINDS; do check "a failing $kind hook" failure_of "$kind"; done
check "what could not be started has stopped" start_is_refused
check "a failure takes everything back" rolled_back
check "time-outs" timeouts
check "a hook need not read the state" unread_state
check "arguments" arguments
check "a program that is missing" missing_program
check "mounts of createContainer hooks are the container's" create_container_can_mount
check "what is in a hook's mount is hidden" hidden_in_what_a_hook_mounts
finish
