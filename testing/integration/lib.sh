# shellcheck shell=bash
# What every test script of this folder sources. A script defines functions, one
# for a case, and names them in `check` lines; `finish` is its last command.
#
# A case runs in a subshell with errexit in an empty directory, with standard
# input from /dev/null. It fails by any command that fails. After it, nothing of
# it may be left: see leaks.
set -euo pipefail
export LC_ALL=C

: "${STAGE:?is set by run_as.sh}" "${MODE:?}" "${ISOLATED:?}"
readonly BIN=$STAGE/bin
readonly GOLDEN=$STAGE/test/golden CHMDOCKER=$BIN/chmdocker PROBE=$BIN/probe
readonly SKIPPED=77

# Seconds that what a case has ended may take to be gone.
patience=10
passed=0 failed=0 skipped=0
detail=$STAGE/tmp/detail
: >"$detail"

# --- what the scripts call ---

check() { # check NAME FUNCTION [ARGUMENT...]
  local name=$1 status=0
  shift
  local mounts_before pids_before files_before
  rm -rf "$STAGE/tmp/case"
  read_mounts mounts_before
  read_pids pids_before
  read_files files_before
  mkdir "$STAGE/tmp/case"
  set +e
  (
    set -e
    cd "$STAGE/tmp/case"
    "$@"
  ) >"$detail" 2>&1 </dev/null
  status=$?
  set -e
  if ! leaks >>"$detail"; then status=1; fi
  report "$name" "$status"
}

report() { # report NAME STATUS
  case $2 in
    0)
      passed=$((passed + 1))
      echo "ok - $1"
      ;;
    "$SKIPPED")
      skipped=$((skipped + 1))
      echo "skip - $1: $(tail -n 1 "$detail")"
      ;;
    *)
      failed=$((failed + 1))
      echo "not ok - $1"
      tail -n 40 "$detail" | cut -c 1-400 | sed 's/^/# /'
      ;;
  esac
}

# Ends a case that can't run here.
skip() { # skip REASON
  echo "$1"
  exit "$SKIPPED"
}

has_call() { # has_call CALL
  [[ ,${MISSING:-}, != *,"$1",* ]]
}
needs_call() { # needs_call CALL
  has_call "$1" || skip "needs $1, which is left out here"
}

finish() {
  rm -rf "$STAGE/tmp/case"
  echo "# $passed passed, $failed failed, $skipped skipped"
  ((failed == 0)) || exit 1
  ((passed + skipped > 0)) || {
    echo "# no case was run"
    exit 1
  }
  exit 0
}

# Runs a command; $code, $out and $err are what became of it, and the files out
# and err have the same byte by byte.
run() {
  code=0
  "$@" >out 2>err || code=$?
  out=$(tr -d '\0' <out)
  err=$(tr -d '\0' <err)
}

# chmdocker without its log lines, so that errors stand alone.
quiet() { "$CHMDOCKER" --log-level error "$@"; }

# Starts chmdocker in the background; $pid is its process, out and err are files.
start() { # start WORD...
  # What an earlier one wrote must not be taken for this one's.
  rm -f out err
  # A background job of a script ignores SIGINT and SIGQUIT.
  env --default-signal "$CHMDOCKER" --log-level error "$@" >out 2>err &
  pid=$!
}

# Its exit code.
end() {
  code=0
  await has_ended "$pid" || kill -KILL "$pid"
  wait "$pid" || code=$?
}

# The host's pid of the container's pid 1.
container_pid() { tr -d ' ' <"/proc/$pid/task/$pid/children"; }

expect_code() { # expect_code N
  [[ $code == "$1" ]] && return
  echo "exit code $code, and not $1; standard output and error:"
  head -c 2000 out err
  return 1
}

expect() { # expect WHAT WANTED GOT
  [[ $2 == "$3" ]] && return
  printf '%s:\n  wanted: %q\n  got:    %q\n' "$1" "$2" "$3"
  return 1
}

