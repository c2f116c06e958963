"""clang and lld of the build machine with the musl sysroot of this project.

No header, start file or library of the build machine is read: --sysroot and
-resource-dir name the whole of what the compiler driver would look for.
"""

load("@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl", "feature", "with_feature_set")
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
load(":tools.bzl", "LLVM_BIN", "toolchain_tool_paths")

_OPT = [with_feature_set(features = ["opt"])]
_DBG = [with_feature_set(features = ["dbg"])]

def _target_feature(sysroot):
    return feature(name = "target", enabled = True, flag_sets = [flags(COMPILE_ACTIONS + LINK_ACTIONS, [
        "--target=x86_64-linux-musl",
        "--sysroot=" + sysroot,
        "-resource-dir=%s/lib/clang" % sysroot,
        "-no-canonical-prefixes",
    ])])

def _compile_feature():
    return feature(name = "compile", enabled = True, flag_sets = [
        flags(COMPILE_ACTIONS, [
            "-fPIE",
            # One section for each function, so that the linker drops the unused.
            "-ffunction-sections",
            "-fdata-sections",
            "-fvisibility=hidden",
            # Nothing throws, and abseil's stack traces follow frame pointers.
            "-fno-asynchronous-unwind-tables",
            "-fno-unwind-tables",
            # Hardening.
            "-fstack-protector-strong",
            "-ftrivial-auto-var-init=zero",
        ]),
        flags(COMPILE_CXX_ACTIONS, [
            "-std=c++20",
            "-stdlib=libc++",
            # libc++ is built without exceptions as well: 100 KiB less.
            "-fno-exceptions",
            # Nobody asks for a type's name, and each costs relocations.
            "-fno-rtti",
            "-fvisibility-inlines-hidden",
            # Bounds and null checks of constant cost, in release builds too.
            "-D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST",
        ]),
        flags(COMPILE_ACTIONS, ["-Os", "-DNDEBUG"], with_features = _OPT),
        flags(COMPILE_ACTIONS, ["-g"], with_features = _DBG),
    ])

def _link_feature():
    return feature(name = "link", enabled = True, flag_sets = [
        flags(LINK_ACTIONS, [
            "--driver-mode=g++",
            "-fuse-ld=lld",
            "--ld-path=" + LLVM_BIN + "/ld.lld",
            "-stdlib=libc++",
            "-rtlib=compiler-rt",
            # At a random address, as position-independent programs are, but with
            # no dynamic linker; relocations packed, or they are 4% of the file.
            "-static-pie",
            "-Wl,--pack-dyn-relocs=relr",
            "-Wl,-z,relro,-z,now,-z,noexecstack",
            # musl gives a thread 128 KiB otherwise, and nothing here is tuned
            # for so little.
            "-Wl,-z,stack-size=1048576",
            "-Wl,--no-undefined",
            "-Wl,--gc-sections",
            "-Wl,--icf=safe",
            # A digest of the build's inputs would be no help: nothing is
            # published that could be looked up by it.
            "-Wl,--build-id=none",
        ]),
        flags(LINK_ACTIONS, ["-Wl,-O2"], with_features = _OPT),
        flags(LINK_ACTIONS, ["-s"], with_features = [with_feature_set(features = ["opt"], not_features = ["unstripped"])]),
        flags(LINK_ACTIONS, ["-unwindlib=libunwind"], with_features = [with_feature_set(not_features = ["no_cxx_runtime"])]),
    ])

def _no_cxx_runtime_feature():
    """For a program of libc alone, as small as can be.

    What would call into libc++, libc++abi or libunwind does not link.
    """
    return feature(name = "no_cxx_runtime", flag_sets = [
        flags(COMPILE_CXX_ACTIONS, ["-fno-threadsafe-statics"]),
        flags(COMPILE_ACTIONS, ["-Oz"], with_features = _OPT),
        flags(LINK_ACTIONS, ["-nostdlib++", "-unwindlib=none"]),
    ])

def _small_feature():
    """For code that runs once a call, and that there is much of."""
    return feature(name = "small", flag_sets = [
        flags(COMPILE_ACTIONS, ["-Oz"], with_features = _OPT),
    ])

def _musl_toolchain_config_impl(ctx):
    sysroot = ctx.file.sysroot.path
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        abi_libc_version = "musl",
        abi_version = "musl",
        compiler = "clang",
        cxx_builtin_include_directories = [
            sysroot + "/usr/include/c++/v1",
            sysroot + "/usr/include",
            sysroot + "/lib/clang/include",
        ],
        features = compilation_mode_features() + [
            # What is shipped, but with its symbols: for tests that look at them.
            feature(name = "unstripped"),
            _target_feature(sysroot),
            _compile_feature(),
            reproducible_feature(),
            _link_feature(),
            _no_cxx_runtime_feature(),
            _small_feature(),
            strict_warnings_feature(),
            parse_headers_feature(),
        ] + layering_features(),
        host_system_name = "local",
        target_cpu = "k8",
        target_libc = "musl",
        target_system_name = "x86_64-linux-musl",
        tool_paths = toolchain_tool_paths(),
        toolchain_identifier = "linux_musl",
    )

musl_toolchain_config = rule(
    implementation = _musl_toolchain_config_impl,
    attrs = {
        # As cc_toolchain takes its files: Bazel 7 would name the folder of
        # another configuration without `cfg`.
        "sysroot": attr.label(allow_single_file = True, cfg = "exec", mandatory = True),
    },
    provides = [CcToolchainConfigInfo],
)
