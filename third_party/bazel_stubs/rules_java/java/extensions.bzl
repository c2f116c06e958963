"""The module extension that @bazel_tools uses in Bazel 7; no Java is built here."""

def _empty_repository_impl(ctx):
    ctx.file("BUILD.bazel", "")

_empty_repository = repository_rule(implementation = _empty_repository_impl)

def _toolchains_impl(_ctx):
    for name in [
        "local_jdk",
        "remote_java_tools",
        "remote_java_tools_darwin_arm64",
        "remote_java_tools_darwin_x86_64",
        "remote_java_tools_linux",
        "remote_java_tools_windows",
    ]:
        _empty_repository(name = name)

toolchains = module_extension(implementation = _toolchains_impl)
