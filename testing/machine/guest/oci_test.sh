#!/bin/sh
# The test of //testing/oci that is about cgroups.
# shellcheck source=suite.sh
. /test/suite.sh

run_suite testing/oci/limits_test.sh
