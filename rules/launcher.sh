# shellcheck shell=bash
# Runs the container of a chmdocker_test. The script that the rule writes sets the
# variables that are not set here, and reads this; its arguments are the test's.
#
# Those, and what traps call:
# shellcheck disable=SC2154,SC2317
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C

# Seconds between a timeout's SIGTERM, which the command gets, and the end of the
# container. Bazel kills all after 15.
readonly GRACE=10
readonly INSIDE=/bazel # where the container has what is Bazel's
readonly FAILED=125    # chmdocker's exit code for a failure of its own

say() { echo "chmdocker_test: $*" >&2; }
die() {
  say "$@"
  exit 1
}

# With the same files, where that is possible; they are only read.
copy_directory() { # copy_directory DIRECTORY COPY
  cp -RLl -- "$1" "$2" 2>/dev/null || {
    rm -rf -- "$2"
    cp -RL -- "$1" "$2"
  }
  # Bazel's may not be written, and could not be removed.
  find "$2" -type d -exec chmod u+w {} +
}

# Prints the path of a directory of the same files in which there is no symlink: in
# runfiles, the directory or each of its files is one to where they were made.
real_directory() { # real_directory DIRECTORY COPY
  local path links targets base i
  path=$(realpath -- "$1")
  mapfile -d '' links < <(find "$path" -type l -printf '%P\0')
  if ((${#links[@]} == 0)); then
    echo "$path"
    return
  fi
  mapfile -d '' targets < <(cd -- "$path" && printf '%s\0' "${links[@]}" | xargs -0 realpath -z --)
  base=${targets[0]%"/${links[0]}"}
  for i in "${!links[@]}"; do
    [[ ${targets[i]} == "$base/${links[i]}" ]] || base=''
  done
  if [[ -z $base || -n $(find "$path" -type f -print -quit) ]]; then
    base=$2
    mkdir -p "$(dirname "$base")"
    copy_directory "$path" "$base"
  fi
  echo "$base"
}

# Sets $reference to what `run` calls the image.
find_image() {
  local path=$runfiles/$image loaded
  if [[ -d $path ]]; then
    reference=oci:$(real_directory "$path" "$work/layout")
    return
  fi
  loaded=$("${docker[@]}" load -i "$path") || {
    explain_failure
    exit 1
  }
  [[ $loaded != *$'\n'* ]] || die "$image has several images: $loaded"
  reference=${loaded#Loaded image: }
  reference=${reference#Loaded image ID: }
}

# bind SOURCE PATH [OPTION]: in a field of CSV, for a path may have a colon.
bind() {
  [[ $1$2 != *[,\"]* ]] || die "a path with a comma or a quote can't be mounted: $1"
  flags+=(--mount "type=bind,src=$1,dst=$INSIDE/$2${3:+,$3}")
}

bind_data() {
  local names paths i
  mapfile -t names <"$runfiles/$data_list"
  mapfile -d '' paths < <(cd -- "$runfiles" && xargs -r -d '\n' realpath -ez -- <"$runfiles/$data_list")
  ((${#names[@]} == ${#paths[@]})) || die "some of the data is missing"
  for i in "${!names[@]}"; do
    [[ ! -d ${paths[i]} ]] ||
      paths[i]=$(real_directory "${paths[i]}" "$work/copies/${names[i]}")
    bind "${paths[i]}" "runfiles/${names[i]}" readonly
  done
}

set_env() { flags+=(--env "$1=$2"); }

# What Bazel promises to tests, as far as it has a meaning inside.
give_test_environment() {
  local name
  set_env TEST_SRCDIR "$INSIDE/runfiles"
  set_env RUNFILES_DIR "$INSIDE/runfiles"
  set_env TEST_WORKSPACE "$workspace"
  set_env TEST_TMPDIR "$INSIDE/tmp"
  for name in TEST_TARGET TEST_SIZE TEST_TIMEOUT TEST_RANDOM_SEED TEST_RUN_NUMBER \
    TESTBRIDGE_TEST_ONLY TEST_TOTAL_SHARDS TEST_SHARD_INDEX; do
    [[ -z ${!name:-} ]] || set_env "$name" "${!name}"
  done
  bind "$work/report" report
  [[ -z ${XML_OUTPUT_FILE:-} ]] || set_env XML_OUTPUT_FILE "$INSIDE/report/test.xml"
  [[ -z ${TEST_SHARD_STATUS_FILE:-} ]] ||
    set_env TEST_SHARD_STATUS_FILE "$INSIDE/report/shard"
  if [[ -n ${TEST_UNDECLARED_OUTPUTS_DIR:-} ]]; then
    mkdir -p "$TEST_UNDECLARED_OUTPUTS_DIR"
    # For a user that is not the caller.
    [[ -z $user ]] || chmod a+rwx "$TEST_UNDECLARED_OUTPUTS_DIR"
    bind "$(realpath -- "$TEST_UNDECLARED_OUTPUTS_DIR")" outputs
    set_env TEST_UNDECLARED_OUTPUTS_DIR "$INSIDE/outputs"
  fi
}

# Sets $flags of `run`.
make_flags() {
  local word
  flags=(--rm --net "$network")
  # What the host's resolver has in it is nothing that a result may depend on.
  [[ $network == host ]] ||
    flags+=(--dns 127.0.0.1 --dns-search . --dns-option ndots:1)
  flags+=(--tmpfs "$INSIDE:mode=755" --tmpfs "$INSIDE/tmp:mode=1777,exec")
  for word in "${tmpfs[@]}"; do flags+=(--tmpfs "$word"); done
  bind_data
  give_test_environment
  for word in "${environment[@]}"; do flags+=(--env "$word"); done
  [[ -z $user ]] || flags+=(--user "$user")
  if [[ -n $test ]]; then
    # Some tests look for their files from here, some beside themselves.
    flags+=(--workdir "$INSIDE/runfiles/$workspace" --entrypoint "$INSIDE/runfiles/$test")
  fi
}

# The command gets the signal, and has some time.
end_container() {
  # Bazel sends more than one, which would end the waiting.
  trap '' TERM INT HUP
  kill -TERM "$container" 2>/dev/null || true
  sleep "$GRACE" &
  local timer=$!
  wait -n "$container" "$timer" || true
  # In one group: bash says that they were killed as soon as it has seen that, which
  # may be in front of the wait.
  {
    kill -KILL "$container" "$timer" || true
    wait || true
  } 2>/dev/null
  say "ended by a signal, as at a timeout"
  exit 143
}

remove_all() {
  hand_over_report
  rm -rf -- "$work" 2>/dev/null && return
  # What is left is of users that only containers have; the store removes layers
  # that no image has.
  {
    "${docker[@]}" prune --force
    head -c 1024 /dev/zero | "${docker[@]}" import - nothing
    "${docker[@]}" rmi --force nothing
  } >/dev/null 2>&1 || true
  rm -rf -- "$work"
}

# No symlink: it would be followed outside.
hand_over_report() {
  local xml=$work/report/test.xml
  if [[ -n ${XML_OUTPUT_FILE:-} && -f $xml && ! -L $xml ]]; then
    cp -- "$xml" "$XML_OUTPUT_FILE" || say "test.xml can't be read"
  fi
  if [[ -n ${TEST_SHARD_STATUS_FILE:-} && -e $work/report/shard ]]; then
    : >"$TEST_SHARD_STATUS_FILE"
  fi
}

# Ends the test if containers can't be run here at all.
explain_failure() {
  local found
  ! found=$("${docker[@]}" doctor) || return 0
  say "containers can't be run here; chmdocker doctor says:"
  # An ability begins a line, and what is said of it is indented.
  awk '/^[^ ]/ { head = $0 }
    /costs: no container can be run/ { print head; shown = 1; next }
    shown { print; shown = 0 }' <<<"$found" >&2
  [[ $skip_if_unsupported == yes ]] || exit 1
  echo "skip - ${TEST_TARGET:-$image}: this host can't run containers"
  exit 0
}

# Ends with the exit code of the test.
judge() {
  ((code != FAILED)) || explain_failure
  ((code != expected_exit_code)) || exit 0
  say "exit code $code, and not $expected_exit_code"
  ((code != 0)) || exit 1
  exit "$code"
}

runfiles=$(cd -- "$runfiles" && pwd)
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/chmdocker.XXXXXX")
mkdir "$work/report" "$work/copies"
chmod 777 "$work/report" # $work itself is the caller's alone
# chmdocker with a store and a state of the test's own.
docker=("$runfiles/$chmdocker" --root "$work/state" --data-root "$work/data"
  --log-level warning --log-format text)
trap remove_all EXIT
trap 'exit 143' TERM INT HUP
find_image
make_flags
code=0
"${docker[@]}" run "${flags[@]}" "$reference" "${command[@]}" "$@" </dev/null &
container=$!
trap end_container TERM INT HUP
wait "$container" || code=$?
judge
