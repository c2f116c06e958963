#!/bin/sh
# Builds a target once more, from nothing, and compares it with what the workspace has.
#
#   testing/reproducible/reproducible.sh [LABEL [BAZEL_OPTION...]]
#
# LABEL is //cli:chmdocker unless given, and must be of a rule with one file of
# its own name.  The other build differs in all that must not matter: the path
# of the tree and of Bazel's output, the umask, the time zone, and that it uses no
# cache of build results; the downloaded sources are shared.  Takes a cold build,
# about three minutes.
set -eu
export LC_ALL=C

label=${1:-//cli:chmdocker}
[ $# -eq 0 ] || shift
workspace=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d)

# elsewhere COMMAND...: Bazel in the copy of the tree.
elsewhere() (
  cd "$work/copy"
  ./bazelw --output_base="$work/output" "$@"
)

cleanup() {
  [ ! -d "$work/output" ] || elsewhere shutdown 2>/dev/null || true
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

# build_here BAZEL_OPTION...: leaves the workspace's file at $work/here.
build_here() {
  echo "Building $label in the workspace ..."
  cd "$workspace"
  ./bazelw build --noshow_progress "$@" "$label"
  cp "$(./bazelw info "$@" bazel-bin 2>/dev/null)/$(path_of "$label")" "$work/here"
}

# build_elsewhere BAZEL_OPTION...: leaves the copy's file at $work/elsewhere.
build_elsewhere() (
  umask 077
  TZ=Asia/Tokyo
  export TZ
  echo "Building $label from nothing in a copy ..."
  mkdir "$work/copy"
  tar -C "$workspace" -cf - --exclude=./.git --exclude='./bazel-*' . | tar -C "$work/copy" -xf -
  elsewhere build --disk_cache= --symlink_prefix=/ --noshow_progress "$@" "$label"
  cp "$(elsewhere info "$@" bazel-bin 2>/dev/null)/$(path_of "$label")" "$work/elsewhere"
)

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

build_here "$@"
build_elsewhere "$@"

sha256sum "$work/here" "$work/elsewhere"
if ! cmp -s "$work/here" "$work/elsewhere"; then
  echo "$label is NOT reproducible."
  explain "$work/here" "$work/elsewhere"
  exit 1
fi
echo "$label is reproducible."
