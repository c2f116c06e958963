#!/bin/sh
# On an initramfs, as live systems and appliances keep it for their root: pivot_root(2)
# can't leave it.
#
# What lib.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=lib.sh
. /test/lib.sh

run_on_the_host() {
  run chmdocker run /bin/sh -c 'echo inside; exit 3'
  expect_code 3
  expect output inside "$out"
}

remedy_is_named() {
  bundle 'exit 0'
  run chmdocker run --bundle b c
  expect_code 1
  expect_has "$err" "initramfs"
  expect_has "$err" "--no-pivot"
  run chmdocker run --rootfs b/rootfs /bin/true
  expect_code 125
  expect_has "$err" "--no-pivot"
}

bundle_without_pivot() {
  bundle 'ls /; cat /proc/self/cgroup; cat /sys/fs/cgroup/pids.max' '{"pids": {"limit": 77}}'
  run chmdocker run --no-pivot --bundle b c
  expect_code 0
  expect output "bin
dev
proc
sys
tmp
0::/
77" "$out"
  chmdocker create --no-pivot --bundle b c >said 2>&1
  chmdocker start c
  await is stopped c
  chmdocker delete c
}

check "run /bin/sh" run_on_the_host
check "pivot_root's failure has a remedy" remedy_is_named
check "bundles with --no-pivot" bundle_without_pivot
