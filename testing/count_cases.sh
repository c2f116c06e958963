#!/usr/bin/env bash
# Usage: count_cases.sh FOLDER
# Prints "PASSED FAILED SKIPPED": the cases in Bazel's test logs below FOLDER, of
# googletest and of scripts that print "ok - ", "not ok - " and "skip - " lines.
# Skipped cases are named on standard error with their reasons.
set -euo pipefail

# The awk program is meant as it stands.
# shellcheck disable=SC2016
find "$1" -name test.log -print0 | sort -z | xargs -0 --no-run-if-empty awk '
  /^\[       OK \] / || /^ok - / { passed++ }
  /^\[  FAILED  \] .*\([0-9]+ ms\)$/ || /^not ok - / { failed++ }
  /^skip - / { skipped++; print FILENAME ": " $0 >"/dev/stderr" }
  /^\[  SKIPPED \] .*\([0-9]+ ms\)$/ {
    skipped++
    print FILENAME ": " $0 >"/dev/stderr"
  }
  END { print passed + 0, failed + 0, skipped + 0 }
'
