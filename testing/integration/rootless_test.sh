#!/usr/bin/env bash
# The ids of an ordinary user's container, and a /proc where the kernel allows no new
# one.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# user_run RANGES WORD...: chmdocker run as user 1000, whom these lines of /etc/subuid
# belong to, with a root file system.
user_run() {
  echo "$1" >ranges
  shift
  [[ -d root ]] || make_rootfs root
  chown -R 1000:1000 .
  run as_user_with ranges "$CHMDOCKER" run --rootfs root "$@"
  [[ $code != 77 ]] || skip "/etc/subuid can't be covered here"
}

expect_ranges() {
  expect_code 0
  expect "user ids" "0 1000 1
1 300000 65536" "$(fact uid_map)"
  expect "group ids" "0 1000 1
1 300000 65536" "$(fact gid_map)"
  expect "setgroups" allow "$(tail -n 1 <<<"$out")"
}
expect_single() {
  expect_code 0
  expect "user ids" "0 1000 1" "$(fact uid_map)"
  expect "group ids" "0 1000 1" "$(fact gid_map)"
}
facts=(/probe fact uid_map fact gid_map read /proc/self/setgroups)

ranges_are_mapped() {
  needs_real_root
  user_run 1000:300000:65536 "${facts[@]}"
  expect_ranges
  expect_no "$err" "one user id"
  user_run 1000:300000:65536 --ti /probe say hello
  expect_code 0
  expect_has "$out" hello
}

ranges_are_explained() {
  needs_real_root
  user_run 1000:300000:65536 --explain /probe say hello
  expect_code 0
  expect_match "$err" 'map users "0 1000 1, 1 300000 65536" and groups .*, or else "0 1000 1" and "0 1000 1" +ok'
}

one_id_is_told() {
  needs_real_root
  user_run 7:300000:65536 "${facts[@]}"
  expect_single
  expect_has "$err" '"level":"info"'
  expect_has "$err" "one user id and one group id"
  expect_has "$err" "/etc/subuid has no range for"
  expect_has "$err" "usermod --add-subuids 365536-431071"
  user_run 7:300000:65536 --dry-run /probe
  expect_match "$out" "note: the container has one user id"
  expect "standard error" "" "$err"
  user_run 7:300000:65536 --dry-run --format json /probe
  is_json out
}

# On the host's root file system other ids would own nothing.
one_id_on_the_hosts_root() {
  needs_real_root
  echo 1000:300000:65536 >ranges
  run as_user_with ranges "$CHMDOCKER" run "$PROBE" fact uid_map fact gid_map
  expect_single
  expect_no "$err" "one user id"
}

# with_program NAME FILE WORD...: with FILE in place of newuidmap or newgidmap.
with_program() {
  local name=$1 file=$2
  shift 2
  [[ -d root ]] || make_rootfs root
  chown -R 1000:1000 root
  # shellcheck disable=SC2016
  run unshare --mount --propagation private bash -c '
    mount --bind "$1" "$2" || exit 77
    mount -o remount,bind,suid "$2" || exit 77
    shift 2
    "$@"' - "$file" "/usr/bin/$name" "$@"
  [[ $code != 77 ]] || skip "/usr/bin/$name can't be covered here"
}

a_refusal_is_told_and_passed_over() {
  needs_real_root
  cp /bin/false program
  chmod 4755 program
  echo 1000:300000:65536 >ranges
  export -f as_user_with
  local name
  for name in newuidmap newgidmap; do
    with_program "$name" program bash -c 'as_user_with "$@"' - ranges "$CHMDOCKER" run --rootfs root "${facts[@]}"
    expect_code 0
    expect_has "$err" '"level":"warning"'
    expect_has "$err" "$name refused to map these ids"
  done
  expect "group ids" "0 1000 1" "$(fact gid_map)"
}

a_program_without_rights_is_not_asked() {
  needs_real_root
  cp /bin/false program
  chmod 755 program
  echo 1000:300000:65536 >ranges
  export -f as_user_with
  with_program newuidmap program bash -c 'as_user_with "$@"' - ranges "$CHMDOCKER" run --rootfs root "${facts[@]}"
  expect_single
  expect_has "$err" "/usr/bin/newuidmap does not run with root's rights"
  expect_has "$err" "chmod 4755 /usr/bin/newuidmap"
  # Who else could write it would get root's rights.
  chmod 4777 program
  with_program newuidmap program bash -c 'as_user_with "$@"' - ranges "$CHMDOCKER" run --rootfs root "${facts[@]}"
  expect_single
  expect_has "$err" "does not run with root's rights"
}

no_new_privs_is_told() {
  needs_real_root
  echo 1000:300000:65536 >ranges
  make_rootfs root
  chown -R 1000:1000 root
  run as_user_with ranges setpriv --no-new-privs "$CHMDOCKER" run --rootfs root "${facts[@]}"
  expect_single
  expect_has "$err" "no_new_privs is set"
}

masked_run() { # masked_run WORD...
  run in_masked_proc "$CHMDOCKER" run "$@"
  [[ $code != 77 ]] || skip "nothing can be mounted in /proc here"
}

weaker_proc_is_told() {
  make_rootfs root
  masked_run --rootfs root /probe list /proc write-error /proc/sys/kernel/hostname fact pid
  expect_code 0
  expect_has "$out" "list /proc: self"
  expect_has "$err" '"level":"warning"'
  expect_match "$err" '/proc (is the caller.s|shows processes only)'
  masked_run "$PROBE" list /proc
  expect_code 0
  expect_match "$err" '/proc (is the caller.s|shows processes only)'
}

# What is read-only and hidden in a usual /proc is so in this one, too.
weaker_proc_is_protected() {
  make_rootfs root
  masked_run --rootfs root /probe open-write /proc/sys/kernel/domainname size /proc/keys
  expect_code 0
  expect_match "$out" 'open-write /proc/sys/kernel/domainname: (EROFS|ENOENT|EACCES)'
  expect_match "$out" 'size /proc/keys: (0|ENOENT)'
}

weaker_proc_without_new_calls() {
  make_rootfs root
  run in_masked_proc "$BIN/enosys" ENOSYS open_tree,move_mount,mount_setattr "$CHMDOCKER" run --rootfs root /probe list /proc
  [[ $code != 77 ]] || skip "nothing can be mounted in /proc here"
  expect_code 0
  expect_has "$out" "list /proc: self"
}

fresh_proc_is_required() {
  make_rootfs root
  local where
  for where in "--rootfs root /probe" "$PROBE"; do
    # shellcheck disable=SC2086
    masked_run --require fresh-proc $where list /proc
    expect_code 125
    expect_match "$err" 'mount proc on .*EPERM'
  done
  run quiet run --require fresh-proc --rootfs root /probe say hello
  expect_code 0
  expect "standard error" "" "$err"
  run quiet run --require another "$PROBE"
  expect_code 125
  expect_has "$err" "wants fresh-proc"
}

if is_root; then
  check "ranges are mapped" ranges_are_mapped
  check "ranges are explained" ranges_are_explained
  check "a single id is told" one_id_is_told
  check "a single id on the host's root file system" one_id_on_the_hosts_root
  check "a refusal of newuidmap is told and passed over" a_refusal_is_told_and_passed_over
  check "a newuidmap without rights is not asked" a_program_without_rights_is_not_asked
  check "no_new_privs of the caller" no_new_privs_is_told
fi
check "a weaker /proc is told" weaker_proc_is_told
check "a weaker /proc is protected" weaker_proc_is_protected
check "a weaker /proc by the classic calls" weaker_proc_without_new_calls
check "--require fresh-proc" fresh_proc_is_required
finish
