"""The kernel's UAPI headers, as this machine's linux-libc-dev has them.

The one part of the sysroot that is not pinned: Debian replaces the package with
every kernel update, and any version from 6.1 on gives the same binaries.
"""

def _linux_uapi_headers_impl(ctx):
    ctx.symlink("/usr/include/linux", "linux")
    ctx.symlink("/usr/include/asm-generic", "asm-generic")
    ctx.symlink("/usr/include/x86_64-linux-gnu/asm", "asm")
    ctx.file("BUILD.bazel", """\
package(default_visibility = ["//visibility:public"])

exports_files(["asm/unistd.h"])

filegroup(
    name = "files",
    srcs = glob(["linux/**", "asm/**", "asm-generic/**"]),
)
""", executable = False)

linux_uapi_headers = repository_rule(
    implementation = _linux_uapi_headers_impl,
    doc = "A repository with the UAPI headers of the build machine.",
    local = True,
)
