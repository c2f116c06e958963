#!/bin/sh
# Builds a target twice from nothing and compares the two files.
#
#   testing/reproducible/reproducible.sh [LABEL [BAZEL_OPTION...]]
#
# LABEL is //cli:chmdocker unless given, and must be of a rule with one file of
# its own name.  The second build differs in all that must not matter: the path
# of the tree and of Bazel's output, the umask, the time zone.  Neither uses a
# cache of build results; the downloaded sources are shared.  Takes two cold
# builds, about three minutes each.
set -eu
export LC_ALL=C

label=${1:-//cli:chmdocker}
[ $# -eq 0 ] || shift
workspace=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d)

# bazel_in NAME COMMAND...: Bazel in the copy of that name.
bazel_in() (
  cd "$work/$1"
  output_base=$work/output-of-$1
  shift
  ./bazelw --output_base="$output_base" "$@"
)

cleanup() {
  for name in one the-other; do
    [ ! -d "$work/output-of-$name" ] || bazel_in "$name" shutdown 2>/dev/null || true
  done
  # Bazel writes its outputs read-only.
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# path_of LABEL: where its file is below bazel-bin.
path_of() {
  path=${1#//}
  case $path in
    *:*) printf '%s\n' "$path" | tr : / ;;
    *) printf '%s/%s\n' "$path" "${path##*/}" ;;
  esac
}

# build NAME BAZEL_OPTION...: leaves the file at $work/NAME.out.
build() {
  name=$1
  shift
  echo "Building $label in a tree called $name ..."
  mkdir "$work/$name"
  tar -C "$workspace" -cf - --exclude=./.git --exclude='./bazel-*' . | tar -C "$work/$name" -xf -
  bazel_in "$name" build --disk_cache= --symlink_prefix=/ --noshow_progress "$@" "$label"
  cp "$(bazel_in "$name" info "$@" bazel-bin 2>/dev/null)/$(path_of "$label")" "$work/$name.out"
}

# section_at FILE OFFSET: the name of the section that has this byte.
section_at() {
  readelf --wide --sections "$1" 2>/dev/null | sed -n 's/^ *\[ *[0-9]*\] \(\..*\)/\1/p' |
    while read -r section type _ start size _; do
      [ "$type" != NOBITS ] || continue
      if [ "$2" -ge $((0x$start)) ] && [ "$2" -lt $((0x$start + 0x$size)) ]; then
        echo "section $section"
        break
      fi
    done
}

# explain FILE FILE: the first difference.
explain() {
  # cmp counts from 1, and says nothing here if one file begins with the other.
  offset=$(cmp -l "$1" "$2" 2>/dev/null | awk 'NR == 1 { print $1 - 1 }')
  if [ -z "$offset" ]; then
    echo "One is longer: $(wc -c <"$1") and $(wc -c <"$2") bytes."
    return
  fi
  section=$(section_at "$1" "$offset")
  echo "They first differ at byte $offset, in ${section:-no section}; from 32 bytes before:"
  for file in "$1" "$2"; do
    od -A d -t x1z -j $((offset > 32 ? offset - 32 : 0)) -N 96 "$file"
    echo
  done
}

build one "$@"
(
  umask 077
  TZ=Asia/Tokyo
  export TZ
  build the-other "$@"
)

sha256sum "$work/one.out" "$work/the-other.out"
if ! cmp -s "$work/one.out" "$work/the-other.out"; then
  echo "$label is NOT reproducible."
  explain "$work/one.out" "$work/the-other.out"
  exit 1
fi
echo "$label is reproducible."
