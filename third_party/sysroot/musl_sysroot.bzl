"""One action that builds the C++ sysroot, as one directory.

One action and one tree artifact, and not cc_library targets: musl and libc++
must exist before there is a toolchain that could build a cc_library.
"""

load("//third_party/toolchain:tools.bzl", "LLVM_BIN")

_BUILD = """\
set -eu
export LC_ALL=C PATH=/usr/bin:/bin
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s -f "$MAKEFILE" -j"$(nproc)" \\
  MUSL="$root/$MUSL" LLVM="$root/$LLVM" UAPI="$root/$UAPI" \\
  CONFIG_SITE="$root/$CONFIG_SITE" ASSERTION_HANDLER="$root/$ASSERTION_HANDLER" \\
  CLANG="$CLANG" OUT="$root/$OUT" TMP="$work"

# Every header of the sysroot belongs to the module that any target may include
# from; layering_check takes an unlisted header for one of another target.
{
  echo 'module "crosstool" [system] {'
  cd "$(dirname "$OUT")"
  find "$(basename "$OUT")" -path '*/include/*' -type f | sort |
    sed 's/.*/  textual header "&"/'
  echo '}'
} > "$root/$MODULE_MAP"
"""

def _musl_sysroot_impl(ctx):
    sysroot = ctx.actions.declare_directory(ctx.label.name)
    module_map = ctx.outputs.module_map
    ctx.actions.run_shell(
        outputs = [sysroot, module_map],
        inputs = depset(
            [ctx.file.makefile, ctx.file.libcxx_config_site, ctx.file.assertion_handler],
            transitive = [ctx.attr.musl.files, ctx.attr.llvm.files, ctx.attr.uapi.files],
        ),
        command = _BUILD,
        env = {
            "ASSERTION_HANDLER": ctx.file.assertion_handler.path,
            "CLANG": LLVM_BIN,
            "CONFIG_SITE": ctx.file.libcxx_config_site.path,
            "LLVM": ctx.file.llvm_root.dirname,
            "MAKEFILE": ctx.file.makefile.path,
            "MODULE_MAP": module_map.path,
            "MUSL": ctx.file.musl_root.dirname,
            "OUT": sysroot.path,
            "UAPI": ctx.file.uapi_root.path[:-len("/asm/unistd.h")],
        },
        mnemonic = "MuslSysroot",
        progress_message = "Building musl and libc++ (once; a minute or two)",
    )
    return [DefaultInfo(files = depset([sysroot]))]

_FILE = {"allow_single_file": True, "mandatory": True}

musl_sysroot = rule(
    implementation = _musl_sysroot_impl,
    doc = "A folder with usr/include, usr/lib and clang's resource folder for x86_64-linux-musl.",
    attrs = {
        "assertion_handler": attr.label(doc = "libc++'s __assertion_handler.", **_FILE),
        "libcxx_config_site": attr.label(doc = "libc++'s __config_site.", **_FILE),
        "llvm": attr.label(mandatory = True),
        "llvm_root": attr.label(doc = "A file in the root of the LLVM sources.", **_FILE),
        "makefile": attr.label(**_FILE),
        "module_map": attr.output(mandatory = True, doc = "Clang module map of all headers."),
        "musl": attr.label(mandatory = True),
        "musl_root": attr.label(doc = "A file in the root of the musl sources.", **_FILE),
        "uapi": attr.label(mandatory = True),
        "uapi_root": attr.label(doc = "asm/unistd.h of the UAPI headers.", **_FILE),
    },
)
