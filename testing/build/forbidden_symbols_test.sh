#!/bin/sh
# Checks what forbidden_symbols_test in defs.bzl promises of a binary.
#
#   forbidden_symbols_test.sh BINARY PATTERNS
set -eu
export LC_ALL=C

binary=$1 patterns=$2

symbols=$(nm --defined-only --format=posix "$binary" | cut -d ' ' -f 1)
# A binary without a symbol table would pass whatever is in it.
if ! printf '%s\n' "$symbols" | grep -qx main; then
  echo "not ok - $binary has no symbol table"
  exit 1
fi

if found=$(printf '%s\n' "$symbols" | grep -xE "$(grep -v '^#' "$patterns")"); then
  echo "not ok - $binary must not contain:"
  printf '%s\n' "$found" | sed 's/^/# /'
  exit 1
fi
echo "ok - $binary: none of $(printf '%s\n' "$symbols" | wc -l) symbols is forbidden"
