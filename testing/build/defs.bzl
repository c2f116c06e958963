"""Tests of what the linker made, for any binary of the static toolchain."""

load(":unstripped_binary.bzl", "unstripped_binary")

def static_binary_test(name, binary, max_bytes, stack_protector = True, tags = [], **kwargs):
    """Checks that a binary is static, hardened, stripped and small.

    Args:
      name: the test.
      binary: the cc_binary.
      max_bytes: what its file may have at most; raise it knowingly.
      stack_protector: False for a program in which no function has an array.
      tags: of the test, besides `static`.
      **kwargs: what every test rule takes.
    """
    native.sh_test(
        name = name,
        size = "small",
        srcs = ["//testing/build:static_binary_test.sh"],
        args = [
            "$(rootpath %s)" % binary,
            str(max_bytes),
            "stack_protector" if stack_protector else "no_stack_protector",
        ] + select({
            "//testing/build:debug": ["unstripped"],
            "//conditions:default": ["stripped"],
        }),
        data = [binary],
        tags = tags + ["static"],
        **kwargs
    )

def forbidden_symbols_test(name, binary, tags = [], **kwargs):
    """Checks that no allocation, no C++ runtime and no abort is linked into a binary.

    The binary is linked once more, with its symbols, which the one that is
    shipped does not have.

    Args:
      name: the test.
      binary: the cc_binary.
      tags: of the test, besides `static`.
      **kwargs: what every test rule takes.
    """
    unstripped_binary(
        name = name + "_binary",
        testonly = True,
        binary = binary,
        tags = ["manual"],
    )
    native.sh_test(
        name = name,
        size = "small",
        srcs = ["//testing/build:forbidden_symbols_test.sh"],
        args = [
            "$(rootpath :%s_binary)" % name,
            "$(rootpath //testing/build:forbidden_symbols.txt)",
        ],
        data = [
            ":%s_binary" % name,
            "//testing/build:forbidden_symbols.txt",
        ],
        tags = tags + ["static"],
        **kwargs
    )
