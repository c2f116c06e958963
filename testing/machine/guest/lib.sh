# shellcheck shell=sh
# What every test script of the guest sources. To add a case:
#
#   1. write a function into the NAME_test.sh of its subject (or a new one: whatever
#      is called so is run). Any command that fails fails the case; see `run`, `expect`
#      and the others below, and `bundle` for a container;
#   2. name it in a line `check "what it shows" the_function` at the end;
#   3. ./bazelw test //testing/machine:trixie_test --test_arg=NAME
#
# `./bazelw run //testing/machine:trixie_test -- shell` has a shell in the machine.
#
# The shell and all commands are busybox's. Cases run in an empty directory, and must
# leave no process, mount, cgroup or file.
set -eu

CGROUPS=/sys/fs/cgroup
STATE=/run/chmdocker
CASE=/tmp/case
SKIPPED=77
detail=/tmp/detail

chmdocker() { /chmdocker --log-level error "$@"; }

# --- cases ---

check() { # check NAME FUNCTION [ARGUMENT...]
  name=$1
  shift
  left_before=$(what_is_there)
  mkdir "$CASE"
  status=0
  set +e
  (
    set -e
    cd "$CASE"
    "$@"
  ) >"$detail" 2>&1 </dev/null
  status=$?
  set -e
  rm -rf "$CASE"
  leaks >>"$detail" || status=1
  case $status in
    0) echo "ok - $name" ;;
    "$SKIPPED") echo "skip - $name: $(tail -n 1 "$detail")" ;;
    *)
      echo "not ok - $name"
      tail -n 40 "$detail" | cut -c 1-400 | sed 's/^/# /'
      ;;
  esac
}

# Ends a case that this kernel has not got what it takes for.
skip() { # skip REASON
  echo "$1"
  exit "$SKIPPED"
}

# Runs a command; $code, $out and $err are what became of it.
run() {
  code=0
  "$@" >out 2>err || code=$?
  out=$(cat out)
  err=$(cat err)
}

expect() { # expect WHAT WANTED GOT
  [ "$2" = "$3" ] && return
  printf '%s:\n  wanted: %s\n  got:    %s\n' "$1" "$2" "$3"
  return 1
}

expect_code() { # expect_code N
  [ "$code" = "$1" ] && return
  printf 'exit code %s, and not %s:\n%s\n%s\n' "$code" "$1" "$out" "$err"
  return 1
}

expect_has() { # expect_has TEXT PART
  case $1 in *"$2"*) return ;; esac
  printf 'wanted "%s" in:\n%s\n' "$2" "$1"
  return 1
}

# Waits until a command succeeds, 20 s at most: the machine may be an emulated one.
await() {
  end=$(($(seconds) + 20))
  until "$@"; do
    if [ "$(seconds)" -gt "$end" ]; then
      echo "in vain waited for: $*"
      return 1
    fi
    usleep 20000
  done
}
seconds() { cut -d . -f 1 /proc/uptime; }

# --- bundles ---

make_rootfs() { # make_rootfs DIRECTORY
  mkdir -p "$1/bin" "$1/proc" "$1/sys" "$1/dev" "$1/tmp"
  cp /bin/busybox "$1/bin/"
  chroot "$1" /bin/busybox --install -s /bin
}

# Writes the bundle b, whose first process is the shell with SCRIPT:
#
#   bundle SCRIPT [RESOURCES] [CGROUPS-PATH]
#
# SCRIPT must have no quotation marks or backslashes; RESOURCES is linux.resources as
# JSON. The container has a cgroup namespace of its own, may write to its cgroups, and
# has what $capabilities lists.
capabilities='"CAP_KILL", "CAP_SYS_CHROOT"'
# shellcheck disable=SC2034
all_capabilities='"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_KILL", "CAP_MKNOD",
  "CAP_NET_ADMIN", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_SYS_ADMIN",
  "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_RESOURCE"'
bundle() {
  [ -d b/rootfs ] || make_rootfs b/rootfs
  cat >b/config.json <<END
{
  "ociVersion": "1.0.2",
  "root": {"path": "rootfs"},
  "hostname": "box",
  "process": {
    "user": {"uid": 0, "gid": 0}, "cwd": "/", "env": ["PATH=/bin"],
    "args": ["/bin/sh", "-c", "$1"],
    "capabilities": {
      "bounding": [$capabilities], "effective": [$capabilities],
      "permitted": [$capabilities]
    }
  },
  "mounts": [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"]},
    {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro"]},
    {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup"}
  ],
  "linux": {
    "cgroupsPath": "${3:-/box}",
    "resources": ${2:-{\}},
    "namespaces": [
      {"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"},
      {"type": "network"}, {"type": "cgroup"}
    ]
  }
}
END
}

status_of() { # status_of ID
  chmdocker state "$1" 2>/dev/null | sed -n 's/.*"status": *"\([a-z]*\)".*/\1/p'
}
is() { [ "$(status_of "$2")" = "$1" ]; } # is STATUS ID
first_process() { chmdocker state "$1" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p'; }

# Of the cgroup at PATH: value PATH FILE.
value() { cat "$CGROUPS$1/$2"; }

# --- what a case must not leave behind ---

# Number and words of each, or MARK and words; a kernel's own threads have no words.
processes() { # processes [MARK]
  for process in /proc/[0-9]*; do
    # busybox leaves the NULs out.
    IFS= read -r words 2>/dev/null <"$process/cmdline" || true
    [ -z "$words" ] || echo "${1:-${process#/proc/}} $words"
  done
}
runs() { processes | grep -q "^[0-9]* $1\$"; } # runs WORDS, joined without a space

# Without the processes' numbers, as the shells of this script come and go.
what_is_there() {
  find "$CGROUPS" -mindepth 1 -type d
  find /run /tmp /dev/shm -mindepth 1 ! -path "$detail" ! -path "$STATE"
  cat /proc/self/mountinfo
  processes process
}

# Prints what was not there before the case, and fails if there is any. What should
# have ended may take a moment.
leaks() {
  end=$(($(seconds) + 3))
  while left=$(what_is_there) && left=$(echo "$left" | grep -vxF "$left_before"); do
    [ "$(seconds)" -lt "$end" ] || break
    usleep 20000
  done
  [ -n "$left" ] || return 0
  echo "$left" | sed 's/^/leak: /'
  remove_leaks
  return 1
}

# So that the next case has none of it.
remove_leaks() {
  for container in "$STATE"/*; do
    [ ! -d "$container" ] || chmdocker delete --force "${container##*/}" || true
  done
  find "$CGROUPS" -depth -mindepth 1 -type d | while read -r cgroup; do
    rmdir "$cgroup" || true
  done
}
