#!/usr/bin/env bash
# The exit code of `chmdocker run`, and the words that go with it.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

code_of_the_command() {
  local n
  for n in 0 1 3 125 126 127 128 255; do
    run quiet run "$PROBE" exit "$n"
    expect_code "$n"
    expect "standard error" "" "$err"
  done
}

code_with_terminal() {
  run quiet run --ti "$PROBE" exit 42
  expect_code 42
}

command_killed_from_inside() {
  # From another process of the container: pid 1 does not get such signals from
  # its own kind. A shell then has 128+N itself.
  run quiet run /bin/sh -c "$PROBE kill 15; exit \$?"
  expect_code 143
}

pid_1_ended_by_fault() {
  # The kernel kills even a pid 1 by a fault of its own.
  run quiet run /bin/sh -c "exec $PROBE exec $PROBE fault"
  expect_code 139
}

pid_1_killed_from_outside() {
  start run "$PROBE" say ready pause
  await has_line out ready
  kill -KILL "$(container_pid)"
  end
  expect_code 137
}

not_found() {
  make_rootfs root
  run quiet run --rootfs root no-such-command
  expect_code 127
  expect_has "$err" 'execve: ENOENT'
  expect_has "$err" '"no-such-command": executable file not found in $PATH'
  run quiet run /no/such/command
  expect_code 127
  expect_match "$err" '^chmdocker: step ([0-9]+)/([0-9]+) exec "/no/such/command".*ENOENT'
}

not_found_below_a_file() {
  run quiet run /etc/passwd/command
  expect_code 127
  expect_has "$err" ENOTDIR
}

not_executable() {
  echo 'echo hi' >file
  run quiet run ./file
  expect_code 126
  expect_has "$err" 'the file has no execute permission'
  expect_has "$err" EACCES
}

a_directory() {
  run quiet run /
  expect_code 126
  expect_has "$err" 'it is a directory'
}

not_a_program() {
  printf 'echo hi\n' >file
  chmod +x file
  run quiet run ./file
  expect_code 126
  expect_has "$err" 'ENOEXEC'
  expect_has "$err" 'the file is neither a program for this machine nor a script that begins with #!'
}

an_empty_file() {
  : >file
  chmod +x file
  run quiet run ./file
  expect_code 126
  expect_has "$err" ENOEXEC
}

on_a_noexec_mount() {
  is_root || skip "mounting noexec needs root"
  mkdir mnt
  mount -t tmpfs -o noexec tmpfs mnt
  cp "$PROBE" mnt/
  run quiet run ./mnt/probe exit 0
  umount mnt
  expect_code 126
  expect_has "$err" 'the file is on a file system mounted noexec'
}

script_without_interpreter() {
  printf '#!/no/such/interpreter -x\n' >script
  chmod +x script
  run quiet run ./script
  expect_code 127
  expect_has "$err" 'the file is there, but its interpreter "/no/such/interpreter" is not'
}

script_from_windows() {
  printf '#!/bin/sh\r\necho hi\r\n' >script
  chmod +x script
  run quiet run ./script
  expect_code 127
  expect_has "$err" 'the file has a carriage return at the end of its #! line'
}

# A dynamic program whose dynamic linker is missing: the host's own /bin/sh, its
# path to the linker changed.
elf_without_interpreter() {
  LC_ALL=C sed 's,/ld-linux-x86-64\.so\.2,/no-linux-x86-64.so.2,' "$(readlink -f /bin/sh)" >program
  chmod +x program
  grep -q no-linux-x86-64 program || skip "/bin/sh of this host asks for no ld-linux-x86-64.so.2"
  run quiet run ./program
  expect_code 127
  expect_match "$err" 'the file is there, but its interpreter "[^"]*/no-linux-x86-64.so.2" is not'
}

own_failures() {
  run quiet run --no-such-flag /bin/true
  expect_code 125
  run quiet run --workdir /no/such/directory /bin/true
  expect_code 125
  expect_match "$err" 'step [0-9]+/[0-9]+ change directory to "/no/such/directory": chdir: ENOENT \(no such file or directory\)'
}

check "the command's exit code" code_of_the_command
check "the command's exit code with --ti" code_with_terminal
check "128+N of a command killed inside" command_killed_from_inside
check "128+N of a pid 1 that a fault ended" pid_1_ended_by_fault
check "128+N of a pid 1 killed from outside" pid_1_killed_from_outside
check "127 for a command that is not found" not_found
check "127 for a path through a file" not_found_below_a_file
check "126 without execute permission" not_executable
check "126 for a directory" a_directory
check "126 for a text file" not_a_program
check "126 for an empty file" an_empty_file
check "126 on a noexec mount" on_a_noexec_mount
check "127 for a script whose interpreter is missing" script_without_interpreter
check "127 for a script with a CRLF first line" script_from_windows
check "127 for a program whose dynamic linker is missing" elf_without_interpreter
check "125 for chmdocker's own failures" own_failures
finish
