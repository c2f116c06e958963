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
