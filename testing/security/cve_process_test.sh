#!/usr/bin/env bash
# What went wrong in runtimes with users, capabilities and descriptors.
#
# Debian 12's runc 1.1.5 and crun 1.8.1 are older than some of the fixes; the cases
# that fail with them say so, and are the proof that they can fail.
#
# What lib.sh and bundle.sh set or read is theirs:
# shellcheck disable=SC2034,SC2154
# shellcheck source=../oci/bundle.sh
source "$(dirname "$0")/bundle.sh"

with_container() { # with_container FUNCTION
  local status=0
  args /bin/sleep 600
  bundle
  background
  (
    set -e
    "$@"
  ) || status=$?
  rt delete --force "$id"
  return "$status"
}

# A numeric user is a number, whatever names the image has.
numeric_user_is_no_name() {
  needs_ids
  make_full_rootfs b/rootfs
  echo '7:x:0:0::/root:/bin/sh' >b/rootfs/etc/passwd
  process[user]='{"uid":7,"gid":7}'
  args /probe fact uid
  bundle
  run rt run --bundle b "$id"
  expect_line "$out" uid=7
  args /bin/sleep 60
  bundle
  background
  run rt exec --user 7 "$id" /probe fact uid
  rt delete --force "$id"
  expect_line "$out" uid=7
}

# exec -u: an id, and nothing that only looks like one.
user_forms() {
  needs_ids
  local form failures=''
  for form in 1:uid=1 1:1:uid=1 4000:uid=4000 0:uid=0; do
    run rt exec -u "${form%:uid=*}" "$id" /probe fact uid
    expect "user ${form%:uid=*}" "uid=${form##*=}" "$(grep '^uid=[0-9]*$' <<<"$out")"
  done
  for form in 1x -1 4294967296 4294967295 18446744073709551616 1: :1 1:x 1:1:1 '1 ' ' 1' 0x1; do
    run rt exec "--user=$form" "$id" /probe fact uid
    [[ $code != 0 ]] || failures+=" '$form' is $(grep -E '^uid=-?[0-9]+$' <<<"$out")"
  done
  [[ $RUNTIME == chmdocker ]] || { [[ -z $failures ]] || differs "$RUNTIME" "bites: $failures"; }
  expect "users taken" "" "$failures"
}

inheritable_is_empty() {
  local none=status.CapInh=0000000000000000
  run rt exec "$id" /probe fact status.CapInh
  expect "exec" "$none" "$out"
  run rt exec --cap CAP_SYS_ADMIN "$id" /probe fact status.CapInh
  expect "exec --cap" "$none" "$out"
  cat >process.json <<'END'
{"user":{"uid":0,"gid":0},"cwd":"/","args":["/probe","fact","status.CapInh"],"env":[],
 "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"]}}
END
  run rt exec --process process.json "$id"
  expect "exec --process" "$none" "$out"
}

# A working directory by a descriptor of the runtime's leads out of the container.
directory_by_descriptor() { # directory_by_descriptor RUN...
  local n
  for n in 3 4 5 6 7 8 9 10 11 12 13; do
    run "$@" "/proc/self/fd/$n"
    # Where it is taken, it must be a place in the container.
    [[ $code != 0 ]] || expect_no "$out" "list .: usr"
  done
}
run_in() {
  process[cwd]=$(json "$1")
  bundle
  rt run --bundle b "$id"
}
run_by_descriptor() {
  args /probe fact cwd list . list ../../../..
  directory_by_descriptor run_in
}
exec_in() { rt exec --cwd "$1" "$id" /probe fact cwd list . list ../../../..; }
exec_by_descriptor() { directory_by_descriptor exec_in; }

# No descriptor of the runtime's is in the container, whatever the caller had.
no_descriptors() {
  args /probe fact fd.
  bundle
  run rt run --bundle b "$id" 5</ 7</etc 11</proc
  expect_code 0
  expect "descriptors" 3 "$(grep -c '^fd\.' <<<"$out")"
}
no_descriptors_in_exec() {
  run rt exec "$id" /probe fact fd. 5</ 7</etc
  expect "descriptors" 3 "$(grep -c '^fd\.' <<<"$out")"
}

