"""clang with the libc and libstdc++ of the build machine, for --config=asan.

The sanitizers' run-time library is built for glibc, so the tests that run under
them are not the static programs that are shipped.
"""

load("@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl", "feature")
load(
    ":features.bzl",
    "COMPILE_ACTIONS",
    "COMPILE_CXX_ACTIONS",
    "LINK_ACTIONS",
    "compilation_mode_features",
    "flags",
    "layering_features",
    "parse_headers_feature",
    "reproducible_feature",
    "strict_warnings_feature",
)
load(":system_headers.bzl", "SYSTEM_HEADER_DIRECTORIES")
load(":tools.bzl", "LLVM_BIN", "LLVM_RESOURCE_DIR", "toolchain_tool_paths")

_SANITIZE = [
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
]

def _compile_feature():
    return feature(name = "compile", enabled = True, flag_sets = [
        flags(COMPILE_ACTIONS, _SANITIZE + [
            "-no-canonical-prefixes",
            "-fPIE",
            "-O1",
            "-gline-tables-only",
            "-fno-omit-frame-pointer",
            "-fno-optimize-sibling-calls",
        ]),
        flags(COMPILE_CXX_ACTIONS, [
            "-std=c++20",
            "-stdlib=libstdc++",
            "-fno-exceptions",
            "-D_GLIBCXX_ASSERTIONS",
        ]),
    ])

def _link_feature():
    return feature(name = "link", enabled = True, flag_sets = [flags(LINK_ACTIONS, _SANITIZE + [
        "--driver-mode=g++",
        "-no-canonical-prefixes",
        "-stdlib=libstdc++",
        "-fuse-ld=lld",
        "--ld-path=" + LLVM_BIN + "/ld.lld",
        "-pie",
    ])])

def _sanitizer_toolchain_config_impl(ctx):
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        abi_libc_version = "local",
        abi_version = "local",
        compiler = "clang",
        cxx_builtin_include_directories = SYSTEM_HEADER_DIRECTORIES + [
            # The sanitizers' default lists of what not to instrument.
            LLVM_RESOURCE_DIR + "/share",
        ],
        features = compilation_mode_features() + [
            _compile_feature(),
            reproducible_feature(),
            _link_feature(),
            strict_warnings_feature(),
            parse_headers_feature(),
        ] + layering_features(),
        host_system_name = "local",
        target_cpu = "k8",
        target_libc = "local",
        target_system_name = "x86_64-linux-gnu",
        tool_paths = toolchain_tool_paths(),
        toolchain_identifier = "linux_sanitizer",
    )

sanitizer_toolchain_config = rule(
    implementation = _sanitizer_toolchain_config_impl,
    provides = [CcToolchainConfigInfo],
)
