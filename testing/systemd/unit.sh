# shellcheck shell=bash
# What every test script of this folder sources: bundles, and systemd's view of them.
#
# What bundle.sh sets or reads is its own:
# shellcheck disable=SC2034,SC2154
# shellcheck source=../oci/bundle.sh
source "$(dirname "${BASH_SOURCE[0]}")/bundle.sh"

rt() { "$program" --root "$ROOT" --systemd-cgroup "$@"; }
on_v2() { [[ $CGROUPS == v2 ]]; }
# Where the limits of v1 are: CONTROLLER FILE.
v1_file() { echo "/sys/fs/cgroup/$1$cgroup/$2"; }
needs_v1() { ! on_v2 || skip "this host's controllers are those of cgroup v1"; }

readonly SLICE=chmt-$UNIQUE.slice
unit=$UNIQUE-c.scope
cgroup=/chmt.slice/$SLICE/$unit

# Of a unit: show PROPERTY [UNIT].
show() { systemctl show --property="$1" --value "${2:-$unit}"; }
shows() { # shows PROPERTY VALUE [UNIT]
  [[ $(show "$1" "${3:-$unit}") == "$2" ]] || expect "$1" "$2" "$(show "$1" "${3:-$unit}")"
}
is_gone() { [[ $(show LoadState) == not-found ]]; }

# What systemd calls its own hierarchy, and where a process is in it.
tracked() { # tracked PID
  if on_v2; then
    sed -n 's/^0:://p' "/proc/$1/cgroup"
  else
    sed -n 's/^[0-9]*:name=systemd://p' "/proc/$1/cgroup"
  fi
}

# Ends whatever a case has left, also of one that has failed.
leaks() {
  local status=0 left
  rt delete --force "$id" >/dev/null 2>&1 || true
  left=$(systemctl list-units --all --plain --no-legend "$UNIQUE*" "chmdocker-$UNIQUE*" | cut -d" " -f1)
  if [[ -n $left ]]; then
    echo "leak: units: $left"
    # shellcheck disable=SC2086
    systemctl stop $left
    status=1
  fi
  systemctl stop "$SLICE" chmt.slice
  rm -rf "$STAGE/tmp/case"
  more_leaks || status=1
  return "$status"
}

in_slice() { linux[cgroupsPath]="\"$SLICE:$UNIQUE:c\""; }

sleeper() {
  args /bin/sleep 600
  bundle
  silently rt run -d --bundle b "$id"
}
