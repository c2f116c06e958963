# shellcheck shell=bash
# What the tests of containers that run without their caller share: a state and a data
# directory of the script's own, in which no container may be left.
#
# shellcheck source=lib.sh
source "$STAGE/test/lib.sh"

readonly STATE=$STAGE/tmp/state DATA=$STAGE/tmp/data
mkdir "$STATE" "$DATA"

left() { find "$DATA/containers" "$DATA/names" "$STATE" -mindepth 1 2>/dev/null || true; }
no_containers() { [[ -z $(left) ]]; }
more_leaks() {
  local end=$((SECONDS + patience)) found
  until no_containers || ((SECONDS > end)); do sleep 0.01; done
  found=$(left)
  # The next case has events of its own only.
  rm -rf "${DATA:?}"/* "${STATE:?}"/*
  [[ -z $found ]] || {
    echo "leak: $found"
    return 1
  }
}

ch() { quiet --root "$STATE" --data-root "$DATA" "$@"; }
# Runs a script of sh in a container called c; $id is its id.
detached() { # detached FLAG... -- SCRIPT
  local flags=()
  while [[ $1 != -- ]]; do
    flags+=("$1")
    shift
  done
  id=$(ch run -d --name c "${flags[@]}" /bin/sh -c "$2")
}
field() { ch inspect -f "{{$1}}" c; }
says() { [[ $(field "$1" 2>/dev/null) == "$2" ]]; }
logged() { ch logs c 2>&1 | grep -qxF -- "$1"; }
gone() { ! ch inspect c >/dev/null 2>&1; }
monitor() { sed -n 's/.*"monitor":{"pid":\([0-9]*\).*/\1/p' "$DATA/containers/$id/state.json"; }
remove() { ch rm -f c >/dev/null; }
well_but_for_error() { # well_but_for_error TEXT
  expect_code 0
  expect "standard error" "$1" "$err"
}
