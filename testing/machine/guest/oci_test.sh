#!/bin/sh
# The test of //testing/oci that is about cgroups. It wants more than busybox: /suite
# has the tools of the machine that built this one, with the libraries they need.
set -eu
mkdir /mnt
cp -a /suite/root/. /
cd /suite/sources
PATH=/usr/bin:/bin exec bash testing/integration/run_as.sh root testing/oci/limits_test.sh /suite/bin/*
