#!/usr/bin/env bash
# Writes cli/startup_order.txt anew: the functions that a start executes, which the
# linker puts side by side, so that a start touches few pages of the program; and all
# small variables, so that they share a page or two. It wants root and valgrind.
# A name that is not there any more does no harm, one that is missing costs a fault.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly MOST_BYTES=4096 # of a variable that is small
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

./bazelw build --features=unstripped //cli:chmdocker //testing/bench/floor:true
program=$directory/chmdocker
cp bazel-bin/cli/chmdocker "$program"
mkdir -p "$directory/b/rootfs"
cp bazel-bin/testing/bench/floor/true "$directory/b/rootfs/"
(cd "$directory/b" && "$program" spec &&
  sed -i 's#"sh"#"/true"#; s#"terminal": true#"terminal": false#' config.json)

# traced WORD...: one command more, as far as it comes: valgrind 3.19 does not know
# pidfd_open.
traced() {
  valgrind --quiet --tool=callgrind --demangle=no --callgrind-out-file="$directory/out" \
    "$program" --root "$directory/state" "$@" >/dev/null 2>&1 || true
  sed -nE "s/^c?fn=\([0-9]+\) //p" "$directory/out" | sed -E "s/'[0-9]+$//" >>"$directory/functions"
}
traced --version
traced run "$directory/b/rootfs/true"
traced create --bundle "$directory/b" c
traced start c
traced exec c /true
traced delete --force c
"$program" --root "$directory/state" delete --force c

# What valgrind has no name for.
printf '%s\n' _start _start_c __dls2 __libc_start_main memcpy memmove memset |
  cat - "$directory/functions" | awk '!seen[$0]++' >"$directory/wanted"
nm "$program" | awk '$2 ~ /[tTwW]/ { print $3 }' >"$directory/known"
grep -xFf "$directory/known" "$directory/wanted" >cli/startup_order.txt
# Not zeroed memory first: what the program has values for is there already.
nm -S "$program" | awk -v most="$(printf %016x "$MOST_BYTES")" \
  'NF == 4 && $3 ~ /[bB]/ && $2 < most { print $4 }' | sort >>cli/startup_order.txt
wc -l cli/startup_order.txt
