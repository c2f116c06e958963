#include "testing/bench/floor/device_calls.h"

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testing/bench/floor/must.h"

namespace chmdocker::bench {
namespace {

enum Register : uint8_t {
  kResult = BPF_REG_0,
  kContext = BPF_REG_1,
  kType = BPF_REG_2,
  kAccess = BPF_REG_3,
  kMajor = BPF_REG_4,
  kMinor = BPF_REG_5,
};

constexpr bpf_insn Load(uint8_t to, int16_t offset) {
  return {BPF_LDX | BPF_MEM | BPF_W, to, kContext, offset, 0};
}
constexpr bpf_insn Change(uint8_t operation, uint8_t what, int32_t by) {
  return {static_cast<uint8_t>(BPF_ALU | BPF_K | operation), what, 0, 0, by};
}
// Jumps over `skipped` instructions where `what` compares so with `with`.
constexpr bpf_insn Jump(uint8_t comparison, uint8_t what, int32_t with,
                        int16_t skipped) {
  return {static_cast<uint8_t>(BPF_JMP | BPF_K | comparison), what, 0, skipped,
          with};
}
constexpr bpf_insn kExit = {BPF_JMP | BPF_EXIT, 0, 0, 0, 0};

// The offsets count to kAllow and kForbid at the end.
constexpr bpf_insn kProgram[] = {
    Load(kType, offsetof(bpf_cgroup_dev_ctx, access_type)),
    Load(kAccess, offsetof(bpf_cgroup_dev_ctx, access_type)),
    Load(kMajor, offsetof(bpf_cgroup_dev_ctx, major)),
    Load(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)),
    Change(BPF_AND, kType, 0xFFFF),
    Change(BPF_RSH, kAccess, 16),
    Jump(BPF_JEQ, kAccess, BPF_DEVCG_ACC_MKNOD, 17),
    Jump(BPF_JNE, kType, BPF_DEVCG_DEV_CHAR, 14),
    Jump(BPF_JEQ, kMajor, 136, 15),  // /dev/pts/N
    Jump(BPF_JNE, kMajor, 1, 6),
    Jump(BPF_JEQ, kMinor, 3, 13),  // null
    Jump(BPF_JEQ, kMinor, 5, 12),  // zero
    Jump(BPF_JEQ, kMinor, 7, 11),  // full
    Jump(BPF_JEQ, kMinor, 8, 10),  // random
    Jump(BPF_JEQ, kMinor, 9, 9),   // urandom
    Jump(BPF_JA, 0, 0, 6),
    Jump(BPF_JNE, kMajor, 5, 3),
    Jump(BPF_JEQ, kMinor, 0, 6),  // tty
    Jump(BPF_JEQ, kMinor, 2, 5),  // ptmx
    Jump(BPF_JA, 0, 0, 2),
    Jump(BPF_JNE, kMajor, 10, 1),
    Jump(BPF_JEQ, kMinor, 200, 2),  // net/tun
    {BPF_ALU | BPF_MOV | BPF_K, kResult, 0, 0, 0},
    kExit,
    {BPF_ALU | BPF_MOV | BPF_K, kResult, 0, 0, 1},
    kExit,
};

int Bpf(int command, bpf_attr& attributes) {
  return static_cast<int>(
      syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
}

}  // namespace

void AttachDeviceProgram(int cgroup) {
  bpf_attr load;
  memset(&load, 0, sizeof(load));
  load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load.insns = reinterpret_cast<uintptr_t>(kProgram);
  load.insn_cnt = sizeof(kProgram) / sizeof(kProgram[0]);
  load.license = reinterpret_cast<uintptr_t>("Apache-2.0");
  const int program = Bpf(BPF_PROG_LOAD, load);
  Must(program >= 0);
  bpf_attr attach;
  memset(&attach, 0, sizeof(attach));
  attach.target_fd = static_cast<uint32_t>(cgroup);
  attach.attach_bpf_fd = static_cast<uint32_t>(program);
  attach.attach_type = BPF_CGROUP_DEVICE;
  attach.attach_flags = BPF_F_ALLOW_MULTI;
  Must(Bpf(BPF_PROG_ATTACH, attach) == 0);
  close(program);
}

}  // namespace chmdocker::bench
