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

# Runs with each of these limits, an error of which has TEXT. What has no memory left to
# clean up with is ended by the kernel; `delete --force` removes what is there then.
with_limits() { # with_limits FLAG-OF-ULIMIT TEXT NUMBER...
  local flag=$1 text=$2 number failed=0 worked=0
  shift 2
  args /probe exit 0
  bundle
  for number; do
    # shellcheck disable=SC2016
    run bash -c 'ulimit "$1" "$2" && shift 2 && exec "$@"' - "$flag" "$number" "$program" --root "$ROOT" run --bundle b "$id"
    if [[ $code == 0 ]]; then
      worked=$((worked + 1))
    else
      failed=$((failed + 1))
      expect_has "$err" "$text"
      [[ -z $text || -z $(ls -A "$ROOT") ]] || {
        echo "with $number: $err"
        return 1
      }
      rt delete --force "$id" >/dev/null 2>&1 || true
    fi
    expect "state with $number" "" "$(ls -A "$ROOT")"
  done
  echo "$failed numbers are too small, $worked are not"
  ((failed > 0 && worked > 0))
}

few_descriptors() { with_limits -n EMFILE {3..40}; }

# In KiB. An allocation fails somewhere; it ends with words or by the kernel's signal.
little_memory() { with_limits -v "" {1000..3950..50}; }

# An ordinary user has 200, all containers of which would be in other tests' way.
no_more_keys() {
  args /probe exit 0
  bundle
  run "$BIN/enosys" EDQUOT keyctl "$program" --root "$ROOT" run --bundle b "$id"
  expect_error "EDQUOT (quota exceeded); the user has too many keys, of which each container takes one; sysctl kernel.keys.maxkeys allows more, and --no-new-keyring takes none"
  run "$BIN/enosys" EDQUOT keyctl "$program" --root "$ROOT" run --no-new-keyring --bundle b "$id"
  expect "without one" "0 " "$code $out$err"
}

# All of them run at the same time, each with a state and cgroups of its own; those of
# root with keyrings.
thousand_at_once() {
  local count=1000 n keyring=()
  is_root && ! is_mapped_root || keyring=(--no-new-keyring)
  args /probe say ready pause
  bundle
  mkdir said
  for ((n = 0; n < count; n++)); do
    rt run "${keyring[@]}" --bundle b "$id-$n" >"said/$n" 2>&1 </dev/null &
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
check "no more keys" no_more_keys
check "a thousand containers at once" thousand_at_once

finish
