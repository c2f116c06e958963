#!/usr/bin/env bash
# --ro, --rw, --net-connect and --net-bind: what Landlock refuses.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

# A kernel that has it all: ABI 5, Linux 6.10.
needs_landlock() {
  "$CHMDOCKER" doctor >abilities || true
  grep -q '^landlock *ok' abilities || skip "this kernel's Landlock is not there, or has not all of it"
  rm abilities
}

# The root file system root: ro and rw are directories with a file, link and up in rw
# lead out.
prepare() {
  needs_landlock
  make_rootfs root
  mkdir -p root/ro root/rw root/other
  echo hidden >root/other/file
  echo fixed >root/ro/file
  echo loose >root/rw/file
  ln -s ../other/file root/rw/link
  ln -s /other root/rw/up
}

readable_is_not_writable() {
  prepare
  in_root --ro /probe --ro /ro -- read /ro/file list /ro open-write /ro/file truncate /ro/file create /ro/new mkdir /ro/dir rename /ro/file /ro/other
  expect_code 0
  expect "what was done" "fixed
list /ro: file
open-write /ro/file: EACCES
truncate /ro/file: EACCES
create /ro/new: EACCES
mkdir /ro/dir: EACCES
rename /ro/file: EACCES" "$out"
  expect "the file" fixed "$(cat root/ro/file)"
}

writable_is_all() {
  prepare
  in_root --ro /probe --rw /rw -- open-write /rw/file truncate /rw/file create /rw/new mkdir /rw/dir rename /rw/new /rw/dir/moved list /rw/dir
  expect_code 0
  expect "what was done" "open-write /rw/file: OK
truncate /rw/file: OK
create /rw/new: OK
mkdir /rw/dir: OK
rename /rw/new: OK
list /rw/dir: moved" "$out"
}

others_are_refused() {
  prepare
  in_root --ro /probe --rw /rw -- open /other/file list /other list / open-write /other/file truncate /other/file create /new mkdir /dir rename /rw/file /other/moved rename /other/file /rw/moved open /proc/self/status
  expect_code 0
  expect "OK" "" "$(grep -E ': OK$' <<<"$out" || true)"
  expect_line "$out" "open /other/file: EACCES"
  expect_match "$out" 'rename /rw/file: (EACCES|EXDEV)'
  expect_match "$out" 'rename /other/file: (EACCES|EXDEV)'
  expect_line "$out" "open /proc/self/status: EACCES"
}

# Neither symlinks nor ".." nor magic links.
no_way_out() {
  prepare
  in_root --ro /probe --rw /rw -- open /rw/link open /rw/../other/file open /rw/up/file create /rw/up/new open /proc/self/root/other/file
  expect_code 0
  expect "what was done" "open /rw/link: EACCES
open /rw/../other/file: EACCES
open /rw/up/file: EACCES
create /rw/up/new: EACCES
open /proc/self/root/other/file: EACCES" "$out"
}

# A symlink of the image is followed in the image, not on the host.
links_are_followed_inside() {
  prepare
  echo secret >outside
  ln -s "$PWD" root/away
  in_root --ro /probe --ro /away -- open /probe
  expect_code 125
  expect_has "$err" 'it is about "/away"'
  expect_has "$err" ENOENT
  ln -s /ro root/alias
  in_root --ro /probe --ro /alias -- read /ro/file open /other/file
  expect_code 0
  expect "what was done" "fixed
open /other/file: EACCES" "$out"
}

a_file_alone() {
  prepare
  in_root --ro /probe --rw /rw/file -- open-write /rw/file create /rw/new
  expect_code 0
  expect "what was done" "open-write /rw/file: OK
create /rw/new: EACCES" "$out"
}

children_inherit_it() {
  prepare
  in_root --ro /probe --ro /ro -- exec /probe open /other/file exec /probe open-write /ro/file
  expect_code 0
  expect_line "$out" "open /other/file: EACCES"
  echo kept >kept
  # shellcheck disable=SC2016
  run quiet run --ro / --rw /dev /bin/bash -c 'bash -c "echo lost >kept"; (rm -f kept); cat kept'
  expect_code 0
  expect "the file" kept "$out"
}

on_the_hosts_root() {
  needs_landlock
  mkdir w
  echo kept >kept
  run quiet run --ro / --rw w /bin/bash -c 'echo x >w/file; echo lost >kept'
  expect_code 1
  expect_has "$err" "Permission denied"
  expect "files" "x kept" "$(cat w/file kept | xargs)"
  run quiet run -w "$PWD/w" --ro / --rw . "$PROBE" create new create ../new
  expect "what was done" "create new: OK
create ../new: EACCES" "$out"
}

