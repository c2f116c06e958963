"""Tests of the real program on the real kernel."""

_BINARIES = [
    "//cli:chmdocker",
    "//runtime/init:chmdocker-init",
    "//testing/probe",
    "//testing/pty",
    "//testing/fault",
    "//testing/enosys",
]

def integration_test(name, as_root = True, as_user = True, size = "small", golden = ":golden", binaries = [], tags = []):
    """Runs NAME_test.sh as root and as an ordinary user.

    Makes the tests NAME_root_test and NAME_user_test; see run_as.sh.

    Args:
      name: what the script is called, without _test.sh
      as_root: whether there is a NAME_root_test
      as_user: whether there is a NAME_user_test
      size: of both tests
      golden: the files that outputs are compared with, or None
      binaries: what it uses beside those of this package's tests
      tags: further ones
    """
    script = name + "_test.sh"
    for mode, wanted in [("root", as_root), ("user", as_user)]:
        if not wanted:
            continue
        native.sh_test(
            name = name + "_" + mode + "_test",
            size = size,
            srcs = ["//testing/integration:run_as.sh"],
            args = [mode, "$(location %s)" % script] +
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
