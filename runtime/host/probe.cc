#include "runtime/host/probe.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/host/facts.h"
#include "runtime/step/step.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/caps.h"
#include "runtime/sys/raw/landlock.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::host {
namespace {

// mount_setattr (Linux 5.12) is the youngest of the calls for detached mounts.
// Where it exists it looks at the size of its structure before anything else,
// the caller's capabilities included, and none is EINVAL. ENOSYS: it does not
// exist; ENOSYS or EPERM: a seccomp filter forbids it.
step::MountApi ProbeMountApi() {
  const raw::Result probe = raw::ProbeSetAttributes();
  return probe.error() == EINVAL ? step::MountApi::kDetached
                                 : step::MountApi::kClassic;
}

}  // namespace

bool InUserNamespace() {
  // The first one has a fixed inode: PROC_USER_INIT_INO of the kernel's
  // include/linux/proc_ns.h. Its id map is no sign: a nested namespace may have
  // the same, and systemd 260 writes it.
  constexpr ino_t kFirst = 0xEFFFFFFD;
  static const bool in_user_namespace = [] {
    struct stat status;
    return stat("/proc/self/ns/user", &status) == 0 && status.st_ino != kFirst;
  }();
  return in_user_namespace;
}

absl::StatusOr<HostFacts> ProbeHost() {
  uint64_t effective = 0;
  const raw::Result got = raw::EffectiveCapabilities(&effective);
  if (!got.ok()) return ErrnoError(got.error(), "capget");
  HostFacts facts;
  facts.uid = geteuid();
  facts.gid = getegid();
  facts.capabilities = effective;
  facts.can_make_namespaces = (effective >> CAP_SYS_ADMIN & 1) != 0;
  facts.in_user_namespace = InUserNamespace();
  facts.mount_api = ProbeMountApi();
  return facts;
}

int LandlockAbi() {
  const raw::Result abi = raw::LandlockAbi();
  return abi.ok() ? static_cast<int>(abi.value) : 0;
}

bool IsPinned() {
  uint64_t allowed[8192 / 64] = {};
  const absl::StatusOr<std::string> online =
      sys::ReadSmallFile("/sys/devices/system/cpu/online");
  if (!raw::Call(SYS_sched_getaffinity, 0, sizeof(allowed), allowed).ok() ||
      !online.ok()) {
    return true;
  }
  int count = 0;
  for (const uint64_t word : allowed) count += std::popcount(word);
  return *online != (count == 1 ? "0\n" : absl::StrCat("0-", count - 1, "\n"));
}

}  // namespace chmdocker::host
