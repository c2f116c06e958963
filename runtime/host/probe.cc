#include "runtime/host/probe.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "runtime/base/status.h"
#include "runtime/host/facts.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/caps.h"
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

}  // namespace chmdocker::host
