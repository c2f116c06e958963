// What on this host makes a step fail, as far as it can be known: the kernel
// gives an errno, the user needs the setting.
#ifndef CHMDOCKER_RUNTIME_HOST_DIAGNOSE_H_
#define CHMDOCKER_RUNTIME_HOST_DIAGNOSE_H_

#include <optional>
#include <string>

#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/host/setting.h"
#include "runtime/step/step.h"

namespace chmdocker::host {

// The SettingReader of this host.
std::optional<std::string> ReadSetting(const std::string& path);

struct FailedStep {
  step::StepKind kind = step::StepKind::kClone;
  int error = 0;          // errno
  long syscall = 0;       // SYS_* that gave it
  CloneFlags namespaces;  // of the plan's Clone
};

// The cause and its remedy in one line; empty when nothing can be said beyond
// the errno.
std::string DiagnoseFrom(const FailedStep& failed, const HostFacts& facts,
                         const SettingReader& read_setting);

// The same with this host's settings.
std::string Diagnose(const FailedStep& failed, const HostFacts& facts);

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_DIAGNOSE_H_
