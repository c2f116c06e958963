#!/bin/sh
# Two OCI layouts are the same, byte by byte, and their layer tells nothing of when
# and by whom it was made.
#
#   layout_test.sh DIRECTORY DIRECTORY
set -eu
failed=0

check() { # check NAME COMMAND...
  name=$1
  shift
  if "$@"; then
    echo "ok - $name"
  else
    echo "not ok - $name"
    failed=1
  fi
}

# Of the blobs it is the one that is an archive.
list_layer() {
  for blob in "$1"/blobs/sha256/*; do
    tar --utc --numeric-owner -tvf "$blob" 2>/dev/null && return
  done
}

is_nobodys() {
  list=$(list_layer "$1")
  printf '%s\n' "$list" | grep -q ' \./bin/probe$' &&
    ! printf '%s\n' "$list" | grep -vE '^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) 0/0 +[0-9]+ 1970-01-01 00:00 '
}

check "the same files make the same layout" diff -r "$1" "$2"
check "a layer has no times and no owners" is_nobodys "$1"
exit "$failed"
