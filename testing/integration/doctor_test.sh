#!/usr/bin/env bash
# chmdocker doctor: what it finds on hosts that lack something.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

state_in_table() { sed -nE "s/^$1 +([a-z]+) .*/\1/p" out; } # state_in_table ABILITY

# What is said of an ability that is not ok: expect_bad ABILITY STATE PART...
expect_bad() {
  local name=$1 lines part
  expect "state of $name" "$2" "$(state_in_table "$name")"
  lines=$(sed -n "/^$name /,/^[^ ]/p" out)
  expect_has "$lines" "costs: "
  shift 2
  for part in "$@"; do expect_has "$lines" "$part"; done
}

can_run() {
  run "$CHMDOCKER" doctor
  expect_code 0
  expect "standard error" "" "$err"
  local name
  for name in namespaces user-namespaces proc memfd seccomp; do
    expect "state of $name" ok "$(state_in_table "$name")"
  done
  expect_line "$out" "containers can be run by this user"
}

as_json() {
  local flags
  for flags in --json "--format json" "-f json"; do
    # shellcheck disable=SC2086
    run "$CHMDOCKER" doctor $flags
    expect_code 0
    is_json out
    expect_has "$out" '"canRun": true'
    expect_has "$out" '"name": "user-namespaces"'
  done
}

misuse() {
  run "$CHMDOCKER" doctor --no-such-flag
  expect_code 125
  run "$CHMDOCKER" doctor 7
  expect_code 125
}

# without CALL ABILITY: a call that the kernel does not have, or a filter forbids.
without() {
  run "$BIN/enosys" ENOSYS "$1" "$CHMDOCKER" doctor
  expect_code 0
  expect_bad "$2" "${3:-limited}" "mend:"
}

everything_is_missed() {
  run "$BIN/enosys" ENOSYS openat2,mount_setattr,open_tree,move_mount,close_range,clone3,pidfd_open,pidfd_send_signal,landlock_create_ruleset "$CHMDOCKER" doctor --json
  expect_code 0
  is_json out
  expect "abilities that are not ok" 6 "$(grep -cE '"state": "(limited|missing)"' <<<"$(sed -n '/mount-api\|clone3\|openat2\|pidfd\|close-range\|landlock/{n;p}' out)")"
}

user_namespaces_forbidden() {
  run unshare --user --map-root-user bash -c '
    echo 0 >/proc/sys/user/max_user_namespaces || exit 77
    exec setpriv --bounding-set=-sys_admin --inh-caps=-all "$@"' \
    - "$CHMDOCKER" doctor
  [[ $code != 77 ]] || skip "user.max_user_namespaces can't be set here"
  expect_code 1
  expect_bad namespaces missing "/proc/sys/user/max_user_namespaces is 0" "sysctl user.max_user_namespaces=15000"
  expect_line "$out" "containers can't be run by this user"
}

no_network_namespaces() {
  run unshare --user --map-root-user bash -c '
    echo 0 >/proc/sys/user/max_net_namespaces || exit 77
    exec "$@"' - "$CHMDOCKER" doctor
  [[ $code != 77 ]] || skip "user.max_net_namespaces can't be set here"
  expect_code 1
  expect_bad namespaces missing "sysctl user.max_net_namespaces=15000"
}

# As in a container whose /proc has masked paths: it is the container's own user
# namespace that can't take them away.
masked_proc() {
  run in_masked_proc "$CHMDOCKER" doctor
  [[ $code != 77 ]] || skip "nothing can be mounted in /proc here"
  expect_code 0
  expect_bad proc limited EPERM systempaths=unconfined
}

executable_memfds_forbidden() {
  run unshare --pid --fork --mount-proc --kill-child bash -c '
    echo 2 >/proc/sys/vm/memfd_noexec || exit 77
    "$@"' - "$CHMDOCKER" doctor
  [[ $code != 77 ]] || skip "vm.memfd_noexec can't be set here"
  expect_code 1
  expect_bad memfd missing "sysctl vm.memfd_noexec=0"
}

doctor_with() { # doctor_with LINE: of /etc/subuid and /etc/subgid
  needs_real_root
  echo "$1" >ranges
  run as_user_with ranges "$CHMDOCKER" doctor
  [[ $code != 77 ]] || skip "/etc/subuid can't be covered here"
  expect_code 0
}

with_ranges() {
  doctor_with 1000:300000:65536
  expect_match "$out" 'id-ranges +ok +users 300000-365535; groups 300000-365535'
}

without_ranges() {
  doctor_with 7:300000:65536
  expect_bad id-ranges limited "/etc/subuid has no range for" "usermod --add-subuids 365536-431071 --add-subgids 365536-431071 "
}

check "this host can run containers" can_run
check "json" as_json
check "misuse" misuse
check "without openat2" without openat2 openat2
check "without move_mount" without move_mount mount-api
check "without mount_setattr" without mount_setattr mount-api
check "without clone3" without clone3 clone3
check "without pidfd_open" without pidfd_open pidfd
check "without close_range" without close_range close-range
check "without Landlock" without landlock_create_ruleset landlock missing
check "without all of them" everything_is_missed
check "user namespaces forbidden" user_namespaces_forbidden
check "network namespaces forbidden" no_network_namespaces
check "a /proc with hidden parts" masked_proc
if is_root; then
  check "executable memfds forbidden" executable_memfds_forbidden
  check "an ordinary user with ranges" with_ranges
  check "an ordinary user without" without_ranges
fi
finish
