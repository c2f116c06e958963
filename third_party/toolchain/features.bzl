"""Toolchain features that do not depend on which libc is linked.

Three of them are for our own packages, which ask for them by name:

    package(features = ["layering_check", "parse_headers", "strict_warnings"])
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl", "feature", "feature_set", "flag_group", "flag_set")

COMPILE_CXX_ACTIONS = [
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
    ACTION_NAMES.linkstamp_compile,
]

COMPILE_ACTIONS = COMPILE_CXX_ACTIONS + [
    ACTION_NAMES.assemble,
    ACTION_NAMES.c_compile,
    ACTION_NAMES.preprocess_assemble,
]

LINK_ACTIONS = [
    ACTION_NAMES.cpp_link_executable,
    ACTION_NAMES.cpp_link_dynamic_library,
    ACTION_NAMES.cpp_link_nodeps_dynamic_library,
]

_MODULE_ACTIONS = [
    ACTION_NAMES.c_compile,
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
]

def flags(actions, flags, **kwargs):
    """A flag_set of plain flags."""
    return flag_set(actions = actions, flag_groups = [flag_group(flags = flags)], **kwargs)

def compilation_mode_features():
    """What Bazel switches on for --compilation_mode."""
    return [feature(name = mode) for mode in ["dbg", "fastbuild", "opt"]]

def reproducible_feature():
    """Nothing of this machine or this moment in the objects."""
    return feature(name = "reproducible", enabled = True, flag_sets = [flags(COMPILE_ACTIONS, [
        "-ffile-compilation-dir=.",
        # The compiler's version names the build of its Debian package.
        "-fno-ident",
        "-Wno-builtin-macro-redefined",
        "-D__DATE__=\"redacted\"",
        "-D__TIMESTAMP__=\"redacted\"",
        "-D__TIME__=\"redacted\"",
    ])])

def strict_warnings_feature():
    """For our own packages: warnings are errors.  Third-party code has its own taste."""
    return feature(name = "strict_warnings", flag_sets = [flags(COMPILE_CXX_ACTIONS, [
        "-Werror",
        "-Wall",
        "-Wextra",
        "-Wimplicit-fallthrough",
        "-Wnon-virtual-dtor",
        "-Wshadow",
        "-Wswitch",
        "-Wthread-safety",
        "-Wno-unused-parameter",
        # -Wextra has it, and our option structs are initialised by name so that
        # the rest keeps its defaults.
        "-Wno-missing-field-initializers",
        # Bazel puts these on the path with -iquote, as if they were ours.
        "--system-header-prefix=absl/",
        "--system-header-prefix=gflags/",
        "--system-header-prefix=gmock/",
        "--system-header-prefix=gtest/",
    ])])

def layering_features():
    """layering_check: a file includes headers of the target's direct deps only.

    Bazel writes a module map for each target, which names its headers and the
    modules of its direct dependencies, and clang refuses everything else.
    """
    return [
        feature(name = "module_maps", enabled = True),
        # The compiler is given the map of each direct dependency; the maps that
        # those would name in turn are no inputs of the compilation.
        feature(name = "module_map_without_extern_module", enabled = True),
        feature(
            name = "use_module_maps",
            flag_sets = [flags(_MODULE_ACTIONS, [
                "-fmodule-name=%{module_name}",
                "-fmodule-map-file=%{module_map_file}",
            ])],
            requires = [feature_set(features = ["module_maps"])],
        ),
        feature(
            name = "layering_check",
            flag_sets = [flag_set(actions = _MODULE_ACTIONS, flag_groups = [
                flag_group(flags = ["-fmodules-strict-decluse", "-Wprivate-header"]),
                flag_group(
                    flags = ["-fmodule-map-file=%{dependent_module_map_files}"],
                    iterate_over = "dependent_module_map_files",
                ),
            ])],
            implies = ["use_module_maps"],
        ),
    ]

def parse_headers_feature():
    """parse_headers: each header of a target compiles on its own.

    Compiled as a source file, for Bazel wants a file as the outcome, which
    -fsyntax-only does not write.
    """
    return feature(name = "parse_headers", flag_sets = [flags([ACTION_NAMES.cpp_header_parsing], [
        "-xc++",
        "-Wno-pragma-once-outside-header",
    ])])
