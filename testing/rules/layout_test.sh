#!/bin/sh
# Two OCI layouts are the same, byte by byte.
#
#   layout_test.sh DIRECTORY DIRECTORY
set -eu
[ "$(find -L "$1" -type f | wc -l)" -eq 5 ]
if diff -r "$1" "$2"; then
  echo "ok - the same files make the same layout"
else
  echo "not ok - the same files make the same layout"
  exit 1
fi
