"""Where Debian's clang-19, lld-19 and llvm-19 put their programs."""

load("@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl", "tool_path")

LLVM_BIN = "/usr/lib/llvm-19/bin"

_TOOLS = {
    "ar": "llvm-ar",
    "cpp": "clang-cpp",
    "dwp": "llvm-dwp",
    "gcc": "clang",
    "gcov": "llvm-cov",
    "ld": "ld.lld",
    "nm": "llvm-nm",
    "objcopy": "llvm-objcopy",
    "objdump": "llvm-objdump",
    "strip": "llvm-strip",
}

def llvm_tool_paths():
    """The tools by the names that Bazel has for them."""
    return [tool_path(name = name, path = LLVM_BIN + "/" + program) for name, program in _TOOLS.items()]
