#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy has the checks) over our own sources, with the
# headers that the build uses: `./bazelw build //...` comes first.
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
git ls-files 'runtime/*.cc' 'cli/*.cc' | grep -v _test.cc |
  xargs -P "$(nproc)" -I{} clang-tidy-19 --quiet {} -- "${flags[@]}" 2>/dev/null
