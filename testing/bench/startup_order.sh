#!/usr/bin/env bash
# Writes cli/startup_order.txt anew: the functions that a start executes, which the
# linker puts side by side, so that a start touches few pages of the program; and all
# small variables, so that they share a page or two. It wants root.
# A name that is not there any more does no harm, one that is missing costs a fault.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly MOST_BYTES=4096 # of a variable that is small
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

./bazelw build --features=unstripped //cli:chmdocker //testing/bench:executed \
  //testing/bench/floor:true //testing/bench/floor:wait
program=$directory/chmdocker
cp bazel-bin/cli/chmdocker "$program"
mkdir -p "$directory/b/rootfs"
cp bazel-bin/testing/bench/floor/{true,wait} "$directory/b/rootfs/"
(cd "$directory/b" && "$program" spec &&
  sed -i 's#"sh"#"/wait"#; s#"terminal": true#"terminal": false#' config.json)
readonly SECCOMP='"seccomp": { "defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],
  "syscalls": [{ "names": ["read", "exit"], "action": "SCMP_ACT_ALLOW" },
    { "names": ["write", "execve", "exit_group", "arch_prctl", "set_tid_address"], "action": "SCMP_ACT_ALLOW" },
    { "names": ["clone"], "action": "SCMP_ACT_ALLOW",
      "args": [{ "index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ" }] }] },'

readonly TRACED=(bazel-bin/testing/bench/executed "$directory/addresses"
  "$program" --root "$directory/state")

# traced WORD...: one command more.
traced() { "${TRACED[@]}" "$@" </dev/null >/dev/null; }
traced --version
traced run "$directory/b/rootfs/true"
traced create --bundle "$directory/b" c
traced start c
traced exec c /true
traced delete --force c
sed -i 's#"/wait"#"/true"#' "$directory/b/config.json"
sed "s#\"linux\": {#&${SECCOMP//$'\n'/}#" "$directory/b/config.json" >"$directory/config.json"
traced run --bundle "$directory/b" c
# With cgroup v2 alone, as there is a program for devices then.
unshare --mount sh -c 'umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' - \
  "${TRACED[@]}" run --bundle "$directory/b" c </dev/null >/dev/null
cp "$directory/config.json" "$directory/b/"
traced run --bundle "$directory/b" c

# The function that has each address, in the order in which the first was executed.
nm -t d -n "$program" |
  awk '$2 ~ /[tTwW]/ { print $1 + 0, $3 }' >"$directory/known"
awk 'FILENAME == ARGV[1] { start[++count] = $1; name[count] = $2; next }
  {
    low = 1
    for (high = count; low < high;) {
      middle = int((low + high + 1) / 2)
      if (start[middle] <= $1) low = middle; else high = middle - 1
    }
    if (!seen[name[low]]++) print name[low]
  }' "$directory/known" "$directory/addresses" >cli/startup_order.txt
# Not zeroed memory first: what the program has values for is there already.
nm -S "$program" | awk -v most="$(printf %016x "$MOST_BYTES")" \
  'NF == 4 && $3 ~ /[bB]/ && $2 < most { print $4 }' | sort >>cli/startup_order.txt
wc -l cli/startup_order.txt
