#!/usr/bin/env bash
# chmdocker_tests that fail, are ended, or may not run, as Bazel runs them.
#
# What lib.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=../integration/lib.sh
source "$(dirname "$0")/lib.sh"

readonly RULES=chmdocker/testing/rules

unpack() {
  mkdir runfiles tmp outputs
  tar -C runfiles -xf "$BIN/runfiles.tar"
}

# like_bazel PROGRAM WORD...: words of `env` that run one of BUILD.bazel's tests.
like_bazel() {
  [[ -d runfiles ]] || unpack
  words=(TEST_SRCDIR="$PWD/runfiles" RUNFILES_DIR="$PWD/runfiles" TEST_TMPDIR="$PWD/tmp" TEST_TARGET=//it
    TEST_UNDECLARED_OUTPUTS_DIR="$PWD/outputs" XML_OUTPUT_FILE="$PWD/test.xml"
    OF_HOST=yes "runfiles/$RULES/$1" "${@:2}")
}

run_test() {
  local words
  like_bazel "$@"
  run env "${words[@]}"
  expect "what is left" "" "$(ls -A tmp)"
}

exit_codes() {
  run_test probe_run exit 0
  expect_code 0
  run_test probe_run exit 3
  expect_code 3
  expect_has "$err" "exit code 3, and not 0"
  run_test probe_run_to_7 exit 7
  expect_code 0
  run_test probe_run_to_7 exit 0
  expect_code 1
  expect_has "$err" "exit code 0, and not 7"
  run_test probe_run_to_7 exit 125
  expect_code 125
}

the_log_is_the_commands() {
  run_test probe_run say out write-error 5
  expect_code 0
  expect "standard output" out "$out"
  expect "bytes of standard error" 5 "$(wc -c <err)"
}

archives_run() {
  run_test probe_run_of_archive say hello
  expect_code 0
  expect "standard output" hello "$out"
  echo no archive >archive
  mv -f archive "runfiles/$RULES/archive.tar"
  run_test probe_run_of_archive say hello
  expect_code 1
  expect_has "$err" archive.tar
}

layout_sums() { (cd "runfiles/$RULES/image" && find -L . -type f -exec sha256sum {} + | sort); }

nothing_is_kept() {
  unpack
  local before
  before=$(layout_sums)
  run_test probe_run create /bin/made truncate /etc/passwd
  expect_line "$out" "create /bin/made: OK"
  run_test probe_run stat /bin/made size /etc/passwd
  expect_line "$out" "stat /bin/made: ENOENT"
  expect_no "$out" "size /etc/passwd: 0"
  expect "the layout" "$before" "$(layout_sums)"
}

nothing_of_the_host() {
  run_test probe_run facts stat /usr stat "$PWD" open-write "/bazel/runfiles/$RULES/data.txt" read "/bazel/runfiles/$RULES/data.txt"
  expect_code 0
  expect_no "$out" OF_HOST
  expect_line "$out" "stat /usr: ENOENT"
  expect_line "$out" "stat $PWD: ENOENT"
  expect_line "$out" "open-write /bazel/runfiles/$RULES/data.txt: EROFS"
  expect_has "$out" "what the test reads"
  expect "network devices" "net.lo=up" "$(grep ^net. <<<"$out")"
  run_test probe_run read /etc/resolv.conf
  expect "resolv.conf" $'nameserver 127.0.0.1\noptions ndots:1' "$out"
}

outputs_are_handed_over() {
  run_test probe_run create /bazel/outputs/one create /bazel/report/test.xml create /bazel/tmp/x
  expect_code 0
  [[ -O outputs/one && -O test.xml ]]
  rm test.xml
  # It could lead to any file of the caller's.
  run_test probe_run symlink /etc/passwd /bazel/report/test.xml
  expect_code 0
  [[ ! -e test.xml ]]
}

