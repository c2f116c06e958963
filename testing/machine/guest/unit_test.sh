#!/bin/sh
# The unit tests that are about the kernel, each as a case of this suite.
#
# What lib.sh sets is its own:
# shellcheck disable=SC2154
# shellcheck source=lib.sh
. /test/lib.sh

# googletest's lines; what a test says comes between its first and its last.
as_cases() {
  awk '
    /^\[ RUN      \] / { said = ""; next }
    match($0, /^\[ +(OK|FAILED|SKIPPED) +\] .* \([0-9]+ ms\)$/) {
      name = $0
      sub(/^\[[^]]*\] /, "", name)
      sub(/(, where .*)? \([0-9]+ ms\)$/, "", name)
      if ($0 ~ /OK \]/) print "ok - " name
      else if ($0 ~ /SKIPPED/) print "skip - " name ": " last
      else print "not ok - " name said
      next
    }
    /^\[/ { next }
    NF { said = said "\n# " $0; last = $0 }
  '
}

# All hierarchies are v2 alone here, with which every test is run twice.
for program in /test/*_test; do
  "$program" --gtest_color=no --gtest_filter='-*/All' >/tmp/gtest 2>&1 && status=0 || status=$?
  as_cases </tmp/gtest
  # One that ends before its time has no failed test.
  if [ "$status" -ne 0 ] && ! grep -q '^\[  FAILED  \]' /tmp/gtest; then
    echo "not ok - ${program##*/}: exit code $status"
    tail -n 40 /tmp/gtest | sed 's/^/# /'
  fi
  rm /tmp/gtest
done
