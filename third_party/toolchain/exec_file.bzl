"""A file as it is built for the machine that runs the build.

That is by the static toolchain, whatever --config is given.

cc_toolchain takes its *_files so, but in Bazel 7 not its module_map, which would
be another sysroot's, built once more for the target.
"""

# Bazel 4.2 takes *_files in the configuration "host", which later ones have no
# more: with "exec" the map would be of a sysroot of its own, two minutes' work.
_CONFIGURATION = config.exec() if hasattr(config, "exec") else "host"

def _exec_file_impl(ctx):
    return [DefaultInfo(
        files = depset([ctx.file.file]),
        runfiles = ctx.runfiles(files = [ctx.file.file]),
    )]

exec_file = rule(
    implementation = _exec_file_impl,
    doc = "Forwards one file, in the execution configuration.",
    attrs = {"file": attr.label(allow_single_file = True, cfg = _CONFIGURATION, mandatory = True)},
)
