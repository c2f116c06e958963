#include "runtime/namespaces/namespace_files.h"

#include <errno.h>
#include <stddef.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/namespaces.h"

namespace chmdocker::namespaces {
namespace {

// Joins all but the user namespace. What can't be joined yet is left for the
// next time, if there is one.
raw::Result JoinMost(const NamespaceFiles& files, bool again,
                     bool (&joined)[kNamespaceKindCount]) {
  for (size_t i = 1; i < kNamespaceKindCount; ++i) {
    if (!files.fds[i].valid() || joined[i]) continue;
    const raw::Result result =
        raw::Setns(files.fds[i].get(), kNamespaceKinds[i].flag);
    if (!result.ok() && !(again && result.error() == EPERM)) return result;
    joined[i] = result.ok();
  }
  return {};
}

}  // namespace

raw::Result JoinFiles(const NamespaceFiles& files) {
  bool joined[kNamespaceKindCount] = {};
  const UniqueFd& user = files.fds[0];
  const raw::Result most = JoinMost(files, user.valid(), joined);
  if (!most.ok() || !user.valid()) return most;
  const raw::Result entered = raw::Setns(user.get(), kNewUser);
  return entered.ok() ? JoinMost(files, false, joined) : entered;
}

}  // namespace chmdocker::namespaces
