#include "cli/session.h"

#include <unistd.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/flags.h"
#include "cli/options_to_spec.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/host/probe.h"
#include "runtime/launch/listen_fds.h"
#include "runtime/state/directory.h"

namespace chmdocker::cli {
namespace {

bool IsOrdinaryUser(Rootless rootless) {
  switch (rootless) {
    case Rootless::kAuto:
      return geteuid() != 0 || host::InUserNamespace();
    case Rootless::kNo:
      return false;
    case Rootless::kYes:
      return true;
  }
  return false;
}

std::optional<absl::string_view> Variable(const Caller& caller,
                                          absl::string_view name) {
  for (absl::string_view entry : caller.environment) {
    if (absl::ConsumePrefix(&entry, name) && absl::ConsumePrefix(&entry, "=")) {
      return entry;
    }
  }
  return std::nullopt;
}

// Where the caller has no place for data, with the state: until the host is
// started anew.
std::string DefaultDataRoot(bool ordinary_user, const Caller& caller,
                            const std::string& root) {
  if (!ordinary_user) return "/var/lib/chmdocker";
  const absl::string_view data = Variable(caller, "XDG_DATA_HOME").value_or("");
  if (absl::StartsWith(data, "/")) return absl::StrCat(data, "/chmdocker");
  const absl::string_view home = Variable(caller, "HOME").value_or("");
  if (absl::StartsWith(home, "/")) {
    return absl::StrCat(home, "/.local/share/chmdocker");
  }
  return absl::StrCat(root, ".data");
}

absl::Status MakeAbsolute(absl::string_view flag, const Caller& caller,
                          std::string& path) {
  if (absl::StartsWith(path, "/")) return absl::OkStatus();
  if (caller.working_directory.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " ", Quote(path),
                     ": is relative, and the working directory has been "
                     "removed"));
  }
  path = absl::StrCat(caller.working_directory, "/", path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<container::Runtime> MakeRuntime(const GlobalOptions& options,
                                               const Caller& caller) {
  container::Runtime runtime;
  runtime.systemd_cgroup = options.cgroup_manager == CgroupManager::kSystemd;
  runtime.no_cgroup = options.cgroup_manager == CgroupManager::kDisabled;
  runtime.lenient = options.lenient;
  runtime.inherited_fds = caller.inherited_fds;
  runtime.listen_fds = launch::ListenFds(
      Variable(caller, "LISTEN_FDS"), Variable(caller, "LISTEN_PID"), getpid());
  runtime.notify_socket = Variable(caller, "NOTIFY_SOCKET").value_or("");
  runtime.systemd.system_bus =
      Variable(caller, "DBUS_SYSTEM_BUS_ADDRESS").value_or("");
  runtime.systemd.session_bus =
      Variable(caller, "DBUS_SESSION_BUS_ADDRESS").value_or("");
  runtime.systemd.runtime_dir =
      Variable(caller, "XDG_RUNTIME_DIR").value_or("");
  const bool ordinary_user = IsOrdinaryUser(options.rootless);
  runtime.root = options.root;
  if (runtime.root.empty()) {
    runtime.root = state::DefaultRoot(
        ordinary_user, Variable(caller, "XDG_RUNTIME_DIR").value_or(""));
  }
  CHM_RETURN_IF_ERROR(MakeAbsolute("--root", caller, runtime.root));
  runtime.data_root = options.data_root;
  if (runtime.data_root.empty()) {
    runtime.data_root = DefaultDataRoot(ordinary_user, caller, runtime.root);
  }
  CHM_RETURN_IF_ERROR(MakeAbsolute("--data-root", caller, runtime.data_root));
  return runtime;
}

}  // namespace chmdocker::cli
