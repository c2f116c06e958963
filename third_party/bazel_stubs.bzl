"""Stand-ins for the repositories that Bazel's own packages load.

As soon as a C++ toolchain is resolved, Bazel 4.2 fetches rules_cc, rules_java,
platforms and the coverage tools from GitHub, and Bazel 7 them and more.  In
both the rules are still native, so that a few lines stand in for each
repository, and a build needs no network but for the sources in deps.bzl.

These are for WORKSPACE; MODULE.bazel has the same for Bazel 7's modules.
"""

_STUBS = [
    "platforms",
    "remote_coverage_tools",
    "rules_cc",
    "rules_java",
    "rules_python",
]

def bazel_stubs():
    """Declares the stand-ins; before any other repository in WORKSPACE."""
    for name in _STUBS:
        native.local_repository(
            name = name,
            path = "third_party/bazel_stubs/" + name,
        )
