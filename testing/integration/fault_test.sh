#!/usr/bin/env bash
# Every system call of a launch fails once, and either side is killed at every
# one of them: the message names what failed, and nothing is left behind.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

readonly EIO=5

# Not with the list of calls as its input.
fault() { timeout -s KILL 20 "$BIN/fault" "$@" </dev/null; }

# calls SIDE PROGRAM...: lines "NUMBER NAME" of the calls that SIDE makes.
calls() {
  local side=$1
  shift
  fault "$side" list "$@" 2>&1 >/dev/null </dev/null | sed -n 's/^fault: //p'
}

# musl's start, before any of our code: arch_prctl and set_tid_address. It ends
# the program by a fault, which the kernel keeps from a traced pid 1 for ever.
is_of_libc() { [[ $1 == "system call 158" || $1 == "system call 218" ]]; }

# Failures that are passed over by design, each with the reason.
#   close     what was wanted of the descriptor is done
#   umask     it can't fail
#   fcntl     F_SETFD of a descriptor that init has just got can't fail
#   ppoll     that asks whether chmdocker is still there; it was a moment ago
#   28        madvise: a page not made present in advance is when it is touched
#   228       clock_gettime: only how long a step took is wrong
is_passed_over() { # is_passed_over NAME
  case $1 in
    ppoll | close | fcntl | umask | "system call 28" | "system call 228") return 0 ;;
  esac
  return 1
}

# child_fails WORD...: each call of the child fails, from the start of its plan.
child_fails() {
  local number name tried=0
  local -A occurrences=()
  while read -r number name; do
    ! is_of_libc "$name" || continue
    # 63 of 64 signals are one like the other.
    occurrences[$name]=$((${occurrences[$name]:-0} + 1))
    [[ $name != rt_sigaction || ${occurrences[$name]} -le 2 ]] || continue
    echo "trying call $number, $name"
    run fault child fail "$number" "$EIO" "$CHMDOCKER" --log-level error "$@"
    one_failure "$number"
    tried=$((tried + 1))
  done < <(calls child "$CHMDOCKER" --log-level error "$@")
  ((tried > 10))
}

one_failure() { # one_failure NUMBER
  local message name
  # Not as it was listed: the kernel may ask for an openat2 to be tried again,
  # and the numbers shift. 100: this time there were fewer.
  name=$(sed -n 's/^fault: [0-9]* //p' err)
  ((code != 100)) && ! is_of_libc "$name" || return 0
  set -- "$1" "$name"
  message=$(grep '^chmdocker: ' err || true)
  if ((code == 0)); then
    is_passed_over "$2" || [[ " ${tolerated:-} " == *" $2 "* ]] || {
      echo "call $1, $2, failed, and nobody minded"
      return 1
    }
    return
  fi
  if ((code != 125 && code != 126)); then
    echo "call $1, $2: exit code $code"
    cat err
    return 1
  fi
  # What two fstats say is compared, and one that fails is another file.
  if [[ $2 == fstat ]]; then
    expect_match "$message" 'step [0-9]+/[0-9]+ '
    return
  fi
  expect_match "$message" "step [0-9]+/[0-9]+ .*: $2: EIO \\(i/o error\\)|step [0-9]+/[0-9]+ .*: EIO|was killed while it set"
}

# The parent from its first own call on; before are libc's.
parent_fails() {
  local number name tried=0 first
  first=$(calls parent "$CHMDOCKER" --log-level error "$@" | sed -n 's/ signalfd4$//p')
  while read -r number name; do
    # Without memory there is no orderly end, and a close always closes.
    [[ $name != mmap && $name != close ]] || continue
    ((number >= first)) || continue
    echo "trying call $number, $name"
    run fault parent fail "$number" "$EIO" "$CHMDOCKER" --log-level error "$@"
    # 0 where the failure does not matter, 125 where it does; never a signal.
    # 100: this time there were fewer, as calls for memory differ.
    ((code == 0 || code == 125 || code == 100)) || {
      echo "call $number, $name: exit code $code"
      cat err
      return 1
    }
    processes_left "$number $name"
    tried=$((tried + 1))
  done < <(calls parent "$CHMDOCKER" --log-level error "$@")
  ((tried > 10))
}

# Of the container; at once, for the exit of chmdocker is its end.
processes_left() { # processes_left WHEN
  [[ $ISOLATED == yes ]] || return 0
  local process
  for process in /proc/[0-9]*; do
    [[ $process/exe -ef $PROBE || $process/exe -ef $CHMDOCKER ]] || continue
    await is_gone_or_zombie "$process" && continue
    echo "$1: left behind: $process"
    return 1
  done
}
is_gone_or_zombie() { [[ ! $1/exe -ef $PROBE && ! $1/exe -ef $CHMDOCKER ]]; }

parent_killed() {
  local number name tried=0
  while read -r number name; do
    [[ $name != mmap && $name != "system call"* ]] || continue
    run fault parent kill "$number" "$CHMDOCKER" --log-level error "$@"
    ((code == 100)) || expect_code 137
    processes_left "killed at $number $name"
    tried=$((tried + 1))
  done < <(calls parent "$CHMDOCKER" --log-level error "$@")
  ((tried > 10))
}

child_killed() {
  local number name tried=0
  local -A occurrences=()
  while read -r number name; do
    occurrences[$name]=$((${occurrences[$name]:-0} + 1))
    [[ $name != rt_sigaction || ${occurrences[$name]} -le 2 ]] || continue
    run fault child kill "$number" "$CHMDOCKER" --log-level error "$@"
    # This time there were fewer.
    ((code != 100)) || continue
    # Killed at the very execve, it is the command that was killed.
    [[ $code == 125 || $code == 137 ]] || {
      echo "killed at $number $name: exit code $code"
      cat err
      return 1
    }
    [[ $code == 137 ]] || expect_has "$err" "killed while it set the container up"
    tried=$((tried + 1))
  done < <(calls child "$CHMDOCKER" --log-level error "$@")
  ((tried > 10))
}

in_rootfs() { # in_rootfs FUNCTION FLAG...
  local function=$1
  shift
  make_rootfs root
  # A first run makes the mount points, so that every later one is the same.
  quiet run --rootfs root /probe
  "$function" run "$@" --rootfs root /probe
}

check "tutorial: each call of the container's side fails" child_fails run "$PROBE"
check "--ti: each call of the container's side fails" child_fails run --ti "$PROBE"
# Of a step's report only its line is lost.
tolerated=sendmsg
check "--explain: each call of the container's side fails" child_fails run --explain --hostname box -w / "$PROBE"
# fstat only asks whether the root is the host's own; readlinkat whether what is
# missing is a link that leads nowhere, and what is no link is made.
tolerated="fstat readlinkat"
check "--rootfs: each call of the container's side fails" in_rootfs child_fails --readonly
tolerated=''
check "tutorial: each call of chmdocker's fails" parent_fails run "$PROBE"
check "--ti: each call of chmdocker's fails" parent_fails run --ti "$PROBE"
check "tutorial: chmdocker is killed at each of its calls" parent_killed run "$PROBE"
check "--ti: chmdocker is killed at each of its calls" parent_killed run --ti "$PROBE"
check "--rootfs: chmdocker is killed at each of its calls" in_rootfs parent_killed --ti
check "tutorial: init is killed at each of its calls" child_killed run "$PROBE"
check "--ti: init is killed at each of its calls" child_killed run --ti "$PROBE"
finish
