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
# sources [-COUNT]: with a header its .cc, which clang-tidy sees it in.
sources() {
  if [[ $# -eq 0 ]]; then
    git ls-files 'runtime/*.cc' 'cli/*.cc'
  else
    { git log "$1" --name-only --format= && git diff --name-only HEAD; } |
      sed -nE 's,^((runtime|cli)/.*)\.(cc|h)$,\1.cc,p' | sort -u |
      while read -r file; do [[ ! -e $file ]] || echo "$file"; done
  fi | grep -v _test.cc
}

sources "$@" |
  xargs -P "$(nproc)" -I{} clang-tidy-19 --quiet {} -- "${flags[@]}" 2>/dev/null
