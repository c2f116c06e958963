// Runs a program on a kernel that lacks some system calls: they fail with the
// errno given, in the program and in all it starts (seccomp filter).
//
//   enosys ENOSYS openat2,clone3 program argument...
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

struct Name {
  const char* name;
  long number;
};

constexpr Name kCalls[] = {
    {"clone3", SYS_clone3},
    {"close_range", SYS_close_range},
    {"faccessat2", SYS_faccessat2},
    {"fsmount", SYS_fsmount},
    {"fsopen", SYS_fsopen},
    {"keyctl", SYS_keyctl},
    {"landlock_create_ruleset", SYS_landlock_create_ruleset},
    {"mount_setattr", SYS_mount_setattr},
    {"move_mount", SYS_move_mount},
    {"open_tree", SYS_open_tree},
    {"openat2", SYS_openat2},
    {"pidfd_getfd", SYS_pidfd_getfd},
    {"pidfd_open", SYS_pidfd_open},
    {"pidfd_send_signal", SYS_pidfd_send_signal},
};

bool FindCall(const std::string& name, long* number) {
  for (const Name& call : kCalls) {
    if (name == call.name) {
      *number = call.number;
      return true;
    }
  }
  return false;
}

std::vector<sock_filter> Filter(const std::vector<long>& calls, int error) {
  const auto load = [](size_t offset) {
    return sock_filter(
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)));
  };
  const auto answer = [](uint32_t what) {
    return sock_filter(BPF_STMT(BPF_RET | BPF_K, what));
  };
  std::vector<sock_filter> filter = {
      load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      answer(SECCOMP_RET_ALLOW),
      load(offsetof(seccomp_data, nr)),
  };
  for (const long call : calls) {
    filter.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1));
    filter.push_back(answer(SECCOMP_RET_ERRNO | static_cast<uint32_t>(error)));
  }
  filter.push_back(answer(SECCOMP_RET_ALLOW));
  return filter;
}

int Fail(const char* what) {
  fprintf(stderr, "enosys: %s: %s\n", what, strerror(errno));
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4)
    return Fail("usage: enosys ENOSYS|EPERM|EDQUOT CALL,... PROGRAM...");
  std::vector<long> calls;
  std::string names = argv[2];
  names += ',';
  for (size_t start = 0, end = 0; start < names.size(); start = end + 1) {
    end = names.find(',', start);
    long number = 0;
    if (!FindCall(names.substr(start, end - start), &number)) {
      return Fail("unknown system call");
    }
    calls.push_back(number);
  }
  int error = ENOSYS;
  if (strcmp(argv[1], "EPERM") == 0) error = EPERM;
  if (strcmp(argv[1], "EDQUOT") == 0) error = EDQUOT;
  std::vector<sock_filter> filter = Filter(calls, error);
  sock_fprog program = {static_cast<unsigned short>(filter.size()),
                        filter.data()};
  // Root may do without no_new_privs, and does: it is inherited as well.
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 &&
      (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)) {
    return Fail("seccomp");
  }
  execv(argv[3], argv + 3);
  return Fail(argv[3]);
}
