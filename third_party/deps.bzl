"""Every outside source that goes into a build, with its digest.

The versions are those whose archives Debian keeps in a stable release, so that
a Debian mirror can always stand in for upstream.
"""

load("//third_party:source_archive.bzl", "source_archive")
load("//third_party/sysroot:linux_uapi_headers.bzl", "linux_uapi_headers")
load("//third_party/toolchain:system_headers.bzl", "system_headers")

def _libraries():
    source_archive(
        name = "com_google_absl",
        dropped_features = [
            "layering_check",
            "parse_headers",
        ],
        debian_path = "pool/main/a/abseil/abseil_20240722.0.orig.tar.gz",
        debian_sha256 = "df6d1f5ef540725f3851201176a60486aab332410788465c9877910bb471c34a",
        debian_strip_prefix = "abseil-20240722.0",
        sha256 = "f50e5ac311a81382da7fa75b97310e4b9006474f9560ac46f54a9967f07d4ae3",
        strip_prefix = "abseil-cpp-20240722.0",
        urls = ["https://github.com/abseil/abseil-cpp/releases/download/20240722.0/abseil-cpp-20240722.0.tar.gz"],
    )
    source_archive(
        name = "com_github_gflags_gflags",
        debian_path = "pool/main/g/gflags/gflags_2.2.2.orig.tar.gz",
        debian_sha256 = "34af2f15cf7367513b352bdcd2493ab14ce43692d2dcd9dfc499492966c64dcf",
        debian_strip_prefix = "gflags-2.2.2",
        patches = ["//third_party/gflags:0001-messages-without-iostream.patch"],
        sha256 = "34af2f15cf7367513b352bdcd2493ab14ce43692d2dcd9dfc499492966c64dcf",
        strip_prefix = "gflags-2.2.2",
        urls = ["https://github.com/gflags/gflags/archive/refs/tags/v2.2.2.tar.gz"],
    )
    source_archive(
        name = "com_google_googletest",
        debian_path = "pool/main/g/googletest/googletest_1.16.0.orig.tar.gz",
        debian_sha256 = "2f54382b5d13d6cd0be2afc524f1e510d37f8ba78c2d439c5bea64ef37e30d01",
        debian_strip_prefix = "googletest-1.16.0",
        sha256 = "78c676fc63881529bf97bf9d45948d905a66833fbfa5318ea2cd7478cb98f399",
        strip_prefix = "googletest-1.16.0",
        urls = ["https://github.com/google/googletest/releases/download/v1.16.0/googletest-1.16.0.tar.gz"],
    )
    source_archive(
        name = "yyjson",
        build_file = "//third_party/yyjson:yyjson.BUILD",
        debian_path = "pool/main/y/yyjson/yyjson_0.10.0+ds.orig.tar.xz",
        debian_sha256 = "ae6fde69a193e10afab426ef13f113d6903446405f9db9ee98bfb572bd6c961a",
        debian_strip_prefix = "ibireme-yyjson-a963bbe",
        sha256 = "0d901cb2c45c5586e3f3a4245e58c2252d6b24bf4b402723f6179523d389b165",
        strip_prefix = "yyjson-0.10.0",
        urls = ["https://github.com/ibireme/yyjson/archive/refs/tags/0.10.0.tar.gz"],
    )

    # Its table of system calls; the library itself in tests.
    source_archive(
        name = "libseccomp",
        build_file = "//third_party/libseccomp:libseccomp.BUILD",
        debian_path = "pool/main/libs/libseccomp/libseccomp_2.6.0.orig.tar.gz",
        debian_sha256 = "83b6085232d1588c379dc9b9cae47bb37407cf262e6e74993c61ba72d2a784dc",
        debian_strip_prefix = "libseccomp-2.6.0",
        sha256 = "83b6085232d1588c379dc9b9cae47bb37407cf262e6e74993c61ba72d2a784dc",
        strip_prefix = "libseccomp-2.6.0",
        urls = ["https://github.com/seccomp/libseccomp/releases/download/v2.6.0/libseccomp-2.6.0.tar.gz"],
    )

    # Images: tar archives, gzip and zstd, SHA-256.
    source_archive(
        name = "libarchive",
        build_file = "//third_party/libarchive:libarchive.BUILD",
        debian_path = "pool/main/liba/libarchive/libarchive_3.7.4.orig.tar.xz",
        debian_sha256 = "f887755c434a736a609cbd28d87ddbfbe9d6a3bb5b703c22c02f6af80a802735",
        debian_strip_prefix = "libarchive-3.7.4",
        members = [
            "COPYING",
            "libarchive",
        ],
        patches = [
            "//third_party/libarchive:0001-names-are-bytes.patch",
            "//third_party/libarchive:0002-no-table-of-formats.patch",
        ],
        sha256 = "f887755c434a736a609cbd28d87ddbfbe9d6a3bb5b703c22c02f6af80a802735",
        strip_prefix = "libarchive-3.7.4",
        urls = ["https://github.com/libarchive/libarchive/releases/download/v3.7.4/libarchive-3.7.4.tar.xz"],
    )
    source_archive(
        name = "madler_zlib",
        build_file = "//third_party/zlib:zlib.BUILD",
        debian_path = "pool/main/z/zlib/zlib_1.3.dfsg+really1.3.1.orig.tar.gz",
        debian_sha256 = "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb",
        debian_strip_prefix = "zlib-1.3.1",
        sha256 = "9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23",
        strip_prefix = "zlib-1.3.1",
        urls = ["https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz"],
    )
    source_archive(
        name = "zstd",
        build_file = "//third_party/zstd:zstd.BUILD",
        debian_path = "pool/main/libz/libzstd/libzstd_1.5.7+dfsg.orig.tar.xz",
        debian_sha256 = "0c092ef267edce57ba7f3f2645c861f72eaf5e76273c6c3632869423464b90a5",
        debian_strip_prefix = "zstd-1.5.7",
        members = [
            "LICENSE",
            "lib",
        ],
        sha256 = "eb33e51f49a15e023950cd7825ca74a4a2b43db8354825ac24fc1b7ee09e6fa3",
        strip_prefix = "zstd-1.5.7",
        urls = ["https://github.com/facebook/zstd/releases/download/v1.5.7/zstd-1.5.7.tar.gz"],
    )
    source_archive(
        name = "libtomcrypt",
        build_file = "//third_party/libtomcrypt:libtomcrypt.BUILD",
        debian_path = "pool/main/libt/libtomcrypt/libtomcrypt_1.18.2.orig.tar.xz",
        debian_sha256 = "96ad4c3b8336050993c5bc2cf6c057484f2b0f9f763448151567fbab5e767b84",
        debian_strip_prefix = "libtomcrypt-1.18.2",
        members = [
            "LICENSE",
            "src/hashes/sha2/sha256.c",
            "src/headers",
        ],
        sha256 = "96ad4c3b8336050993c5bc2cf6c057484f2b0f9f763448151567fbab5e767b84",
        strip_prefix = "libtomcrypt-1.18.2",
        urls = ["https://github.com/libtom/libtomcrypt/releases/download/v1.18.2/crypt-1.18.2.tar.xz"],
    )

    # abseil's BUILD files load it.
    source_archive(
        name = "bazel_skylib",
        debian_path = "pool/main/b/bazel-skylib/bazel-skylib_1.0.3.orig.tar.xz",
        debian_sha256 = "b22f0f38d9a1ac565fce8a43df3d284f6b8e5e8775bda54b5cb687bed46b6ea4",
        debian_strip_prefix = "bazel-skylib-1.0.3",
        sha256 = "1c531376ac7e5a180e0237938a2536de0c54d93f5c278634818e0efc952dd56c",
        urls = ["https://github.com/bazelbuild/bazel-skylib/releases/download/1.0.3/bazel-skylib-1.0.3.tar.gz"],
    )

