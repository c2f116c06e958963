#!/bin/sh
# The benchmark runs, and compares what it should. How fast anything is, is
# none of a test's business.
set -eu

bench=testing/bench/bench

fail() {
  echo "FAIL: $*"
  exit 1
}

table=$("$bench" --rounds=2 --warm-up=0)
printf '%s\n' "$table"
for name in 'floor' 'chmdocker run' 'chmdocker run --ti'; do
  printf '%s\n' "$table" | grep -qE "^$name  +[0-9]" || fail "no line for $name"
done

if [ "$(id -u)" = 0 ]; then
  for name in 'OCI floor' 'OCI floor, in place' 'OCI floor, three calls' 'chmdocker run \(bundle\)' \
    'chmdocker create start delete'; do
    printf '%s\n' "$table" | grep -qE "^$name  +[0-9]" ||
      fail "no line for $name"
  done
fi

json=$("$bench" --rounds=2 --warm-up=0 --json --only=run)
case $json in
  *'"name": "chmdocker run", "floor": "floor", "wall_ms": {"median": '*) ;;
  *) fail "no chmdocker run in the JSON: $json" ;;
esac
case $json in
  *unshare*) fail "--only=run let others in: $json" ;;
esac

"$bench" --help | grep -q -e --rounds || fail "--help does not help"
! "$bench" --rounds=none 2>/dev/null || fail "--rounds=none was accepted"
