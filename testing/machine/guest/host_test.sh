#!/bin/sh
# The minimal host: one file, copied onto a machine that has nothing but a shell.
#
# What lib.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=lib.sh
. /test/lib.sh

says_its_version() {
  run /chmdocker --version
  expect_code 0
  expect_has "$out" chmdocker
}

# The README's first command, at a terminal.
runs_a_shell() {
  /test/pty 24x80 /chmdocker run --ti /bin/sh <<'END'
expect #
send echo "pid $$" /proc/[0-9]*\r
expect pid 1 /proc/1
send exit 3\r
status 3
END
}

sees_itself_alone() {
  # In the container $$ is its own.
  # shellcheck disable=SC2016
  run chmdocker run /bin/sh -c 'echo "pid $$"; cd /proc; echo [0-9]*; hostname inside; hostname'
  expect_code 0
  expect output "pid 1
1
inside" "$out"
  expect "the host's name" "$(cat /proc/sys/kernel/hostname)" "$(hostname)"
  [ "$(hostname)" != inside ]
}

exit_codes() {
  run chmdocker run /bin/sh -c 'exit 3'
  expect_code 3
  # shellcheck disable=SC2016
  run chmdocker run /bin/sh -c 'sh -c "kill -9 \$\$"; exit $?'
  expect_code 137
  run chmdocker run /no/such/command
  expect_code 127
  expect_has "$err" /no/such/command
  run chmdocker run /test/lib.sh
  expect_code 126
  run chmdocker run --no-such-flag /bin/true
  expect_code 125
}

pipes() {
  run sh -c 'echo some input | /chmdocker --log-level error run -i /bin/cat'
  expect "standard output" "some input" "$out"
}

has_a_root_of_its_own() {
  make_rootfs rootfs
  echo inside >rootfs/here
  run chmdocker run --rootfs rootfs /bin/sh -c 'cat /here; ls /; echo x >/dev/null; cat /proc/1/comm; test ! -e /chmdocker'
  expect_code 0
  expect_has "$out" inside
}

serves_a_user() {
  echo ann:x:1000:1000::/:/bin/sh >/etc/passwd
  # shellcheck disable=SC2016
  run su ann -c '/chmdocker --log-level error run /bin/sh -c "id -u; cat /proc/self/uid_map; exit 4"'
  rm /etc/passwd
  expect_code 4
  expect output "0 0 1000 1" "$(echo $out)"
}

ends_with_it() {
  /chmdocker --log-level error run /bin/sleep 1000 &
  await runs /bin/sleep1000
  kill -KILL $!
  await eval '! runs /bin/sleep1000'
}

explains_itself() {
  run /chmdocker run --explain /bin/true
  expect_code 0
  expect_has "$err" "exec \"/bin/true\""
}

# Nothing is there, and nothing more is needed.
has_what_it_takes() {
  run /chmdocker doctor
  expect_code 0
  expect_has "$out" "containers can be run by this user"
  run /chmdocker doctor --json
  expect_code 0
  expect_has "$out" '"canRun": true'
}

# Linux 5.10 has none, 6.1 a part, 6.12 all that the flags want.
restricts_access() {
  mkdir w
  echo fixed >fixed
  run /chmdocker --log-level error run --ro / --rw w /bin/sh -c 'echo x >w/f; echo y >fixed'
  case $(uname -r) in
    5.*) expect_has "$err" "is not there" ;;
    6.1.*) expect_has "$err" "has ABI 2 and can't refuse truncation of files" ;;
    *) expect_has "$err" "ermission denied" ;;
  esac
  [ "$code" != 0 ]
  run /chmdocker --log-level error run --landlock best-effort --ro / --rw w /bin/sh -c 'echo x >w/f; echo y >fixed'
  expect "the file" x "$(cat w/f)"
  case $(uname -r) in 5.*) ;; *) expect "the other" fixed "$(cat fixed)" ;; esac
}

check "chmdocker --version" says_its_version
check "run --ti /bin/sh" runs_a_shell
check "a container sees itself alone" sees_itself_alone
check "exit codes" exit_codes
check "standard input and output in a pipe" pipes
check "run --rootfs" has_a_root_of_its_own
check "an ordinary user is root inside" serves_a_user
check "a killed chmdocker takes its container along" ends_with_it
check "run --explain" explains_itself
check "doctor" has_what_it_takes
check "--ro and --rw" restricts_access
