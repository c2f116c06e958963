#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy has the checks) over our own sources, with the
# headers that the build uses: `./bazelw build //cli:chmdocker` comes first.
# Not yet over those that unchecked.txt names: they have come or changed since
# they were last gone through, and the list is to become empty.
set -euo pipefail
cd "$(dirname "$0")/../.."

external=$(./bazelw info output_base 2>/dev/null)/external
sysroot=$(find -L bazel-out/ -maxdepth 6 -type d -path '*/third_party/sysroot/sysroot' -print -quit)
[[ -n $sysroot ]] || {
  echo "tidy: build //cli:chmdocker first: its headers are not there" >&2
  exit 1
}
flags=(
  -std=c++20 --target=x86_64-linux-musl --sysroot="$sysroot"
  -resource-dir="$sysroot/lib/clang" -stdlib=libc++ -fno-exceptions
  -I. -isystem "$external/com_google_absl"
  -isystem "$external/yyjson/src"
  -isystem bazel-bin/external/com_github_gflags_gflags/_virtual_includes/gflags
)
git ls-files 'runtime/*.cc' 'cli/*.cc' | grep -v _test.cc |
  grep -vxFf testing/tidy/unchecked.txt |
  xargs -P "$(nproc)" -I{} clang-tidy-19 --quiet {} -- "${flags[@]}" 2>/dev/null
