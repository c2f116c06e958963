#!/usr/bin/env bash
# Help texts, flags, and what of the command line reaches the command.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

prints() { # prints GOLDEN_FILE WORD...
  local wanted=$GOLDEN/$1
  shift
  run "$CHMDOCKER" "$@"
  expect_code 0
  expect "standard error" "" "$err"
  diff "$wanted" out
}

main_help() {
  prints help.txt
  prints help.txt help
  prints help.txt h
  prints help.txt --help
  prints help.txt -h
  prints help.txt -help
}

run_help() {
  prints help_run.txt help run
  prints help_run.txt h run
  prints help_run.txt run --help
  prints help_run.txt run -h
  prints help_run.txt run --ti --help /bin/sh
}

other_help() {
  prints help_init.txt help init
  prints help_init.txt init --help
  prints help_help.txt help help
}

version() {
  prints version.txt --version
  prints version.txt -v
}

# The tutorial's own words, whatever the golden files say.
texts_of_the_tutorial() {
  run "$CHMDOCKER"
  local part
  for part in NAME: USAGE: VERSION: COMMANDS: 'GLOBAL OPTIONS:' \
    'chmdocker is a simple container runtime implementation. Enjoy it, just for fun.' \
    'Create a container with namespace and cgroups limit' \
    'chmdocker run --ti [command]' \
    "Init container process run user's process in container. Do not call it outside" \
    'help, h'; do
    expect_has "$out" "$part"
  done
  run "$CHMDOCKER" run --help
  expect_has "$out" 'enable tty'
}

refuses() { # refuses MESSAGE WORD...
  local message=$1
  shift
  run "$CHMDOCKER" "$@"
  expect_code 125
  expect "standard output" "" "$out"
  expect "standard error" "$message" "$err"
}

unknown_words() {
  refuses "chmdocker: unknown command \"fly\"; see 'chmdocker help'" fly
  # docker's.
  refuses "chmdocker: unknown command \"version\"; see 'chmdocker --version'" version
  refuses "chmdocker: unknown command \"pull\"; nothing is fetched from a registry: see 'chmdocker load', or run oci:DIR, an OCI layout" pull busybox
  refuses "chmdocker: unknown flag \"--fly\"; see 'chmdocker help'" --fly
  refuses "chmdocker: unknown flag \"--fly\"; see 'chmdocker run --help'" run --fly /bin/true
  refuses "chmdocker: unknown flag \"-x\"; see 'chmdocker run --help'" run -x /bin/true
  refuses "chmdocker: unknown flag \"-tx\"; see 'chmdocker run --help'" run -tx /bin/true
  refuses "chmdocker: no help for \"fly\": no such command; see 'chmdocker help'" help fly
}

missing_command() {
  refuses "chmdocker: Missing container command; see 'chmdocker run --help'" run
  refuses "chmdocker: Missing container command; see 'chmdocker run --help'" run --ti
  refuses "chmdocker: Missing container command; see 'chmdocker run --help'" run --
}

no_flags_of_gflags() {
  local flag
  for flag in flagfile=/dev/null fromenv=ti tryfromenv=ti undefok=x helpfull \
    helpshort helpon=x helpmatch=x helppackage helpxml tab_completion_word=x \
    tab_completion_columns=1 log_level_x=1; do
    refuses "chmdocker: unknown flag \"--$flag\"; see 'chmdocker help'" "--$flag"
    refuses "chmdocker: unknown flag \"--$flag\"; see 'chmdocker run --help'" \
      run "--$flag" /bin/true
  done
  run "$CHMDOCKER" run --help
  expect_no "$out" flagfile
  expect_no "$out" tab_completion
}

# gflags reads FLAGS_* for --fromenv only; no variable changes what is done.
no_flags_from_the_environment() {
  run env FLAGS_ti=true FLAGS_hostname=other "$CHMDOCKER" run "$PROBE" fact tty.0
  expect_code 0
  expect "terminal" "tty.0=" "$out"
}

bad_values() {
  refuses "chmdocker: --log-level \"loud\": wants debug, info, warning or error; see 'chmdocker run --help'" \
    --log-level loud run /bin/true
  refuses "chmdocker: --log-format \"xml\": wants json or text; see 'chmdocker run --help'" \
    --log-format=xml run /bin/true
  refuses "chmdocker: --format \"xml\": wants text or json; see 'chmdocker run --help'" \
    run --format xml /bin/true
  refuses "chmdocker: --env \"=x\": wants NAME=value, or NAME alone; see 'chmdocker run --help'" \
    run --env =x /bin/true
  refuses "chmdocker: --ti \"maybe\": wants true or false; see 'chmdocker run --help'" \
    run --ti=maybe /bin/true
  refuses "chmdocker: --hostname: wants a value: NAME; see 'chmdocker run --help'" \
    run --hostname
  refuses "chmdocker: --hostname=: its value is empty; wants NAME; see 'chmdocker run --help'" \
    run --hostname= /bin/true
}

flags_after_the_command() {
  run quiet run "$PROBE" argv --ti -h --help --version --env =x -- --
  expect_code 0
  expect "argv" "argc=8
argv.0=--ti
argv.1=-h
argv.2=--help
argv.3=--version
argv.4=--env
argv.5==x
argv.6=--
argv.7=--" "$out"
}

