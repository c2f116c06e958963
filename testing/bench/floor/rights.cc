#include "testing/bench/floor/rights.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testing/bench/floor/must.h"

namespace chmdocker::bench {
namespace {

constexpr uint32_t kSpecCapabilities =
    1U << CAP_KILL | 1U << CAP_NET_BIND_SERVICE | 1U << CAP_AUDIT_WRITE;
constexpr uint32_t kDockerCapabilities = 0xA80425FB;

void LoadFilter(const Rights& rights) {
  const sock_fprog program = {rights.count,
                              const_cast<sock_filter*>(rights.instructions)};
  Must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

}  // namespace

void ReadFilter(const char* file, Rights& rights) {
  const int fd = open(file, O_RDONLY | O_CLOEXEC);
  const ssize_t size =
      read(fd, rights.instructions, sizeof(rights.instructions));
  Must(size > 0 && size % sizeof(sock_filter) == 0);
  close(fd);
  rights.count = static_cast<unsigned short>(size / sizeof(sock_filter));
}

void GiveUpRights(const Rights& rights) {
  const uint32_t kept =
      rights.count == 0 ? kSpecCapabilities : kDockerCapabilities;
  const rlimit files = {1024, 1024};
  Must(setrlimit(RLIMIT_NOFILE, &files) == 0);
  umask(022);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  for (unsigned i = 0; i < 64; ++i) {
    if (i < 32 && (kept >> i & 1) != 0) continue;
    if (prctl(PR_CAPBSET_DROP, i) != 0) break;
  }
  // The libc's are for all threads, of which there are none.
  syscall(SYS_setgroups, 0, nullptr);
  syscall(SYS_setresgid, 0, 0, 0);
  syscall(SYS_setresuid, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {{kept, kept, 0}, {}};
  Must(syscall(SYS_capset, &header, data) == 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (rights.count != 0) LoadFilter(rights);
}

}  // namespace chmdocker::bench
