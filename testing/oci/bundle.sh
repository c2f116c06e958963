# shellcheck shell=bash
# What a test of the OCI command line sources: lib.sh, the runtime under test and
# a writer of bundles.
#
# RUNTIME names the program under test: chmdocker (the default) or another, such
# as runc or crun, against which the cases themselves are proven. Where one of
# these differs on purpose, or is too old, the case says so: see differs.
#
# A case fills the tables below and calls `bundle`:
#
#   prints_its_uid() {
#     process[user]='{"uid":7,"gid":8}'
#     args /probe fact uid
#     bundle
#     run rt run "$id"
#     expect_line "$out" uid=7
#   }
# shellcheck source=../integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RUNTIME=${RUNTIME:-chmdocker}
case $RUNTIME in
  chmdocker) program=$CHMDOCKER ;;
  *) program=$(command -v "$RUNTIME") ;;
esac
readonly RUNTIME program
readonly ROOT=$STAGE/tmp/state RECVTTY=$BIN/recvtty
BUSYBOX=$(command -v busybox || true)
readonly BUSYBOX
# No other test's: ids and cgroups are the host's.
UNIQUE=chmt$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
readonly UNIQUE
id=$UNIQUE-c
mkdir -p "$ROOT"
echo "# runtime: $program"

# crun takes no host that has controllers in cgroup v2 beside v1: it is not shown
# the former, in the mount namespace of this test. The directories it then makes
# there are none of a cgroup.
cgroup_roots=(/sys/fs/cgroup/*/)
if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then cgroup_roots=(/sys/fs/cgroup/); fi
if [[ $RUNTIME == crun && $MODE == root && -e /sys/fs/cgroup/unified/cgroup.controllers ]]; then
  mount -t tmpfs tmpfs /sys/fs/cgroup/unified
  cgroup_roots=(/sys/fs/cgroup/[!u]*/)
fi

if [[ -z $BUSYBOX ]]; then
  echo "skip - all cases: needs the package busybox-static"
  exit 0
fi

# --- the runtime ---

rt() { "$program" --root "$ROOT" "$@"; }

# In the background; $pid is its process, out and err are files.
rt_start() { # rt_start WORD...
  rm -f out err
  env --default-signal "$program" --root "$ROOT" "$@" >out 2>err &
  pid=$!
}

# Succeeds, and writes no word to standard output or error.
silently() {
  run "$@"
  expect_code 0
  expect "standard output and error" "" "$out$err"
}

# Ends a case that holds for others than RUNTIME.
differs() { # differs RUNTIME REASON
  [[ $RUNTIME != "$1" ]] || skip "$1 differs: $2"
}

needs_cgroups() {
  is_root && ! is_mapped_root || skip "cgroups need root"
}

status_is() { # status_is STATUS [ID]
  [[ $(status_of "${2:-$id}") == "$1" ]]
}
status_of() { # status_of ID: created, running, paused, stopped, or nothing
  rt state "$1" 2>/dev/null | sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p'
}
expect_status() { # expect_status STATUS [ID]
  await status_is "$1" "${2:-$id}" || expect status "$1" "$(status_of "${2:-$id}")"
}
exists() { rt state "${1:-$id}" >/dev/null 2>&1; }

