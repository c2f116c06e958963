#include "runtime/security/privilege_setup.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>

#include "runtime/base/unique_fd.h"
#include "runtime/step/message.h"
#include "runtime/step/report.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/caps.h"
#include "runtime/sys/raw/identity.h"
#include "runtime/sys/raw/process.h"
#include "runtime/sys/raw/seccomp.h"

namespace chmdocker::security {
namespace {

constexpr unsigned kMostCapabilities = 64;

bool Has(uint64_t set, unsigned capability) {
  return (set >> capability & 1) != 0;
}

// Of a process with the right to it, setgroups(2) may be denied in its user
// namespace: user_namespaces(7). Then it keeps the groups that it has.
raw::Result SetGroups(const step::SetUser<const char*>& step,
                      step::Note& note) {
  const raw::Result set = raw::Setgroups(step.groups.size, step.groups.data);
  if (set.error() != EPERM) return set;
  uint64_t effective = 0;
  const raw::Result got = raw::EffectiveCapabilities(&effective);
  if (!got.ok()) return got;
  if (!Has(effective, CAP_SETGID)) return set;
  if (step.groups.size == 0 || step.groups_optional) return {};
  note.Append(
      "the user namespace of an ordinary user, with one group, can have no "
      "others");
  return set;
}

raw::Result Explained(raw::Result failed, step::Note& note) {
  if (failed.error() == EINVAL) {
    note.Append("the user namespace maps no such id");
  }
  return failed;
}

}  // namespace

raw::Result Run(const step::NoNewPrivileges<const char*>&) {
  return raw::SetNoNewPrivileges();
}

raw::Result Run(const step::LoadSeccomp<const char*>& step, int channel,
                uint16_t index) {
  static_assert(sizeof(sock_filter) == sizeof(uint64_t));
  if (step.filter.size > BPF_MAXINSNS) {
    return raw::Failure(E2BIG, SYS_seccomp);
  }
  // The kernel only reads it.
  const sock_fprog program = {
      static_cast<unsigned short>(step.filter.size),
      reinterpret_cast<sock_filter*>(const_cast<uint64_t*>(step.filter.data))};
  const unsigned listener =
      step.listener ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
  const raw::Result loaded =
      raw::Seccomp(SECCOMP_SET_MODE_FILTER, step.flags | listener, &program);
  if (!loaded.ok() || !step.listener) return loaded;
  const UniqueFd notifications(loaded.fd());
  return step::SendSeccompListener(channel, index, notifications.get());
}

raw::Result Run(const step::LimitCapabilities<const char*>& step) {
  for (unsigned i = 0; i < kMostCapabilities; ++i) {
    if (Has(step.bounding, i)) continue;
    const raw::Result dropped = raw::DropBounding(i);
    if (dropped.ok()) continue;
    if (dropped.error() == EINVAL) break;  // behind the last one of this kernel
    // Without the right to it, what is not there need not be dropped.
    if (dropped.error() != EPERM) return dropped;
    const raw::Result had = raw::IsBounding(i);
    if (!had.ok() || had.value != 0) return dropped;
  }
  return {};
}

raw::Result Run(const step::SetUser<const char*>& step, step::Note& note) {
  const raw::Result kept = raw::KeepCapabilities(step.keep_capabilities);
  if (!kept.ok()) return kept;
  const raw::Result groups = SetGroups(step, note);
  if (!groups.ok()) return Explained(groups, note);
  const raw::Result group = raw::Setresgid(step.gid, step.gid, step.gid);
  if (!group.ok()) return Explained(group, note);
  const raw::Result user = raw::Setresuid(step.uid, step.uid, step.uid);
  if (!user.ok()) return Explained(user, note);
  // A change of user makes the process dumpable where sysctl fs.suid_dumpable
  // says so; until it is the command, nobody may reach into it.
  const raw::Result hidden = raw::SetDumpable(false);
  return hidden.ok() ? raw::KeepCapabilities(false) : hidden;
}

raw::Result Run(const step::SetCapabilities<const char*>& step,
                step::Note& note) {
  const raw::Result set =
      raw::Capset(step.effective, step.permitted, step.inheritable);
  if (set.error() == EPERM) {
    note.Append("chmdocker itself does not have all of these capabilities");
  }
  if (!set.ok()) return set;
  const raw::Result cleared = raw::ClearAmbient();
  // Before Linux 4.3 there is no such set.
  if (cleared.error() == EINVAL && step.ambient == 0) return {};
  if (!cleared.ok()) return cleared;
  for (unsigned i = 0; i < kMostCapabilities; ++i) {
    if (!Has(step.ambient, i)) continue;
    const raw::Result raised = raw::RaiseAmbient(i);
    if (raised.error() == EINVAL) break;  // behind the last one
    if (!raised.ok()) return raised;
  }
  return {};
}

}  // namespace chmdocker::security
