"""The programs of the toolchain: Debian's clang-19 and lld-19, and binutils.

binutils, which clang-19 depends on, has the rest, so that the 300 MB of llvm-19
are not needed for one archiver.
"""

load("@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl", "tool_path")

LLVM_BIN = "/usr/lib/llvm-19/bin"

LLVM_RESOURCE_DIR = "/usr/lib/llvm-19/lib/clang/19"

_BINUTILS = "/usr/bin"

def toolchain_tool_paths():
    """The tools, by the names that Bazel has for them."""
    tools = {
        "ar": _BINUTILS + "/ar",
        "cpp": LLVM_BIN + "/clang-cpp",
        "gcc": LLVM_BIN + "/clang",
        "gcov": _BINUTILS + "/gcov",
        "ld": LLVM_BIN + "/ld.lld",
        "nm": _BINUTILS + "/nm",
        "objcopy": _BINUTILS + "/objcopy",
        "objdump": _BINUTILS + "/objdump",
        "strip": _BINUTILS + "/strip",
    }
    return [tool_path(name = name, path = path) for name, path in tools.items()]
