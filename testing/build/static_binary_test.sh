#!/bin/sh
# Checks what static_binary_test in defs.bzl promises of a binary.
#
#   static_binary_test.sh BINARY MAX_BYTES [no_]stack_protector [un]stripped
set -eu
export LC_ALL=C

binary=$1 max_bytes=$2 stack_protector=$3 stripped=$4
failures=0

fail() {
  echo "not ok - $binary $*"
  failures=$((failures + 1))
}

# has REGEX TEXT: some line of TEXT matches.
has() { printf '%s\n' "$2" | grep -qE -e "$1"; }

header=$(readelf --wide --file-header "$binary")
segments=$(readelf --wide --program-headers "$binary")
dynamic=$(readelf --wide --dynamic "$binary")
sections=$(readelf --wide --sections "$binary")

# Nothing of the host's is loaded: neither a dynamic linker nor a library.
! has '^ *INTERP ' "$segments" || fail "asks for a dynamic linker"
! has '\(NEEDED\)' "$dynamic" || fail "needs a shared library"

# At a random address all the same.
has '^ *Type: +DYN ' "$header" || fail "is not position-independent"
has '\(FLAGS_1\).*PIE' "$dynamic" || fail "is not a static-pie program"

# What is relocated at start is read-only from then on, and all of it is.
has '^ *GNU_RELRO ' "$segments" || fail "has no RELRO segment"
has '\(FLAGS(_1)?\).*(BIND_NOW|NOW)' "$dynamic" || fail "does not bind at start"

# No memory is both written and executed.
has '^ *GNU_STACK .* RW +0' "$segments" || fail "does not ask for a non-executable stack"
! has '^ *LOAD .* RWE ' "$segments" || fail "has a segment that is written and executed"

# The canary is at %fs:0x28, and nothing else is; musl itself reads no canary.
if [ "$stack_protector" = stack_protector ]; then
  objdump --disassemble --no-show-raw-insn "$binary" | grep -q '%fs:0x28' ||
    fail "has no function with a stack protector"
fi

if [ "$stripped" = stripped ]; then
  ! has ' \.symtab ' "$sections" || fail "has a symbol table"
  ! has ' \.debug_' "$sections" || fail "has debugging information"
  bytes=$(wc -c <"$binary")
  [ "$bytes" -le "$max_bytes" ] || fail "has $bytes bytes, and may have $max_bytes"
  echo "$binary: $bytes bytes of $max_bytes"
fi

[ "$failures" -eq 0 ] || exit 1
echo "ok - $binary is static, hardened, stripped and within its size"
