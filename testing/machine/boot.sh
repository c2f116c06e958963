#!/usr/bin/env bash
# Boots a kernel in a virtual machine; standard input and output are its console:
#
#   boot.sh KERNEL INITRAMFS SECONDS [WORD...]
#
# The words go to the kernel's command line, and those like A=b so to the environment
# of /init. It ends with the machine: which has two processors, 512 MiB, cgroup v2
# alone, and no device but the console. Emulated everywhere: there are virtual hosts
# whose nested KVM is there to open, and then ends QEMU or hangs the kernel.
set -euo pipefail

kernel=$1 initramfs=$2 seconds=$3
shift 3

# loglevel: what the kernel says of processes that are killed for memory would come
# amid the tests' lines; a panic is still said.
words=(console=ttyS0 loglevel=1 panic=-1 cgroup_no_v1=all "$@")
# thread=single: with a thread for each processor the emulation (of QEMU 7.2 at least)
# runs breakpoints that a kernel which changes its own code has taken away again.
exec timeout --foreground --kill-after=5 "$seconds" qemu-system-x86_64 \
  -accel tcg,thread=single -cpu max -smp 2 -m 512M \
  -nodefaults -no-user-config -display none -serial stdio -no-reboot \
  -kernel "$kernel" -initrd "$initramfs" -append "${words[*]}"
