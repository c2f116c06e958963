#!/usr/bin/env bash
# --net, --ipc, --pid, --uts and --userns.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# No other test's.
UNIQUE=chmn$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
readonly UNIQUE STATE=$STAGE/tmp/state
mkdir "$STATE"

quiet() { "$CHMDOCKER" --log-level error --root "$STATE" "$@"; }

own_cgroups() { find /sys/fs/cgroup -depth -type d -path "*/$UNIQUE*" 2>/dev/null || true; }
nothing_kept() { [[ -z $(own_cgroups) && -z $(ls "$STATE") ]]; }
more_leaks() {
  local end=$((SECONDS + patience))
  until nothing_kept || ((SECONDS > end)); do sleep 0.01; done
  nothing_kept && return
  echo "leak: cgroups or records: $(own_cgroups) $(ls "$STATE")"
  own_cgroups | while read -r directory; do rmdir "$directory" || true; done
  rm -rf "${STATE:?}"/*
  return 1
}

with_cgroups() { is_root && ! is_mapped_root && [[ -d /sys/fs/cgroup ]]; }
needs_cgroups() { with_cgroups || skip "cgroups need root"; }
# start_named NAME WORD...: in the background, until it says that it is ready.
start_named() {
  rm -f "out.$1"
  env --default-signal "$CHMDOCKER" --log-level error --root "$STATE" run \
    --name "$1" --cgroup-parent "/$UNIQUE-$1" "${@:2}" >"out.$1" 2>"err.$1" &
  pid=$!
  await has_line "out.$1" ready
  # Its first word may come before that is on record.
  await is_running "$1"
}
is_running() { "$CHMDOCKER" --root "$STATE" state "$1" 2>/dev/null | grep -q '"status": "running"'; }

# Whether the container of $out has the caller's: expect_ns KIND yes|no.
expect_ns() {
  local same=no
  [[ $(fact "ns.$1") != "$(readlink "/proc/self/ns/$1")" ]] || same=yes
  expect "the host's $1 namespace" "$2" "$same"
}
# In both forms, one by $form: inside FLAG... -- ACTION...
inside() {
  if [[ $form == rootfs ]]; then
    in_root "$@"
  else
    on_host "$@"
  fi
}
hosts_namespaces() {
  local flag kind other
  for form in rootfs tutorial; do
    for flag in net=host network=host ipc=host uts=host; do
      inside "--$flag" -- fact ns
      well
      for kind in net ipc uts pid mnt; do
        other=no
        [[ ${flag/work/} != "$kind=host" ]] || other=yes
        expect_ns "$kind" "$other"
      done
    done
    # The last one counts; these are so anyway.
    inside --net host --net none --ipc private --uts private --userns private -- fact ns
    well
    for kind in net ipc uts; do expect_ns "$kind" no; done
  done
}

shared_memory() {
  form=rootfs
  : >"/dev/shm/chmdocker-test-$$"
  # shellcheck disable=SC2064
  trap "rm -f /dev/shm/chmdocker-test-$$" EXIT
  inside --ipc host -- list /dev/shm fact mount
  well
  expect_line "$out" "list /dev/shm: chmdocker-test-$$"
  expect_match "$(fact mount)" ' /dev/shm rw,nosuid,nodev,noexec'
  inside -- list /dev/shm
  expect "its own" "" "$out"
  inside --ipc shareable -- list /dev/shm fact ns
  expect_no "$out" "list /dev/shm:"
  expect_ns ipc no
  inside --ipc none -- list /dev/shm fact ns
  expect_line "$out" "list /dev/shm: ENOENT"
  expect_ns ipc no
  run quiet run --ipc none "$PROBE" say hello
  refused "--ipc none: needs an image or --rootfs DIR"
}

# Names are found as on the host, unless the caller wants otherwise.
network_files() {
  form=rootfs
  local name
  make_rootfs root
  inside --net host -- exit 0
  well
  [[ ! -e root/etc ]]
  mkdir root/etc own
  for name in hosts resolv.conf; do
    [[ -e /etc/$name ]] || continue
    inside --net host -- read "/etc/$name" open-write "/etc/$name" size "/etc/$name"
    well
    expect_no "$out" "open-write /etc/$name: OK"
    ! is_root || expect_line "$out" "open-write /etc/$name: EROFS"
    expect_line "$out" "size /etc/$name: $(stat -Lc %s "/etc/$name")"
    inside -- size "/etc/$name"
    expect_line "$out" "size /etc/$name: 0"
    echo mine >own/file
    inside --net host -v "./own/file:/etc/$name" -- size "/etc/$name"
    expect_line "$out" "size /etc/$name: 5"
  done
  inside --net host -v ./own:/etc -- list /etc
  well
  expect "another /etc" "list /etc: file" "$out"
  # What can't be made is left out.
  rm -f root/etc/*
  chmod 555 root/etc
  inside --net host -- exit 0
  well
  # A link of the image leads nowhere else (CVE-2019-18837).
  chmod 755 root/etc
  echo precious >victim
  ln -sf "$PWD/victim" root/etc/hosts
  inside --net host -- size /etc/hosts
  well
  expect "the file" precious "$(<victim)"
  [[ ! -e /etc/hosts ]] || expect_line "$out" "size /etc/hosts: $(stat -Lc %s /etc/hosts)"
}

no_shared_memory() {
  is_root || skip "hides /dev/shm"
  make_rootfs root
  run unshare --mount --propagation private bash -c \
    'mount -t tmpfs tmpfs /dev && exec "$@"' - "$CHMDOCKER" --root "$STATE" run --ipc host --rootfs root /probe
  refused "--ipc host: this host does not have /dev/shm"
}

user_namespace() {
  form=tutorial
  inside --userns host -- fact ns.user
  if is_root; then
    well
    expect_ns user yes
  else
    expect_code 125
    expect_has "$err" EPERM
  fi
}

# Both ways of /proc: the host's own, and one that is mounted anew.
processes_of_the_host() {
  needs_cgroups
  for form in rootfs tutorial; do
    inside --pid host --cgroup-parent "/$UNIQUE" -- fact ns fact pid list /proc
    well
    expect_ns pid yes
    expect_ns net no
    expect_line "$out" "list /proc: $$"
    expect "its number" no "$([[ $(fact pid) == 1 ]] && echo yes || echo no)"
    inside --pid host --pid private -- fact ns fact pid
    well
    expect_ns pid no
    expect "its number" 1 "$(fact pid)"
  done
}

# The kernel would not end it with the first.
orphans_end() {
  needs_cgroups
  for form in rootfs tutorial; do
    inside --pid host --cgroup-parent "/$UNIQUE" -- orphan exit 3
    expect_code 3
  done
}

signals_and_host_pids() {
  needs_cgroups
  start_named box --pid host "$PROBE" orphan say ready pause
  kill -TERM "$pid"
  end
  expect_code 143
  start_named box --pid host "$PROBE" orphan say ready pause
  kill -KILL "$pid"
  end
  await nothing_kept
}

# On v2, where root can give an ordinary user a cgroup.
host_pids_for_a_user() {
  needs_cgroups
  local mount=/sys/fs/cgroup/unified cgroup
  [[ ! -e /sys/fs/cgroup/cgroup.controllers ]] || mount=/sys/fs/cgroup
  [[ -e $mount/cgroup.procs ]] || skip "needs cgroup v2"
  cgroup=$mount/$UNIQUE
  mkdir "$cgroup" "$cgroup/shell" state
  make_rootfs root
  chown -R 1000 "$cgroup"{,/cgroup.procs} "$cgroup/shell"{,/cgroup.procs} .
  # shellcheck disable=SC2064
  trap "rmdir '$cgroup/shell' '$cgroup'" EXIT
  as_delegate() {
    run bash -c 'echo 0 >"$1/cgroup.procs"; shift; exec setpriv --reuid=1000 --regid=1000 --clear-groups "$@"' \
      - "$cgroup/shell" "$CHMDOCKER" --log-level error --root "$PWD/state" run "$@"
  }
  as_delegate --pid host --rootfs root /probe orphan fact ns list /proc
  well
  expect_ns pid yes
  expect_line "$out" "list /proc: $$"
  as_delegate --pid host "$PROBE" orphan fact ns list /proc
  well
  expect_ns pid yes
  expect_line "$out" "list /proc: $$"
  as_delegate --pid host --require fresh-proc --rootfs root /probe exit 0
  expect_code 125
  expect_has "$err" "EPERM"
}

host_pids_without_a_cgroup() {
  with_cgroups && skip "root may make cgroups"
  run quiet run --pid host "$PROBE" say hello
  expect_code 125
  expect "standard output" "" "$out"
  expect_has "$err" "without a pid namespace of its own the container's processes could not be ended; that needs"
}

# The same namespaces as the process: like PID KIND...
like() {
  local kind
  for kind in "${@:2}"; do
    expect "$kind" "$(readlink "/proc/$1/ns/$kind")" "$(fact "ns.$kind")"
  done
}
first_of() { "$CHMDOCKER" --root "$STATE" state "$1" | sed -n 's/.*"pid": \([0-9]*\).*/\1/p'; }

of_a_container() {
  needs_cgroups
  local box pod
  make_rootfs root
  start_named box --rootfs root /probe say ready pause
  box=$pid
  start_named pod "$PROBE" say ready pause
  pod=$pid
  for form in rootfs tutorial; do
    inside --net container:box --ipc container:box -- fact ns
    well
    like "$(first_of box)" net ipc
    for kind in pid uts mnt; do expect_ns "$kind" no; done
    expect "pid" no "$([[ $(fact ns.pid) == "$(readlink "/proc/$(first_of box)/ns/pid")" ]] && echo yes || echo no)"
    inside --pid container:box --cgroup-parent "/$UNIQUE" -- fact ns list /proc orphan
    well
    like "$(first_of box)" pid
    expect_line "$out" "list /proc: 1"
    # Two at once; and a container that shares it itself.
    inside --net container:box --network container:pod --ipc container:box -- fact ns
    well
    like "$(first_of pod)" net
    like "$(first_of box)" ipc
  done
  inside --pid container:pod --pid private --net container:no --net none -- fact ns
  well
  kill -TERM "$box" "$pod"
  wait "$box" "$pod" || true
}

hosts_by_a_container() {
  needs_cgroups
  form=rootfs
  start_named box --net host "$PROBE" say ready pause
  inside --net container:box -- fact ns
  well
  expect_ns net yes
  inside --net container:box --sysctl net.ipv4.ip_forward=1 -- exit 0
  expect_code 125
  expect_has "$err" "would change the host's"
  kill -TERM "$pid"
  end
}

# Its end takes all of its pid namespace along.
first_of_pids_ends() {
  needs_cgroups
  start_named box "$PROBE" say ready pause
  local box=$pid
  start_named guest --pid container:box "$PROBE" orphan say ready pause
  kill -TERM "$box"
  wait "$box" || true
  end
  expect_code 137
}

no_such_container() {
  local kind=net
  run quiet run --net container:box "$PROBE" say hello
  refused "net namespace of container \"box\": container \"box\" does not exist"
  run quiet run --ipc container:../box "$PROBE" say hello
  refused '--ipc "container:../box": '
  with_cgroups || return 0
  for kind in net ipc pid; do
    mkdir "$STATE/box"
    run quiet run "--$kind" container:box "$PROBE" say hello
    expect_code 125
    expect_has "$err" "$kind namespace of container \"box\": "
    rmdir "$STATE/box"
  done
}

# Its record names a process; another one has the number by now.
number_of_another() {
  needs_cgroups
  start_named box "$PROBE" say ready pause
  sed "s/\"pid\": *$(first_of box)\b/\"pid\": $$/" "$STATE/box/state.json" >record
  kill -TERM "$pid"
  end
  grep -q "\"pid\": $$" record
  mkdir "$STATE/box"
  cp record "$STATE/box/state.json"
  run quiet run --net container:box "$PROBE" say hello
  refused 'net namespace of container "box": container not running: it is stopped'
  rm -r "${STATE:?}/box"
}

# Also of an ordinary user, whose container has a user namespace.
of_a_users_container() {
  is_root && skip "is for an ordinary user"
  make_rootfs root
  start_named_user box --rootfs root /probe say ready pause
  for form in rootfs tutorial; do
    inside --net container:box --ipc container:box -- fact ns fact uid
    well
    like "$(first_of box)" net ipc user
    expect uid 0 "$(fact uid)"
    expect_ns pid no
  done
  kill -TERM "$pid"
  end
}
start_named_user() {
  env --default-signal "$CHMDOCKER" --log-level error --root "$STATE" run --name "$@" >out.box 2>err.box &
  pid=$!
  await has_line out.box ready
}

conflicts() {
  local flags text
  form=rootfs
  while IFS='|' read -r flags text; do
    # shellcheck disable=SC2086
    inside $flags -- exit 0
    expect_code 125
    expect_has "$err" "$text"
  done <<'END'
--uts host --hostname box|conflicting options: --hostname and --uts host
--ipc host --shm-size 1m|conflicting options: --shm-size and --ipc host
--net host --sysctl net.ipv4.ip_forward=1|would change the host's
--ipc host --sysctl kernel.msgmax=4096|would change the host's
--net bridge|--net "bridge": wants none, container:NAME or host
--ipc x|--ipc "x": wants private, shareable, none, container:NAME or host
--ipc none --shm-size 1m|conflicting options: --shm-size and --ipc none
--uts container:box|--uts "container:box": wants private or host
END
}

check "namespaces of the host" hosts_namespaces
check "--ipc host: /dev/shm" shared_memory
check "--ipc host: no /dev/shm" no_shared_memory
check "--net host: /etc/hosts and /etc/resolv.conf" network_files
check "--userns host" user_namespace
check "--pid host: the host's processes" processes_of_the_host
check "--pid host: all of its own end" orphans_end
check "--pid host: signals, and a killed chmdocker" signals_and_host_pids
check "--pid host for a user with a cgroup" host_pids_for_a_user
check "--pid host without a cgroup" host_pids_without_a_cgroup
check "namespaces of a container" of_a_container
check "the host's, by a container that has them" hosts_by_a_container
check "--pid container: its first process ends" first_of_pids_ends
check "containers that are not there" no_such_container
check "a record whose process is another by now" number_of_another
check "namespaces of a user's container" of_a_users_container
check "what does not go together" conflicts
rmdir "$STATE"
finish
