#!/usr/bin/env bash
# Hosts that lack something, and what of the host a container can reach.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# On a kernel without these calls everything works in another way.
works_without() { # works_without ERRNO CALLS
  make_rootfs root
  run "$BIN/enosys" "$1" "$2" "$CHMDOCKER" --log-level error run --ti "$PROBE" exit 3
  expect_code 3
  run "$BIN/enosys" "$1" "$2" "$CHMDOCKER" --log-level error run --ti --readonly \
    --rootfs root -w /w /probe create /file fact mount fact fd.
  expect_code 0
  expect_line "$out" "create /file: EROFS"
  expect_match "$(fact mount)" ' /proc/sys ro,'
  expect_no "$out" fd.3
}

# It closes what is open, by a call for each, and does not try all that might be.
closes_what_is_open() {
  command -v strace >/dev/null || skip "needs strace"
  exec 7</etc/passwd 900<. 1023</etc/passwd
  run strace -f -qq -e trace=close,fcntl -o calls "$BIN/enosys" ENOSYS close_range \
    "$CHMDOCKER" --log-level error run "$PROBE" fact fd.
  expect_code 0
  expect "descriptors" "fd.0 fd.1 fd.2" "$(sed -n 's/^\(fd\.[0-9]*\)=.*/\1/p' <<<"$out" | xargs)"
  local calls
  calls=$(wc -l <calls)
  ((calls < 2000)) || {
    echo "$calls calls"
    return 1
  }
}

# Where something else is at /proc, what it lists is not believed.
closes_what_no_proc_lists() {
  is_root || skip "needs to mount"
  ulimit -n 4096 2>/dev/null || skip "may not have 4096 descriptors"
  exec 4000</etc
  # shellcheck disable=SC2016
  run unshare --mount --propagation private bash -c '
    mount --no-mtab -t tmpfs tmpfs /proc && mkdir -p /proc/self/fd && exec "$@"' - \
    "$BIN/enosys" ENOSYS close_range "$CHMDOCKER" --log-level error run "$PROBE" fact fd.
  expect_code 0
  expect_has "$out" fd.2=
  expect_no "$out" fd.4000
}

signals_without() { # signals_without CALLS
  "$BIN/enosys" ENOSYS "$1" "$CHMDOCKER" --log-level error run "$PROBE" catch 10 say ready await exit 9 >out 2>err &
  pid=$!
  await has_line out ready
  kill -s 10 "$pid"
  end
  expect_code 9
}

user_namespaces_forbidden() {
  # In a user namespace of the test's own that setting can be changed.
  run unshare --user --map-root-user bash -c '
    echo 0 >/proc/sys/user/max_user_namespaces || exit 77
    exec setpriv --bounding-set=-sys_admin --inh-caps=-all "$@"' \
    - "$CHMDOCKER" --log-level error run "$PROBE"
  [[ $code != 77 ]] || skip "user.max_user_namespaces can't be set here"
  expect_code 125
  expect_match "$err" 'step 1/[0-9]+ clone .*(ENOSPC|EPERM)'
  expect_has "$err" 'sysctl user.max_user_namespaces='
}

# The container's first process is a sealed copy of init, and no path leads to
# the host's chmdocker (CVE-2019-5736).
own_program_is_unreachable() {
  local sum
  sum=$(sha256sum <"$CHMDOCKER")
  printf '#!/proc/self/exe\n' >evil
  chmod +x evil
  run quiet run "$PWD/evil"
  [[ $code == 126 || $code == 127 || $code == 125 ]]
  run quiet run /proc/self/exe say hello
  expect_code 125
  expect_has "$err" chmdocker-init
  make_rootfs root
  mkdir root/bin
  cp evil root/bin/sh
  run quiet run --rootfs root /bin/sh
  [[ $code != 0 ]]
  run quiet run --rootfs root /probe fact exe
  expect "the command's own program" exe=/probe "$out"
  expect "sha256 of chmdocker" "$sum" "$(sha256sum <"$CHMDOCKER")"
}

# Stopped at each of its calls, the process shows what it runs: init's memfd or
# the command, and the host's program only before init's execveat.
sealed_init() {
  local seen
  seen=$("$BIN/fault" child exe "$CHMDOCKER" --log-level error run --ti "$PROBE" 2>&1 >/dev/null | sed -n 's/^fault: exe //p' | uniq)
  expect_match "$seen" 'memfd:chmdocker-init \(deleted\) seals 15'
  expect "programs after init's exec" "" "$(sed '1,/memfd/d' <<<"$seen" | grep -F "$CHMDOCKER" || true)"
}

check "without openat2" works_without ENOSYS openat2
check "without mount_setattr, open_tree and move_mount" works_without ENOSYS mount_setattr,open_tree,move_mount
check "without close_range" works_without ENOSYS close_range
check "descriptors without close_range" closes_what_is_open
check "descriptors without close_range and /proc" closes_what_no_proc_lists
check "without clone3" works_without ENOSYS clone3
check "without pidfd_send_signal" works_without ENOSYS pidfd_send_signal
check "without all of these" works_without ENOSYS openat2,mount_setattr,open_tree,move_mount,close_range,clone3,pidfd_send_signal
check "with a filter that answers EPERM" works_without EPERM openat2,mount_setattr,open_tree,move_mount,close_range
check "signals without pidfd_send_signal" signals_without pidfd_send_signal
check "user namespaces forbidden" user_namespaces_forbidden
check "the host's chmdocker is out of reach" own_program_is_unreachable
check "init is a sealed memfd" sealed_init
finish