# The runtime's own file, by /proc/self/exe of its process in the container.
own_program() {
  local sum word
  sum=$(sha256sum <"$program")
  make_full_rootfs b/rootfs
  printf '#!/proc/self/exe\n' >b/rootfs/evil
  chmod +x b/rootfs/evil
  for word in /evil /proc/self/exe; do
    args "$word" say out
    bundle
    run timeout -s KILL 10 "$program" --root "$ROOT" run --bundle b "$id"
    rt delete --force "$id" >/dev/null 2>&1 || true
  done
  expect "sha256" "$sum" "$(sha256sum <"$program")"
}

# What waits for `start` is a file that nobody can write, not even as root of the host:
# CVE-2022-0847 and CVE-2026-31431 wrote to files in memory that were open for reading.
init_is_sealed() {
  differs runc "seals a copy of itself, later"
  differs crun "makes its file read-only by a mount"
  bundle
  rt create --bundle b "$id" >said 2>&1 </dev/null
  local exe written=no
  exe=/proc/$(init_pid)/exe
  expect_match "$(readlink "$exe")" '^/memfd:chmdocker-init'
  if { printf x >>"$exe"; } 2>/dev/null; then written=yes; fi
  rt delete --force "$id"
  expect "written" no "$written"
}

# While a process joins, the container's root must not reach the host through it.
joining_process_is_out_of_reach() {
  needs_ids
  capabilities '"CAP_SYS_PTRACE","CAP_DAC_OVERRIDE"'
  # shellcheck disable=SC2016
  shell 'echo ready; while :; do for p in /proc/[0-9]*; do
    [ "$p" = /proc/1 ] || [ "$p" = "/proc/$$" ] || { for f in "$p"/fd/*; do l=$(busybox readlink $f) &&
      case "$l" in *state*|*chmdocker*|*cgroup*) echo "reached $l";; esac; done; }; done; done 2>/dev/null'
  bundle
  rt create --bundle b "$id" >said 2>&1
  rt start "$id"
  await grep -q ready said
  local n
  for ((n = 0; n < 40; n++)); do rt exec "$id" /probe >/dev/null 2>&1 || true; done
  rt delete --force "$id"
  expect_no "$(cat said)" reached
}

no_abstract_sockets() {
  without_namespace network
  is_root && ! is_mapped_root || skip "the host's network with a user namespace"
  local before
  before=$(awk '$8 ~ /^@/ {print $8}' /proc/net/unix | sort)
  args /bin/sleep 60
  bundle
  background
  local after
  after=$(awk '$8 ~ /^@/ {print $8}' /proc/net/unix | sort)
  rt delete --force "$id"
  expect "abstract sockets" "" "$(comm -13 <(echo "$before") <(echo "$after"))"
}

check "CVE-2016-3697: a numeric user is no name" numeric_user_is_no_name
check "CVE-2026-30892, CVE-2024-40635: forms of exec --user" with_container user_forms
check "CVE-2022-29162, CVE-2022-27650: inheritable capabilities are none" with_container inheritable_is_empty
check "CVE-2024-21626: a directory by a descriptor, run" run_by_descriptor
check "CVE-2024-21626: a directory by a descriptor, exec" with_container exec_by_descriptor
check "CVE-2024-21626: no descriptors leak, run" no_descriptors
check "CVE-2024-21626: no descriptors leak, exec" with_container no_descriptors_in_exec
check "CVE-2019-5736: the runtime's file stays as it is" own_program
check "CVE-2026-31431: what runs before the command is sealed" init_is_sealed
check "CVE-2016-9962: a joining process is out of reach" joining_process_is_out_of_reach
check "CVE-2020-15257: no abstract sockets" no_abstract_sockets
finish
