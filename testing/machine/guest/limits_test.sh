#!/bin/sh
# What a person's container may use.
# shellcheck source=suite.sh
. /test/suite.sh

run_suite testing/integration/limits_test.sh