expect_has() { # expect_has TEXT PART
  [[ $1 == *"$2"* ]] && return
  printf 'wanted %q in:\n%s\n' "$2" "$1"
  return 1
}

expect_no() { # expect_no TEXT PART
  [[ $1 != *"$2"* ]] && return
  printf 'did not want %q in:\n%s\n' "$2" "$1"
  return 1
}

# Of what was run: it went well, and said nothing on standard error.
well() {
  expect_code 0
  expect "standard error" "" "$err"
}

# chmdocker refused to run it.
refused() { # refused TEXT
  expect_code 125
  expect_has "$err" "$1"
}

expect_line() { # expect_line TEXT LINE
  [[ $'\n'$1$'\n' == *$'\n'"$2"$'\n'* ]] && return
  printf 'wanted the line %q in:\n%s\n' "$2" "$1"
  return 1
}

expect_match() { # expect_match TEXT REGEX
  [[ $1 =~ $2 ]] && return
  printf 'wanted a match of %s in:\n%s\n' "$2" "$1"
  return 1
}

# is_json FILE: strings, numbers, literals, and brackets that match: removed from
# the inside out, nothing is left but a word.
is_json() {
  local text last=''
  text=$(sed -E 's/"([^"\\]|\\.)*"/s/g; s/-?[0-9]+(\.[0-9]+)?/n/g; s/\b(true|false|null)\b/n/g' "$1" | tr -d ' \n\t')
  until [[ $text == "$last" ]]; do
    last=$text
    text=$(sed -E 's/\{(s:[snx](,s:[snx])*)?\}/x/g; s/\[([snx](,[snx])*)?\]/x/g' <<<"$text")
  done
  [[ $text == x ]] || {
    echo "no JSON; what is left: ${text:0:200}"
    return 1
  }
}

# Runs a command as in a container with a user namespace of its own, whose /proc
# has hidden parts; 77 where that can't be had.
in_masked_proc() { # in_masked_proc COMMAND...
  # shellcheck disable=SC2016
  unshare --user --map-root-user --mount bash -c '
    mount --bind /dev/null /proc/uptime 2>/dev/null || exit 77
    exec unshare --user --map-root-user --mount "$@"' - "$@"
}

# as_user_with RANGES-FILE COMMAND...: as user 1000, whom these ranges belong to.
as_user_with() {
  local file=$1
  shift
  chmod 644 "$file"
  # shellcheck disable=SC2016
  unshare --mount --propagation private bash -c '
    [[ -e /etc/subuid && -e /etc/subgid ]] || exit 77
    mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid || exit 77
    shift
    exec setpriv --reuid=1000 --regid=1000 --clear-groups "$@"' - "$file" "$@"
}

needs_real_root() {
  is_mapped_root && skip "needs root of the host"
  [[ -u /usr/bin/newuidmap ]] || skip "needs the package uidmap"
}

needs_ids() { is_root && ! is_mapped_root || skip "one user only is mapped"; }

# A fact of probe's output $out: fact KEY, all values one a line.
fact() { sed -n "s/^$1=//p" <<<"$out"; }

# Waits until a command succeeds, 20 s at most.
await() {
  local end=$((SECONDS + 20))
  until "$@"; do
    if ((SECONDS > end)); then
      echo "in vain waited for: $*"
      return 1
    fi
    sleep 0.01
  done
}

