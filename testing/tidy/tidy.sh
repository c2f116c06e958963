#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy has the checks) over our own sources, with the
# headers that the build uses: `./bazelw build //...` comes first.
#
#   testing/tidy/tidy.sh          all of them: ten minutes and more
#   testing/tidy/tidy.sh -COUNT   what the last COUNT commits have touched, and what is
#                                 not committed
set -euo pipefail
cd "$(dirname "$0")/../.."

external=$(./bazelw info output_base 2>/dev/null)/external
sysroot=$(find -L bazel-out/ -maxdepth 6 -type d -path '*/third_party/sysroot/sysroot' -print -quit)
[[ -n $sysroot ]] || {
  echo "tidy: build //... first: its headers are not there" >&2
  exit 1
}
flags=(
  -std=c++20 --target=x86_64-linux-musl --sysroot="$sysroot"
  -resource-dir="$sysroot/lib/clang" -stdlib=libc++ -fno-exceptions
  -I. -Ibazel-bin -isystem "$external/com_google_absl"
  -isystem "$external/yyjson/src" -isystem "$external/libseccomp/include"
  -isystem "$external/libarchive/libarchive" -isystem "$external/libtomcrypt/src/headers"
  -DARGTYPE=4 -DLTC_NOTHING -DLTC_SHA256
  -isystem "$external/com_google_googletest/googletest/include"
  -isystem bazel-bin/external/com_github_gflags_gflags/_virtual_includes/gflags
)
# seen_in FILE: the source that clang-tidy sees it in: itself, or of a header its
# .cc, or one that includes it.
seen_in() {
  local source=${1%.*}.cc
  if [[ -e $source ]]; then
    echo "$source"
  elif [[ -e $1 ]]; then
    { git grep -lF "#include \"$1\"" -- 'runtime/*.cc' 'cli/*.cc' ':!*_test.cc' || true; } |
      sed -n 1p
  fi
}

# sources [-COUNT]
sources() {
  local file
  if [[ $# -eq 0 ]]; then
    git ls-files 'runtime/*.cc' 'cli/*.cc'
  else
    { git log "$1" --name-only --format= && git diff --name-only HEAD; } |
      sed -nE '/^(runtime|cli)\/.*\.(cc|h)$/p' | sort -u |
      while read -r file; do seen_in "$file"; done | sort -u
  fi | sed '/_test\.cc$/d'
}

sources "$@" |
  xargs -r -P "$(nproc)" -I{} clang-tidy-19 --quiet {} -- "${flags[@]}" 2>/dev/null
