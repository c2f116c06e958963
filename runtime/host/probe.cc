#include "runtime/host/probe.h"

#include <errno.h>
#include <linux/capability.h>
#include <unistd.h>

#include "absl/status/statusor.h"
#include "runtime/base/flags.h"
#include "runtime/base/status.h"
#include "runtime/host/facts.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/caps.h"
#include "runtime/sys/raw/mount.h"

namespace chmdocker::host {
namespace {

// mount_setattr (Linux 5.12) is the youngest of the calls for detached mounts.
// On no descriptor at all it fails with EBADF where it exists; ENOSYS where it
// does not, ENOSYS or EPERM under a seccomp filter that forbids it. Asked to
// change nothing it would succeed without a look at the descriptor.
step::MountApi ProbeMountApi() {
  const raw::Result probe =
      raw::SetAttributes(-1, kAttrReadonly, /*recursive=*/false);
  return probe.error() == EBADF ? step::MountApi::kDetached
                                : step::MountApi::kClassic;
}

}  // namespace

absl::StatusOr<HostFacts> ProbeHost() {
  uint64_t effective = 0;
  const raw::Result got = raw::EffectiveCapabilities(&effective);
  if (!got.ok()) return ErrnoError(got.error(), "capget");
  HostFacts facts;
  facts.uid = geteuid();
  facts.gid = getegid();
  facts.can_make_namespaces = (effective >> CAP_SYS_ADMIN & 1) != 0;
  facts.mount_api = ProbeMountApi();
  return facts;
}

}  // namespace chmdocker::host
