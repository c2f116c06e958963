#include "runtime/security/landlock_setup.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>

#include "runtime/base/landlock_rights.h"
#include "runtime/base/unique_fd.h"
#include "runtime/path/in_root.h"
#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/landlock.h"

namespace chmdocker::security {
namespace {

// The kernel refuses rules with rights of directories for what is none.
raw::Result AllowPath(int rules, int root, const char* path, uint64_t rights) {
  const raw::Result opened = path::OpenInRoot(root, path, O_PATH);
  if (!opened.ok()) return opened;
  const UniqueFd object(opened.fd());
  struct stat status;
  const raw::Result got = raw::Fstat(object.get(), &status);
  if (!got.ok()) return got;
  if (!S_ISDIR(status.st_mode)) rights &= landlock::kOfOneFile;
  return raw::LandlockAllowPath(rules, object.get(), rights);
}

raw::Result AllowPaths(int rules, const char* const* paths, uint64_t rights,
                       step::Note& note) {
  if (*paths == nullptr) return {};
  const raw::Result opened = raw::OpenAt(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
  if (!opened.ok()) return opened;
  const UniqueFd root(opened.fd());
  for (; *paths != nullptr; ++paths) {
    const raw::Result allowed = AllowPath(rules, root.get(), *paths, rights);
    if (allowed.ok()) continue;
    note.Append("it is about \"").Append(*paths).Append("\"");
    return allowed;
  }
  return {};
}

raw::Result AllowPorts(int rules, const step::Span<uint32_t>& ports,
                       uint64_t right) {
  for (uint64_t i = 0; i < ports.size; ++i) {
    const raw::Result allowed =
        raw::LandlockAllowPort(rules, ports.data[i], right);
    if (!allowed.ok()) return allowed;
  }
  return {};
}

}  // namespace

raw::Result Run(const step::RestrictAccess<const char*>& step,
                step::Note& note) {
  const raw::Result made =
      raw::LandlockCreate({step.files, step.ports, step.scopes});
  if (!made.ok()) return made;
  const UniqueFd rules(made.fd());
  raw::Result done = AllowPaths(rules.get(), step.readable,
                                step.files & landlock::kRead, note);
  if (done.ok()) {
    done = AllowPaths(rules.get(), step.writable, step.files, note);
  }
  if (done.ok()) {
    done = AllowPorts(rules.get(), step.connect_ports, landlock::kConnectTcp);
  }
  if (done.ok()) {
    done = AllowPorts(rules.get(), step.bind_ports, landlock::kBindTcp);
  }
  return done.ok() ? raw::LandlockRestrict(rules.get(), step.flags) : done;
}

}  // namespace chmdocker::security