ports() {
  needs_landlock
  run quiet run --net-connect 80 --net-connect 443 --net-bind 8080 "$PROBE" connect 80 connect 443 connect 22 connect 8080 bind 8080 bind 80 bind 0 open /etc/passwd
  expect_code 0
  expect_line "$out" "connect 22: EACCES"
  expect_line "$out" "connect 8080: EACCES"
  expect_match "$out" 'connect 80: (101|111|ENETUNREACH|ECONNREFUSED)'
  expect_match "$out" 'connect 443: (101|111|ENETUNREACH|ECONNREFUSED)'
  expect_line "$out" "bind 8080: OK"
  expect_line "$out" "bind 80: EACCES"
  expect_line "$out" "bind 0: EACCES"
  expect_line "$out" "open /etc/passwd: OK"
  run quiet run --net-bind 0 "$PROBE" bind 0 connect 80 exec "$PROBE" bind 8080
  expect "what was done" "bind 0: OK
connect 80: EACCES
bind 8080: EACCES" "$out"
  run quiet run --ro / "$PROBE" bind 8080
  expect_line "$out" "bind 8080: OK"
}

# What restricts is there for set-user-ID programs as well.
no_new_privs_is_set() {
  needs_landlock
  run quiet run --ro / "$PROBE" fact no_new_privs read /proc/self/status
  expect_match "$out" $'NoNewPrivs:\t1'
}

the_command_itself() {
  prepare
  in_root --ro /ro -- say hello
  expect_code 126
  expect_has "$err" "--ro and --rw have to name the command's file"
}

with_other_limits() {
  prepare
  in_root --readonly --ro /probe --rw /rw -- create /rw/new
  expect_line "$out" "create /rw/new: EROFS"
  run quiet run --rootfs root -w /rw --ti --ro /probe --rw . /probe create new open /other/file
  expect_code 0
  expect_has "$out" "create new: OK"
  expect_has "$out" "open /other/file: EACCES"
}

without_the_calls() { # without_the_calls: a fallback for paths
  prepare
  run "$BIN/enosys" ENOSYS openat2,close_range "$CHMDOCKER" --log-level error run --rootfs root --ro /probe --ro /ro /probe read /ro/file open /other/file
  expect_code 0
  expect "what was done" "fixed
open /other/file: EACCES" "$out"
}

a_kernel_without_landlock() {
  local flags
  for flags in "--ro /" "--net-connect 80"; do
    # shellcheck disable=SC2086
    run "$BIN/enosys" ENOSYS landlock_create_ruleset "$CHMDOCKER" run $flags "$PROBE" say hello
    expect_code 125
    expect "standard output" "" "$out"
    expect_has "$err" "Landlock of this kernel is not there, or turned off"
    expect_has "$err" "--landlock best-effort"
    # shellcheck disable=SC2086
    run "$BIN/enosys" ENOSYS landlock_create_ruleset "$CHMDOCKER" run --landlock best-effort $flags "$PROBE" say hello
    expect_code 0
    expect "standard output" hello "$out"
    expect_has "$err" '"level":"warning"'
    expect_has "$err" "can't refuse"
  done
}

misuse() {
  local words
  for words in "--net-connect 0" "--net-connect 65536" "--net-bind -1" "--net-bind 80x" "--landlock never --ro /"; do
    # shellcheck disable=SC2086
    run quiet run $words "$PROBE"
    expect_code 125
    expect_has "$err" "${words%% *}"
  done
  run quiet run --rootfs root --ro relative /probe
  expect_code 125
  expect_has "$err" '--ro "relative": wants an absolute path'
}

missing_paths_are_told() {
  needs_landlock
  run quiet run --ro /no/such "$PROBE"
  expect_code 125
  expect_has "$err" 'it is about "/no/such"'
}

check "--ro: read, not written" readable_is_not_writable
check "--rw: anything" writable_is_all
check "all others are refused" others_are_refused
check "no way out" no_way_out
check "symlinks are followed in the root file system" links_are_followed_inside
check "--rw of a file" a_file_alone
check "children inherit it" children_inherit_it
check "on the host's root file system" on_the_hosts_root
check "--net-connect and --net-bind" ports
check "no_new_privs" no_new_privs_is_set
check "the command has to be allowed" the_command_itself
check "with --readonly, -w and --ti" with_other_limits
check "without openat2 and close_range" without_the_calls
check "a kernel without Landlock" a_kernel_without_landlock
check "misuse" misuse
check "a path that is not there" missing_paths_are_told
finish
