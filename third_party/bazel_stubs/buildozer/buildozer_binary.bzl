"""The module extension that @bazel_tools uses in Bazel 7, for `bazel mod tidy`."""

def _buildozer_binary_impl(ctx):
    ctx.file("BUILD.bazel", "")

_buildozer_binary = repository_rule(implementation = _buildozer_binary_impl)

def _extension_impl(_ctx):
    _buildozer_binary(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _extension_impl)
