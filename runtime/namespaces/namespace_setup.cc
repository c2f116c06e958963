#include "runtime/namespaces/namespace_setup.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "runtime/base/unique_fd.h"
#include "runtime/namespaces/proc_file.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::namespaces {

raw::Result Run(const step::DenySetgroups<const char*>&) {
  return WriteProcFile("/proc/self/setgroups", "deny");
}

raw::Result Run(const step::WriteIdMap<const char*>& step) {
  switch (step.kind) {
    case step::IdKind::kUser:
      return WriteProcFile("/proc/self/uid_map", step.map);
    case step::IdKind::kGroup:
      return WriteProcFile("/proc/self/gid_map", step.map);
  }
  return raw::Failure(EINVAL, SYS_write);
}

raw::Result Run(const step::SetHostname<const char*>& step) {
  return raw::Sethostname(step.name, strlen(step.name));
}

raw::Result Run(const step::BringUpLoopback<const char*>&) {
  // A socket of any family will do; this one is in every kernel.
  const raw::Result opened = raw::Socket(AF_UNIX, SOCK_DGRAM, 0);
  if (!opened.ok()) return opened;
  const UniqueFd socket(opened.fd());
  ifreq loopback = {};
  memcpy(loopback.ifr_name, "lo", sizeof("lo"));
  loopback.ifr_flags = IFF_UP;
  return raw::Ioctl(socket.get(), SIOCSIFFLAGS, &loopback);
}
raw::Result Run(const step::SetDomainname<const char*>& step) {
  return raw::Setdomainname(step.name, strlen(step.name));
}

}  // namespace chmdocker::namespaces
