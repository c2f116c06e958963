#!/usr/bin/env bash
# Hosts that have too little of something, and a thousand containers at once: an error
# says what is missing, what could be made works, and nothing is left.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=bundle.sh
source "$(dirname "$0")/bundle.sh"

# On a file system with room for N KiB, the state is written whole or not at all.
disk_is_full() {
  is_root && ! is_mapped_root || skip "mounts a small file system"
  args /probe exit 0
  bundle
  mkdir small
  local size failed=0 worked=0
  for size in 4 8 12 16 20 24 32 48; do
    mount -t tmpfs -o "size=${size}k" tmpfs small
    run "$program" --root "$PWD/small/state" create --bundle b "$id" </dev/null
    if [[ $code == 0 ]]; then
      worked=$((worked + 1))
      silently "$program" --root "$PWD/small/state" delete --force "$id"
    else
      failed=$((failed + 1))
      expect_has "$err" "ENOSPC (no space left on device)"
    fi
    [[ ! -d small/state ]] || expect "state after $size KiB" "" "$(ls -A small/state)"
    umount small
  done
  echo "$failed sizes are too small, $worked are not"
  ((failed > 0 && worked > 0))
}

# With each number of descriptors. Of a run that has none left to clean up with,
# `delete --force` removes what is there.
few_descriptors() {
  args /probe exit 0
  bundle
  local number failed=0 worked=0
  for number in {3..40}; do
    run bash -c 'ulimit -n "$1" && shift && exec "$@"' - "$number" "$program" --root "$ROOT" run --bundle b "$id"
    if [[ $code == 0 ]]; then
      worked=$((worked + 1))
    else
      failed=$((failed + 1))
      expect_has "$err" "EMFILE"
      rt delete --force "$id" >/dev/null 2>&1 || true
    fi
    expect "state with $number descriptors" "" "$(ls -A "$ROOT")"
  done
  echo "$failed numbers are too small, $worked are not"
  ((failed > 0 && worked > 0))
}

# With little address space, an allocation fails somewhere; it ends with words or by the
# kernel's signal, and what it had made is gone or goes with `delete --force`.
little_memory() {
  args /probe exit 0
  bundle
  local size failed=0 worked=0
  for ((size = 1000; size < 4000; size += 50)); do
    run bash -c 'ulimit -v "$1" && shift && exec "$@"' - "$size" "$program" --root "$ROOT" run --bundle b "$id"
    if [[ $code == 0 ]]; then
      worked=$((worked + 1))
    else
      failed=$((failed + 1))
      rt delete --force "$id" >/dev/null 2>&1 || true
    fi
    expect "state with $size KiB" "" "$(ls -A "$ROOT")"
  done
  echo "$failed sizes are too small, $worked are not"
  ((failed > 0 && worked > 0))
}

# All of them run at the same time, each with a state and cgroups of its own.
thousand_at_once() {
  is_root && ! is_mapped_root || skip "tried as root only"
  local count=1000 n ended=0
  args /probe say ready pause
  bundle
  mkdir said
  for ((n = 0; n < count; n++)); do
    rt run --bundle b "$id-$n" >"said/$n" 2>&1 </dev/null &
  done
  await all_are_ready "$count" || {
    cat said/* | sort | uniq -c
    return 1
  }
  expect "listed" "$count" "$(rt list --quiet | wc -l)"
  for ((n = 0; n < count; n++)); do
    rt kill "$id-$n" KILL &
  done
  wait
  expect "words" "$count ready" "$(cat said/* | sort | uniq -c | sed 's/^ *//')"
}
all_are_ready() { # all_are_ready COUNT
  (($(cat said/* | grep -c ready) == $1))
}

check "a disk that is full" disk_is_full
check "few descriptors" few_descriptors
check "little memory" little_memory
check "a thousand containers at once" thousand_at_once

finish
