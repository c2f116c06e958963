"""Stand-ins for the repositories that Bazel's own packages load.

As soon as a C++ toolchain is resolved, Bazel 4.2 and 7 fetch rules_cc,
rules_java, rules_python, platforms and the coverage tools from GitHub.  In both
the rules are still native, so that a few lines stand in for each repository,
and a build needs no network but for the sources in deps.bzl.
"""

def _stub_repository_impl(ctx):
    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name, executable = False)
    for path, content in ctx.attr.contents.items():
        ctx.file(path, content, executable = False)

_stub_repository = repository_rule(
    implementation = _stub_repository_impl,
    attrs = {"contents": attr.string_dict(mandatory = True)},
)

_PUBLIC_PACKAGE = """\
package(default_visibility = ["//visibility:public"])

exports_files(glob(["*.bzl"]))
"""

def _native_rules(names):
    """A .bzl file that exports Bazel's native rules under their own names."""
    return "".join(["%s = native.%s\n" % (name, name) for name in names])

def _constraint_package(setting, values, aliases):
    """A package as in @platforms: one setting, its values, their other names."""
    lines = [_PUBLIC_PACKAGE, "constraint_setting(name = \"%s\")" % setting]
    lines += ["constraint_value(name = \"%s\", constraint_setting = \":%s\")" % (value, setting) for value in values]
    lines += ["alias(name = \"%s\", actual = \":%s\")" % alias for alias in aliases.items()]
    return "\n".join(lines) + "\n"

def _compiler_settings(names):
    """config_settings as in @rules_cc//cc/compiler."""
    return _PUBLIC_PACKAGE + "".join([
        "config_setting(name = \"%s\", flag_values = {\"@bazel_tools//tools/cpp:compiler\": \"%s\"})\n" % (name, name)
        for name in names
    ])

def _rules_stubs():
    _stub_repository(
        name = "rules_cc",
        contents = {
            "cc/BUILD": _PUBLIC_PACKAGE,
            "cc/defs.bzl": _native_rules([
                "cc_binary",
                "cc_import",
                "cc_library",
                "cc_proto_library",
                "cc_test",
                "cc_toolchain",
                "cc_toolchain_suite",
                "fdo_profile",
                "objc_library",
            ]),
            "cc/compiler/BUILD": _compiler_settings(["clang", "clang-cl", "emscripten", "gcc", "mingw-gcc", "msvc-cl"]),
        },
    )
    _stub_repository(
        name = "rules_java",
        contents = {
            "java/BUILD": _PUBLIC_PACKAGE,
            "java/defs.bzl": _native_rules([
                "java_binary",
                "java_import",
                "java_library",
                "java_plugin",
                "java_runtime",
                "java_test",
                "java_toolchain",
            ]),
        },
    )
    _stub_repository(
        name = "rules_python",
        contents = {
            "python/BUILD": _PUBLIC_PACKAGE,
            "python/defs.bzl": _native_rules(["py_binary", "py_library", "py_test"]),
        },
    )

    # cc_test names it; only `bazel coverage` would run it.
    _stub_repository(
        name = "remote_coverage_tools",
        contents = {"BUILD": _PUBLIC_PACKAGE + "filegroup(name = \"coverage_report_generator\")\n"},
    )

def _platforms_stub():
    # The values of platforms 0.0.10: abseil and googletest select on some that
    # the copy inside Bazel 4.2 lacks, wasm32 and fuchsia among them.
    _stub_repository(
        name = "platforms",
        contents = {
            "cpu/BUILD": _constraint_package(
                "cpu",
                [
                    "aarch32",
                    "aarch64",
                    "arm64_32",
                    "arm64e",
                    "armv6-m",
                    "armv7",
                    "armv7-m",
                    "armv7e-m",
                    "armv7e-mf",
                    "armv7k",
                    "armv8-m",
                    "cortex-r52",
                    "cortex-r82",
                    "loongarch64",
                    "mips64",
                    "ppc",
                    "ppc32",
                    "ppc64le",
                    "riscv32",
                    "riscv64",
                    "s390x",
                    "wasm32",
                    "wasm64",
                    "x86_32",
                    "x86_64",
                ],
                {"arm": "aarch32", "arm64": "aarch64", "i386": "x86_32"},
            ),
            "os/BUILD": _constraint_package(
                "os",
                [
                    "android",
                    "chromiumos",
                    "emscripten",
                    "freebsd",
                    "fuchsia",
                    "haiku",
                    "ios",
                    "linux",
                    "macos",
                    "netbsd",
                    "nixos",
                    "none",
                    "openbsd",
                    "qnx",
                    "tvos",
                    "visionos",
                    "vxworks",
                    "wasi",
                    "watchos",
                    "windows",
                ],
                {"osx": "macos"},
            ),
        },
    )

def bazel_builtin_stubs():
    """Declares the stand-ins; before any other repository in WORKSPACE."""
    _rules_stubs()
    _platforms_stub()
