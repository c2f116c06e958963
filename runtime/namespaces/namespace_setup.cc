#include "runtime/namespaces/namespace_setup.h"

#include <errno.h>
#include <string.h>

#include "runtime/namespaces/proc_file.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/process.h"

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

}  // namespace chmdocker::namespaces