# What the runtime says is the container's first process, by the host's number.
init_pid() { rt state "${1:-$id}" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p'; }

# An error: a code other than 0, and TEXT within what is said on it.
expect_error() { # expect_error TEXT
  [[ $code != 0 ]] || {
    echo "succeeded, and should not have"
    return 1
  }
  expect_has "$err" "$1"
}

# A running container that does nothing: background [ID] [BUNDLE].
background() {
  rt run -d --bundle "${2:-b}" "${1:-$id}" >/dev/null 2>&1 </dev/null
}

# --- the bundle ---

# The members of config.json, of its process and linux objects and of
# linux.resources: name and JSON value.
declare -A config process linux resources
# The elements of arrays, as JSON.
declare -a mounts namespaces

reset_bundle() {
  config=(
    [ociVersion]='"1.0.2"'
    [root]='{"path":"rootfs","readonly":false}'
    [hostname]='"box"'
  )
  process=(
    [terminal]=false
    [user]='{"uid":0,"gid":0}'
    [env]='["PATH=/bin:/usr/bin","TERM=xterm"]'
    [cwd]='"/"'
    [noNewPrivileges]=true
  )
  capabilities '"CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"'
  args /probe exit 0
  linux=()
  resources=()
  mounts=()
  add_mount /proc proc proc
  add_mount /dev tmpfs tmpfs nosuid strictatime mode=755 size=65536k
  add_mount /dev/pts devpts devpts nosuid noexec newinstance ptmxmode=0666 mode=0620
  namespaces=('{"type":"pid"}' '{"type":"ipc"}' '{"type":"uts"}' '{"type":"mount"}' '{"type":"network"}')
  if ! is_root || is_mapped_root; then
    namespaces+=('{"type":"user"}')
    id_maps "$(id -u)" "$(id -g)"
  fi
}

id_maps() { # id_maps UID GID: of the host, for the container's root
  linux[uidMappings]="[{\"containerID\":0,\"hostID\":$1,\"size\":1}]"
  linux[gidMappings]="[{\"containerID\":0,\"hostID\":$2,\"size\":1}]"
}

capabilities() { # capabilities LIST: in bounding, effective and permitted
  process[capabilities]="{\"bounding\":[$1],\"effective\":[$1],\"permitted\":[$1]}"
}

json() { # json TEXT: as a JSON string
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//$'\n'/\\n}"
}

json_list() { # json_list TEXT...
  local text list=''
  for text; do list+=,$(json "$text"); done
  printf '[%s]' "${list#,}"
}

args() { process[args]=$(json_list "$@"); }
# A script for the container's shell.
shell() { args /bin/sh -c "$1"; }

add_mount() { # add_mount DESTINATION TYPE SOURCE OPTION...
  mounts+=("{\"destination\":$(json "$1"),\"type\":\"$2\",\"source\":$(json "$3"),\"options\":$(json_list "${@:4}")}")
}

without_namespace() { # without_namespace TYPE
  local entry all=("${namespaces[@]}")
  namespaces=()
  for entry in "${all[@]}"; do
    [[ $entry == *"\"$1\""* ]] || namespaces+=("$entry")
  done
}

namespace_path() { # namespace_path TYPE PATH
  without_namespace "$1"
  namespaces+=("{\"type\":\"$1\",\"path\":\"$2\"}")
}

joined() { # joined TEXT...: with commas
  local IFS=,
  printf '%s' "$*"
}

members() { # members TABLE: as a JSON object
  local -n table=$1
  local name list=()
  for name in "${!table[@]}"; do list+=("\"$name\":${table[$name]}"); done
  printf '{%s}' "$(joined "${list[@]}")"
}

# Writes the bundle DIRECTORY (b): config.json, and a rootfs with the probe and
# busybox unless it is there.
bundle() {
  local directory=${1:-b}
  mkdir -p "$directory"
  [[ -d $directory/rootfs ]] || make_full_rootfs "$directory/rootfs"
  write_config >"$directory/config.json"
}

make_full_rootfs() { # make_full_rootfs DIRECTORY
  local name
  mkdir -p "$1"/{bin,dev,etc,proc,sys,tmp,root}
  chmod 755 "$1" "$1"/*
  chmod 1777 "$1/tmp"
  cp "$PROBE" "$1/probe"
  cp "$BUSYBOX" "$1/bin/busybox"
  for name in sh cat ls sleep id mount stat touch echo kill mkdir grep tr awk ionice chmod; do
    ln -s busybox "$1/bin/$name"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nann:x:7:8::/home/ann:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nann:x:8:\nextra:x:9:ann\n' >"$1/etc/group"
}

write_config() {
  [[ ${#resources[@]} == 0 ]] || linux[resources]=$(members resources)
  linux[namespaces]="[$(joined "${namespaces[@]}")]"
  # What a case has put into config itself is not overwritten.
  local -A whole=(
    [process]=$(members process)
    [linux]=$(members linux)
    [mounts]="[$(joined "${mounts[@]}")]"
  )
  local member
  for member in "${!config[@]}"; do whole[$member]=${config[$member]}; done
  members whole
}

reset_bundle

# --- what a case must not leave behind ---

# Others may go while find looks.
own_cgroups() {
  find "${cgroup_roots[@]}" -depth -type d -name "*$UNIQUE*" 2>/dev/null || true
}

more_leaks() {
  local left status=0
  left=$(ls -A "$ROOT")
  if [[ -n $left ]]; then
    echo "leak: state: $left"
    rm -rf "${ROOT:?}"/* "$ROOT"/.[!.]*
    status=1
  fi
  left=$(own_cgroups)
  if [[ -n $left ]]; then
    echo "leak: cgroups: $left"
    xargs --no-run-if-empty rmdir <<<"$left" 2>/dev/null || true
    status=1
  fi
  return "$status"
}
