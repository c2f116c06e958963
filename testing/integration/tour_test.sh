#!/usr/bin/env bash
# The README's tour, word by word: each of its commands is run, and what they
# print is compared with what it shows, but for ids, digests, sizes and times.
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

readonly README=$BIN/README.md

# The lines of the first console block below the heading.
tour() {
  awk '/^## / { here = ($0 == "## A tour in five minutes") }
    here && /^```console$/ { inside = 1; next }
    inside && /^```$/ { exit }
    inside' "$README"
}

same_for_all() {
  sed -E 's/[0-9a-f]{64}/ID/g; s/[0-9a-f]{12}/SHORT/g; s/[0-9T:.-]{20,}Z/TIME/g
    s/Less than a second|[0-9]+ seconds?|About a minute/SOON/g; s/[0-9.]+MB/SIZE/g; s/ +$//; s/   +/   /g'
}

the_tour() {
  command -v busybox >/dev/null || skip "needs busybox"
  mkdir bin
  cat >bin/chmdocker <<END
#!/bin/sh
exec $CHMDOCKER --root $PWD/state --data-root $PWD/data "\$@"
END
  chmod +x bin/chmdocker
  PATH=$PWD/bin:$PATH
  local line command='' commands=0
  while IFS= read -r line; do
    if [[ $line == '$ '* ]]; then
      command=${line#'$ '}
      commands=$((commands + 1))
      echo "$line" >>shown
      echo "$line" >>seen
      bash -c "$command" >>seen 2>errors || {
        echo "$command: exit code $?"
        cat errors
        return 1
      }
    else
      echo "$line" >>shown
    fi
  done < <(tour)
  ((commands >= 15))
  diff <(same_for_all <shown) <(same_for_all <seen)
  expect "containers" "" "$(ls data/containers)"
}

check "the README's tour" the_tour
finish
