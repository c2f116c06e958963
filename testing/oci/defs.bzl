"""Tests of the OCI command line, as an engine uses it, on the real kernel."""

load("//testing/integration:defs.bzl", "integration_test")

def oci_test(name, as_user = True, size = "medium", tags = [], without_new_calls = []):
    """Runs NAME_test.sh as root and as an ordinary user; see bundle.sh.

    The same against another runtime, which proves the tests themselves:
    bazel test --test_env=RUNTIME=runc //testing/oci/...

    Args:
      name: what the script is called, without _test.sh
      as_user: whether there is a NAME_user_test
      size: of both tests
      tags: further ones
      without_new_calls: see integration_test
    """
    integration_test(
        name = name,
        as_user = as_user,
        binaries = [
            "//testing/racer",
            "//testing/recvtty",
        ],
        golden = None,
        size = size,
        tags = tags,
        without_new_calls = without_new_calls,
    )