# As runfiles have them, outside of Bazel's sandbox and in it, and as a rule may
# make them.
layouts_of_symlinks() {
  unpack
  local image=runfiles/$RULES/image file
  mkdir elsewhere
  mv "$image" elsewhere/image
  ln -s "$PWD/elsewhere/image" "$image"
  run_test probe_run say hello
  expect "a symlink to a layout" hello "$out"

  rm "$image"
  cp -Rs "$PWD/elsewhere/image" "$image"
  run_test probe_run say hello
  expect "a layout of symlinks" hello "$out"

  for file in "$image"/blobs/sha256/*; do
    mv "$(readlink "$file")" "elsewhere/$(basename "$file").blob"
    ln -sf "$PWD/elsewhere/$(basename "$file").blob" "$file"
  done
  chmod -R a-w "$image"
  run_test probe_run say hello
  chmod -R u+w "$image"
  expect "a layout of symlinks to here and there" hello "$out"
  expect "what they lead to" 3 "$(find elsewhere -name '*.blob' | wc -l)"
}

read_only_runfiles() {
  unpack
  chmod -R a-w runfiles
  run_test probe_run say hello
  chmod -R u+w runfiles
  expect "standard output" hello "$out"
}

# Bazel tells the whole group, and more than once.
a_timeout_ends_it() {
  local words
  like_bazel probe_run catch 15 say up await burn 300 say 'done'
  env --default-signal "${words[@]}" >out 2>err &
  pid=$!
  await has_line out up
  kill -TERM "$pid"
  await has_line out "caught: 15"
  kill -TERM "$pid"
  kill -TERM "$pid"
  end
  expect_code 143
  has_line out 'done'
  expect "standard error" "chmdocker_test: ended by a signal, as at a timeout" "$(cat err)"
  expect "what is left" "" "$(ls -A tmp)"
}

forbid_user_namespaces() { # forbid_user_namespaces PROGRAM WORD...
  local words
  like_bazel "$@"
  # shellcheck disable=SC2016
  run unshare --user --map-root-user bash -c '
    echo 0 >/proc/sys/user/max_user_namespaces || exit 77
    exec setpriv --bounding-set=-sys_admin --inh-caps=-all env "$@"' - "${words[@]}"
  [[ $code != 77 ]] || skip "user.max_user_namespaces can't be set here"
  expect "what is left" "" "$(ls -A tmp)"
}

hosts_that_forbid() {
  forbid_user_namespaces probe_run say hello
  expect_code 1
  expect_has "$err" "mend:  sysctl user.max_user_namespaces=15000"
  expect_no "$err" modprobe
  forbid_user_namespaces probe_run_if_supported say hello
  expect_code 0
  expect_has "$out" "skip - //it: this host can't run containers"
  expect_has "$err" "mend:  sysctl user.max_user_namespaces=15000"
  # Not what has failed for another reason.
  run_test probe_run_if_supported exit 3
  expect_code 3
}

users_of_the_image() {
  needs_ids
  run_test probe_run_as_me fact uid fact gid create /bazel/outputs/mine create /bazel/report/test.xml
  expect_code 0
  expect_line "$out" "uid=12"
  expect_line "$out" "gid=34"
  [[ -e outputs/mine && -O test.xml ]]
}

# With layers, and files that the container makes, which only root could remove.
files_of_other_users_go() {
  is_root || skip "needs root, who can become an ordinary user"
  needs_real_root
  unpack
  mkdir -p files/private/more files/bin
  cp "$PROBE" files/bin/probe
  echo x >files/private/more/x
  tar -C files --owner=12 --group=34 -cf files.tar .
  quiet --data-root "$PWD/data" import files.tar it
  quiet --data-root "$PWD/data" save -o archive.tar it
  mv -f archive.tar "runfiles/$RULES/archive.tar"
  chown -R 1000 .
  echo 1000:100000:65536 >ranges
  local words
  like_bazel probe_run_of_archive mkdir /private/made fact uid_map
  run as_user_with ranges env "${words[@]}"
  [[ $code != 77 ]] || skip "no ranges can be given here"
  expect_code 0
  expect_line "$out" "mkdir /private/made: OK"
  expect_line "$out" "uid_map=1 100000 65536"
  expect "what is left" "" "$(ls -A tmp)"
}

check "exit codes" exit_codes
check "the log is what the command writes" the_log_is_the_commands
check "archives run" archives_run
check "what is written is gone" nothing_is_kept
check "nothing of the host is inside" nothing_of_the_host
check "outputs are handed over" outputs_are_handed_over
check "layouts of symlinks" layouts_of_symlinks
check "runfiles that are read-only" read_only_runfiles
check "a timeout ends the container" a_timeout_ends_it
check "hosts that forbid containers" hosts_that_forbid
check "users of the image" users_of_the_image
check "files of other users go" files_of_other_users_go
finish
