"""Tests that hold the architecture's layers by the build graph itself."""

def pure_test(name, target):
    """Fails when a system call can be reached from `target`.

    Plans, specifications and their texts are pure: what they need of the host
    is given to them as data (docs/ARCHITECTURE.md).

    Args:
      name: of the test.
      target: the label of a library.
    """
    native.genquery(
        name = name + "_deps",
        expression = "filter('^//runtime/sys[:/]', deps(%s))" % target,
        opts = ["--notool_deps"],
        scope = [target],
        testonly = True,
    )
    native.sh_test(
        name = name,
        size = "small",
        srcs = ["is_empty.sh"],
        args = [
            "$(location :%s_deps)" % name,
            target,
        ],
        data = [":%s_deps" % name],
    )
