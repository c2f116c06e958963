# shellcheck shell=sh
# Runs a test script of another folder; sourced. It wants more than busybox: /suite
# has the tools of the machine that built this one, with the libraries they need.
set -eu

run_suite() { # run_suite SCRIPT
  if [ ! -d /mnt ]; then
    mkdir /mnt
    cp -a /suite/root/. /
    ln -s /proc/self/fd /dev/fd # of bash's <(...)
  fi
  cd /suite/sources
  PATH=/usr/bin:/bin exec bash testing/integration/run_as.sh root "$1" /suite/bin/*
}
