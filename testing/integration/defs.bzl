"""Tests of the real program on the real kernel."""

_BINARIES = [
    "//cli:chmdocker",
    "//runtime/init:chmdocker-init",
    "//testing/probe",
    "//testing/pty",
    "//testing/fault",
    "//testing/enosys",
]

# What old kernels lack and old filters forbid; there is a way without each.
_NEW_CALLS = ",".join([
    "clone3",
    "close_range",
    "faccessat2",
    "fsmount",
    "fsopen",
    "mount_setattr",
    "move_mount",
    "open_tree",
    "openat2",
])

def integration_test(name, as_root = True, as_user = True, size = "small", golden = ":golden", binaries = [], tags = [], without_new_calls = []):
    """Runs NAME_test.sh as root and as an ordinary user.

    Makes the tests NAME_root_test and NAME_user_test; see run_as.sh. And
    NAME_without_new_calls_root_test and ..._user_test: the same
    without the system calls that fall-backs are for.

    Args:
      name: what the script is called, without _test.sh
      as_root: whether there is a NAME_root_test
      as_user: whether there is a NAME_user_test
      size: of both tests
      golden: the files that outputs are compared with, or None
      binaries: what it uses beside those of this package's tests
      tags: further ones
      without_new_calls: for which of "root" and "user" there are those tests
    """
    script = name + "_test.sh"
    variants = [("", [], mode) for mode, wanted in [("root", as_root), ("user", as_user)] if wanted]
    variants += [("_without_new_calls", ["--without=" + _NEW_CALLS], mode) for mode in without_new_calls]
    for suffix, options, mode in variants:
        native.sh_test(
            name = name + suffix + "_" + mode + "_test",
            size = size,
            srcs = ["//testing/integration:run_as.sh"],
            args = options + [mode, "$(location %s)" % script] +
                   ["$(location %s)" % binary for binary in _BINARIES + binaries],
            data = [
                script,
                "//testing/integration:lib.sh",
                "//testing/oci:bundle.sh",
            ] + ([golden] if golden else []) + _BINARIES + binaries,
            # Bazel's sandbox is a set of namespaces of its own, in which other
            # rules hold.
            tags = [
                "integration",
                "local",
                "static",
            ] + tags,
        )
