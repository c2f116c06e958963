#!/usr/bin/env bash
# The test library itself: a case that fails, or leaves something behind, is
# seen.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# says WANTED FUNCTION...: what check reports of it, with its details.
says() {
  local wanted=$1 got
  shift
  got=$(
    patience=0
    check "inner" "$@"
  )
  expect_has "$got" "$wanted"
}

fails_in_the_middle() {
  false
  true
}
wrong_expectation() { expect "a thing" 1 2; }
wrong_part() { expect_has "a text" "another"; }
wrong_code() {
  run sh -c 'exit 3'
  expect_code 0
}
skips() { skip "for a reason"; }
leaves_a_process() { sleep 60 & }
# Its parent has ended, so that it is there when it is looked for.
leaves_an_orphan() {
  (sleep 60 &) &
  wait $!
}
leaves_a_mount() { mount -t tmpfs tmpfs /mnt; }
leaves_a_file() { : >/dev/shm/left; }
leaves_a_file_in_tmp() { : >/tmp/left; }
holds() { true; }

failures_are_seen() {
  says "not ok - inner" fails_in_the_middle
  says "# a thing:" wrong_expectation
  says '# wanted another in:' wrong_part
  says '# exit code 3, and not 0' wrong_code
  says "skip - inner: for a reason" skips
  says "ok - inner" holds
}

left_processes_are_seen() {
  [[ $ISOLATED == yes ]] || skip "needs a pid namespace of the test's own"
  says "leak: process" leaves_a_process
  says "leak: process" leaves_an_orphan
}

left_containers_are_seen() {
  leaves_a_container() {
    start run "$PROBE" say ready pause
    await has_line out ready
  }
  says "leak: process" leaves_a_container
}

left_cgroups_are_seen() {
  [[ -n ${OWN_CGROUP:-} ]] || skip "needs a cgroup of the test's own"
  leaves_a_cgroup() { mkdir -p "$OWN_CGROUP/left/deep"; }
  says "leak: cgroups" leaves_a_cgroup
  expect "removed" "" "$(find "$OWN_CGROUP" -mindepth 1 -type d)"
}

left_mounts_are_seen() {
  is_root || skip "mounting needs root"
  says "leak: mounts" leaves_a_mount
  umount /mnt
}

left_files_are_seen() {
  [[ $ISOLATED == yes ]] || skip "needs a /tmp of the test's own"
  says "leak: files" leaves_a_file
  rm /dev/shm/left
  says "leak: files" leaves_a_file_in_tmp
  rm /tmp/left
}

nothing_run_is_a_failure() {
  expect "exit code" 1 "$(passed=0 skipped=0 failed=0; (finish >/dev/null) && echo 0 || echo 1)"
}

check "a case that fails is seen" failures_are_seen
check "processes left behind are seen" left_processes_are_seen
check "containers left behind are seen" left_containers_are_seen
check "cgroups left behind are seen" left_cgroups_are_seen
check "mounts left behind are seen" left_mounts_are_seen
check "files left behind are seen" left_files_are_seen
check "a script that ran no case fails" nothing_run_is_a_failure
finish
