#include "runtime/security/landlock_plan.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/landlock_rights.h"
#include "runtime/spec/landlock.h"
#include "runtime/step/step.h"

namespace chmdocker::security {
namespace {

// What a version of the interface has brought.
struct Part {
  int abi;
  uint64_t files;
  uint64_t ports;
  const char* words;  // what can't be refused without it
};
constexpr Part kParts[] = {
    {1, landlock::kFilesOfAbi1, 0, "access to files (ABI 1, Linux 5.13)"},
    {2, landlock::kRefer, 0,
     "moves between directories, or allow them (ABI 2, Linux 5.19)"},
    {3, landlock::kTruncate, 0, "truncation of files (ABI 3, Linux 6.2)"},
    {4, 0, landlock::kBindTcp | landlock::kConnectTcp,
     "TCP ports (ABI 4, Linux 6.7)"},
    {5, landlock::kDeviceIoctl, 0, "ioctl of devices (ABI 5, Linux 6.10)"},
};

bool IsWanted(const Part& part, const spec::Landlock& wanted) {
  return (part.files != 0 && wanted.restricts_files()) ||
         (part.ports != 0 && wanted.restricts_ports());
}

}  // namespace

std::string NotEnforced(const spec::Landlock& wanted, int abi) {
  std::string missing;
  for (const Part& part : kParts) {
    if (part.abi <= abi || !IsWanted(part, wanted)) continue;
    absl::StrAppend(&missing, missing.empty() ? "" : ", ", part.words);
  }
  return missing;
}

absl::Status CompileLandlock(const spec::Landlock& wanted, int abi,
                             Restriction& step) {
  const std::string missing = NotEnforced(wanted, abi);
  if (!missing.empty() && !wanted.best_effort) {
    return absl::UnimplementedError(
        absl::StrCat("Landlock of this kernel ",
                     abi == 0 ? "is not there, or turned off,"
                              : absl::StrCat("has ABI ", abi),
                     " and can't refuse ", missing,
                     "; --landlock best-effort does without"));
  }
  for (const Part& part : kParts) {
    if (part.abi > abi || !IsWanted(part, wanted)) continue;
    step.files |= part.files;
    step.ports |= part.ports;
  }
  if (step.files != 0) {
    step.readable = wanted.readable;
    step.writable = wanted.writable;
  }
  if (step.ports != 0) {
    step.connect_ports = wanted.connect_ports;
    step.bind_ports = wanted.bind_ports;
  }
  step.scopes = abi >= 6 ? landlock::kScopes : 0;
  step.flags = abi >= 7 ? landlock::kLogNewExec : 0;
  return absl::OkStatus();
}

}  // namespace chmdocker::security
