"""A binary as it is linked without `-s`, whatever the compilation mode."""

_FEATURES = "//command_line_option:features"

def _unstripped_transition_impl(settings, _attr):
    return {_FEATURES: settings[_FEATURES] + ["unstripped"]}

_unstripped_transition = transition(
    implementation = _unstripped_transition_impl,
    inputs = [_FEATURES],
    outputs = [_FEATURES],
)

def _unstripped_binary_impl(ctx):
    binary = ctx.attr.binary[0][DefaultInfo].files_to_run.executable
    return [DefaultInfo(
        files = depset([binary]),
        runfiles = ctx.runfiles(files = [binary]),
    )]

unstripped_binary = rule(
    implementation = _unstripped_binary_impl,
    doc = "The file of a cc_binary, built with the toolchain feature `unstripped`.",
    attrs = {
        "binary": attr.label(cfg = _unstripped_transition, executable = True, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