def _cxx_runtime():
    """What //third_party/sysroot is built from."""
    source_archive(
        name = "musl",
        build_file = "//third_party/sysroot:sources.BUILD",
        debian_path = "pool/main/m/musl/musl_1.2.5.orig.tar.gz",
        debian_sha256 = "a9a118bbe84d8764da0ea0d28b3ab3fae8477fc7e4085d90102b8596fc7c75e4",
        debian_strip_prefix = "musl-1.2.5",
        patches = [
            "//third_party/musl:0001-qsort-trailing-zeros-across-words.patch",
            "//third_party/musl:0002-qsort-shift-by-whole-words.patch",
            "//third_party/musl:0003-iconv-euc-kr-lead-byte.patch",
            "//third_party/musl:0004-iconv-failed-utf-8-output.patch",
        ],
        sha256 = "a9a118bbe84d8764da0ea0d28b3ab3fae8477fc7e4085d90102b8596fc7c75e4",
        strip_prefix = "musl-1.2.5",
        urls = ["https://musl.libc.org/releases/musl-1.2.5.tar.gz"],
    )
    source_archive(
        name = "llvm_runtimes",
        build_file = "//third_party/sysroot:sources.BUILD",
        debian_path = "pool/main/l/llvm-toolchain-19/llvm-toolchain-19_19.1.7.orig.tar.xz",
        debian_sha256 = "ae498f3bc58ae2d9f64ef5f0c035c4240152bf015a5b7738b15c22e93bdc97ce",
        debian_strip_prefix = "llvm-toolchain-19_19.1.7",
        members = [
            "LICENSE.TXT",
            "compiler-rt/lib/builtins",
            "libcxx/include",
            "libcxx/src",
            "libcxx/vendor",
            "libcxxabi/include",
            "libcxxabi/src",
            "libunwind/include",
            "libunwind/src",
        ],
        sha256 = "82401fea7b79d0078043f7598b835284d6650a75b93e64b6f761ea7b63097501",
        strip_prefix = "llvm-project-19.1.7.src",
        urls = ["https://github.com/llvm/llvm-project/releases/download/llvmorg-19.1.7/llvm-project-19.1.7.src.tar.xz"],
    )
    linux_uapi_headers(name = "linux_uapi_headers")

    # What --config=asan is built with in its place.
    system_headers(name = "system_headers")

def deps():
    """Declares the repositories; nothing is fetched before it is used."""
    _libraries()
    _cxx_runtime()
