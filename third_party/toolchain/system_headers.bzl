"""A module map of the build machine's own headers, for --config=asan.

layering_check takes a header that no module map lists for one of a target that
is no dependency.  The map is written by a repository rule, for it is only there
that Bazel may look at the machine.
"""

load(":tools.bzl", "LLVM_RESOURCE_DIR")

SYSTEM_HEADER_DIRECTORIES = [
    "/usr/include",
    LLVM_RESOURCE_DIR + "/include",
]

def _system_headers_impl(ctx):
    listed = ctx.execute(["find", "-L"] + SYSTEM_HEADER_DIRECTORIES + ["-type", "f"])
    headers = sorted([path for path in listed.stdout.split("\n") if path])
    lines = ["module \"crosstool\" [system] {"]
    lines += ["  textual header \"%s\"" % header for header in headers]
    lines.append("}")
    ctx.file("system.cppmap", "\n".join(lines) + "\n", executable = False)
    ctx.file("BUILD.bazel", "exports_files([\"system.cppmap\"])\n", executable = False)

system_headers = repository_rule(
    implementation = _system_headers_impl,
    doc = "A repository with system.cppmap.",
    local = True,
)