state_of() { # state_of PID: R, S, T, Z, ..., or nothing
  local stat=''
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || true
  stat=${stat##*) }
  echo "${stat%% *}"
}
has_state() { [[ $(state_of "$1") == "$2" ]]; }
has_ended() { [[ $(state_of "$1") == [ZX]* || ! -e /proc/$1 ]]; }

has_line() { # has_line FILE LINE
  grep -qxF -- "$2" "$1" 2>/dev/null
}

is_root() { [[ $MODE == root ]]; }
# Root of a user namespace, who has fewer rights.
is_mapped_root() { [[ ${MAPPED_ROOT:-no} == yes ]]; }

# Runs the probe in the root file system `root`, or on the host's:
# in_root FLAG... -- ACTION...
in_root() {
  local flags actions
  split_words "$@"
  prepare_root
  run quiet run --rootfs root "${flags[@]}" /probe "${actions[@]}"
}
on_host() {
  local flags actions
  split_words "$@"
  run quiet run "${flags[@]}" "$PROBE" "${actions[@]}"
}
split_words() { # into the caller's flags and actions
  flags=()
  while [[ $1 != -- ]]; do
    flags+=("$1")
    shift
  done
  actions=("${@:2}")
}
# What it has; a script may have its own.
prepare_root() { [[ -d root ]] || make_rootfs root; }

# A root file system with nothing but the probe: make_rootfs DIRECTORY.
make_rootfs() {
  mkdir -p "$1"
  chmod 755 "$1"
  cp "$PROBE" "$1/probe"
}

# --- the leak checker ---

read_mounts() { # read_mounts VARIABLE
  local -n mounts_out=$1
  IFS= read -r -d '' mounts_out </proc/self/mountinfo || true
}

read_files() { # read_files VARIABLE
  local -n files_out=$1
  files_out=("$STAGE"/tmp/* /dev/shm/*)
  if [[ $ISOLATED == yes ]]; then files_out+=(/tmp/*); fi
}

# All processes of the test's own pid namespace; where it has none, those that
# run a program of ours or are in another pid namespace.
read_pids() { # read_pids VARIABLE
  local -n pids_out=$1
  local all=(/proc/[0-9]*) process
  pids_out=()
  for process in "${all[@]}"; do
    if [[ $ISOLATED == yes ]] || is_ours "$process"; then
      pids_out+=("${process#/proc/}")
    fi
  done
}

is_ours() { # is_ours /proc/PID
  local name
  [[ -O $1 ]] || return
  for name in chmdocker probe pty fault recvtty; do
    [[ ! $1/exe -ef $BIN/$name ]] || return 0
  done
  [[ -e $1/ns/pid && ! $1/ns/pid -ef /proc/self/ns/pid ]]
}

# Sets $left to the processes that were not there before the case.
find_left_processes() {
  local now pid
  read_pids now
  left=()
  for pid in "${now[@]}"; do
    [[ " ${pids_before[*]} " == *" $pid "* ]] || left+=("$pid")
  done
}

# What is left of containers' cgroups; see run_as.sh.
left_cgroups() {
  [[ -z ${OWN_CGROUP:-} ]] || find "$OWN_CGROUP" -mindepth 1 -depth -type d
}

# Prints what a case has left behind, and fails if there is any. What it should
# have ended may take a moment to do so. What else a script's cases could leave
# is looked for by its function more_leaks.
leaks() {
  local pid found=no left mounts_after files_after end=$((SECONDS + patience))
  find_left_processes
  while ((${#left[@]} > 0 && SECONDS < end)); do
    sleep 0.01
    find_left_processes
  done
  for pid in "${left[@]}"; do
    found=yes
    echo "leak: process $pid: $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")"
    kill -KILL "$pid" 2>/dev/null || true
  done
  while [[ -n $(left_cgroups) ]] && ((SECONDS < end)); do sleep 0.01; done
  if [[ -n $(left_cgroups) ]]; then
    found=yes
    echo "leak: cgroups: $(left_cgroups | xargs)"
    left_cgroups | xargs rmdir 2>/dev/null || true
  fi
  read_mounts mounts_after
  if [[ $mounts_before != "$mounts_after" ]]; then
    found=yes
    echo "leak: mounts"
    diff <(echo "$mounts_before") <(echo "$mounts_after") || true
  fi
  rm -rf "$STAGE/tmp/case"
  if declare -F more_leaks >/dev/null; then more_leaks || found=yes; fi
  read_files files_after
  if [[ ${files_before[*]} != "${files_after[*]}" ]]; then
    found=yes
    echo "leak: files: ${files_after[*]}; before: ${files_before[*]}"
  fi
  [[ $found == no ]]
}
