#!/usr/bin/env bash
# Usage: is_empty.sh FILE TARGET
# Passes when FILE, the system call wrappers that TARGET depends on, is empty.
set -euo pipefail
if [[ -s $1 ]]; then
  echo "not ok - $2 is pure"
  echo "# it must not depend on:"
  sed 's/^/#   /' "$1"
  exit 1
fi
echo "ok - $2 is pure"
