#include "runtime/container/exec_process.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/capability_names.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/oci/config.h"
#include "runtime/spec/process.h"

namespace chmdocker::container {
namespace {

// The highest id there is; the next one is "no id" to the kernel.
constexpr uint64_t kMaxId = 0xfffffffeU;

std::optional<uint32_t> ParseId(absl::string_view text) {
  if (text.empty() || text.size() > 10) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  uint64_t id = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    id = id * 10 + static_cast<uint64_t>(digit - '0');
  }
  if (id > kMaxId) return std::nullopt;
  return static_cast<uint32_t>(id);
}

absl::Status AddCapabilities(const ExecOptions& options,
                             spec::Process& process) {
  for (const std::string& name : options.capabilities) {
    const std::optional<int> number = CapabilityNumber(name);
    if (!number) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cap ", Quote(name), ": no such capability"));
    }
    if (!process.capabilities) process.capabilities.emplace();
    // Not inheritable, and so not ambient (CVE-2022-29162).
    const spec::CapabilitySet bit = spec::CapabilitySet{1} << *number;
    process.capabilities->bounding |= bit;
    process.capabilities->effective |= bit;
    process.capabilities->permitted |= bit;
  }
  return absl::OkStatus();
}

// All that options may change, in a process of either origin.
absl::Status ApplyOptions(const ExecOptions& options, spec::Process& process) {
  process.env.insert(process.env.end(), options.env.begin(), options.env.end());
  if (options.cwd) process.cwd = *options.cwd;
  if (options.terminal) process.terminal = true;
  if (options.no_new_privileges) process.no_new_privileges = true;
  if (options.apparmor_profile) {
    process.apparmor_profile = *options.apparmor_profile;
  }
  if (options.selinux_label) process.selinux_label = *options.selinux_label;
  if (!process.user) process.user.emplace();
  if (options.user) {
    CHM_RETURN_IF_ERROR(SetUser(*options.user, *process.user));
  }
  process.user->additional_gids.insert(process.user->additional_gids.end(),
                                       options.additional_gids.begin(),
                                       options.additional_gids.end());
  return AddCapabilities(options, process);
}

}  // namespace

absl::Status SetUser(const std::string& text, spec::User& user) {
  const size_t colon = text.find(':');
  const absl::string_view whole = text;
  const std::optional<uint32_t> uid = ParseId(whole.substr(0, colon));
  std::optional<uint32_t> gid = user.gid;
  if (colon != absl::string_view::npos) gid = ParseId(whole.substr(colon + 1));
  if (!uid || !gid) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--user ", Quote(text),
        ": wants UID or UID:GID, decimal numbers from 0 to ", kMaxId));
  }
  user.uid = *uid;
  user.gid = *gid;
  return absl::OkStatus();
}

absl::StatusOr<spec::Process> ProcessFor(const Runtime& runtime,
                                         const ExecOptions& options,
                                         const spec::Process& own) {
  spec::Process process = own;
  if (options.process_json) {
    CHM_ASSIGN_OR_RETURN(process, oci::ParseProcess(*options.process_json,
                                                    {.lenient = runtime.lenient,
                                                     .warn = runtime.warn}));
    if (!process.capabilities) process.capabilities = own.capabilities;
  } else {
    // The container's own arguments and terminal are its own affair.
    process.args = options.args;
    process.terminal = false;
    process.console_size.reset();
  }
  CHM_RETURN_IF_ERROR(ApplyOptions(options, process));
  if (process.args.empty()) {
    return absl::InvalidArgumentError("exec: there is no command");
  }
  return process;
}

}  // namespace chmdocker::container
