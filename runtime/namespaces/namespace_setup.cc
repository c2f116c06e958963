#include "runtime/namespaces/namespace_setup.h"

#include <fcntl.h>
#include <string.h>

#include "runtime/base/unique_fd.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::namespaces {
namespace {

// The files of user_namespaces(7) take their whole content in one write.
raw::Result WriteProcFile(const char* path, const char* text) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_WRONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  return raw::Write(file.get(), text, strlen(text));
}

}  // namespace

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