two_dashes() {
  run quiet run --hostname box -- "$PROBE" fact hostname
  expect_code 0
  expect "hostname" hostname=box "$out"
  make_rootfs root
  cp "$PROBE" root/--ti
  run quiet run --rootfs root -e PATH=. -- --ti say hello
  expect_code 0
  expect "output" hello "$out"
}

all_of_argv() {
  run quiet run "$PROBE" argv '' ' ' 'a b' $'two\nlines' $'\xff\xfe' "'\"\\\$" ''
  expect_code 0
  expect "argv" 'argc=7
argv.0=
argv.1= 
argv.2=a b
argv.3=two\x0alines
argv.4=\xff\xfe
argv.5='"'"'"\x5c$
argv.6=' "$out"
}

many_arguments() {
  local words
  mapfile -t words < <(seq 20000)
  run quiet run "$PROBE" argv "${words[@]}"
  expect_code 0
  expect_line "$out" argc=20000
  expect_line "$out" argv.19999=20000
}

forms_of_flags() {
  local flag
  for flag in -e=A=1 -eA=1 --env=A=1 -env=A=1; do
    run quiet run "$flag" "$PROBE" fact env
    expect_line "$out" env=A=1
  done
  run quiet run -e A=1 --env A=2 -e B=3 "$PROBE" fact env
  expect_line "$out" env=A=2
  expect_no "$out" env=A=1
  expect_line "$out" env=B=3
}

# Only with a root file system of its own: else a word without a slash is an
# image.
search_in_path() {
  make_rootfs root
  mkdir root/one root/two
  cp "$PROBE" root/two/thing
  run quiet run --rootfs root -e "PATH=/one:/two" thing say found
  expect "PATH of -e" found "$out"
  mkdir -p root/usr/bin
  cp "$PROBE" root/usr/bin/usual
  run env PATH=/nowhere "$CHMDOCKER" --log-level error run --rootfs root usual say found
  expect "the usual PATH" found "$out"
  run quiet run --rootfs root -e PATH=/nowhere thing say found
  expect_code 127
  run env PATH="$PWD/root/two" "$CHMDOCKER" --log-level error --data-root "$PWD/data" run thing
  expect_code 125
  expect_has "$err" "no image thing; for a command of this host write its path, as /bin/thing"
}

empty_path_element() {
  make_rootfs root
  cp "$PROBE" root/thing
  local path
  for path in : :/bin /bin: /bin::/sbin; do
    run quiet run --rootfs root -e "PATH=$path" thing say found
    expect "PATH=$path" found "$out"
  done
}

# What may not be executed is passed by, and named if nothing else is found.
path_with_a_denied_file() {
  make_rootfs root
  mkdir root/one root/two
  echo >root/one/thing
  cp "$PROBE" root/two/thing
  run quiet run --rootfs root -e "PATH=/one:/two" thing say found
  expect "output" found "$out"
  run quiet run --rootfs root -e "PATH=/one:/nowhere" thing
  expect_code 126
  expect_has "$err" EACCES
  expect_has "$err" 'the file has no execute permission: "/one/thing"'
  is_root || {
    mkdir root/closed
    chmod 0 root/closed
    run quiet run --rootfs root --cap-drop all -e "PATH=/closed:/nowhere" thing
    expect_code 127
    expect_has "$err" 'executable file not found in $PATH'
  }
}

help_to_a_full_disk() {
  code=0
  "$CHMDOCKER" help >/dev/full 2>err || code=$?
  expect "exit code" 125 "$code"
  expect_has "$(cat err)" "write to standard output: ENOSPC"
}

init_by_hand() {
  local words
  for words in init "init 3 4 0 4096" "init /bin/sh"; do
    # shellcheck disable=SC2086
    run "$CHMDOCKER" $words
    expect_code 125
    expect "standard output" "" "$out"
    expect "standard error" "chmdocker: init is started by chmdocker inside a new container only, and was called outside of one; use 'chmdocker run'" "$err"
  done
}

chmdocker_init_by_hand() {
  local words
  for words in "" "3,4,0,4096" "0,0,0,0" "x" "1 2 3" "-1,-1,-1,-1" "9,9,65536,99999999999999999999"; do
    # shellcheck disable=SC2086
    run "$BIN/chmdocker-init" $words
    expect_code 125
    expect "standard output" "" "$out"
    expect "standard error" "chmdocker-init: started by chmdocker inside a new container only, never by hand" "$err"
  done
}

check "chmdocker, help, h, --help and -h print the help" main_help
check "help run and run --help print run's page" run_help
check "help of init and help" other_help
check "--version and -v" version
check "the tutorial's own texts" texts_of_the_tutorial
check "unknown commands and flags" unknown_words
check "Missing container command" missing_command
check "gflags' own flags are refused and not shown" no_flags_of_gflags
check "no flag is taken from the environment" no_flags_from_the_environment
check "bad values of flags" bad_values
check "flags behind the command are the command's" flags_after_the_command
check "-- ends chmdocker's flags" two_dashes
check "every argument reaches the command as it is" all_of_argv
check "20000 arguments" many_arguments
check "the forms a flag can have" forms_of_flags
check "PATH of the caller and of -e is searched" search_in_path
check "an empty element of PATH is the working directory" empty_path_element
check "a file in PATH that may not be executed" path_with_a_denied_file
check "help that can't be written" help_to_a_full_disk
check "init by hand refuses" init_by_hand
check "chmdocker-init by hand refuses" chmdocker_init_by_hand
finish
