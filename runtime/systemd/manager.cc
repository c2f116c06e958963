#include "runtime/systemd/manager.h"

#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/systemd/address.h"
#include "runtime/systemd/bus.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/unit_name.h"

namespace chmdocker::systemd {
namespace {

constexpr char kSystemd[] = "org.freedesktop.systemd1";
constexpr char kManager[] = "org.freedesktop.systemd1.Manager";
constexpr char kPath[] = "/org/freedesktop/systemd1";

Call UnitCall(const char* member, const std::string& unit) {
  Call call = {kSystemd, kPath, kManager, member};
  call.first = unit;
  return call;
}

absl::Status NoConnection(Scope scope, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(
      "--systemd-cgroup: systemd can't be reached: ", why,
      scope == Scope::kUser
          ? "; an ordinary user needs a session, or loginctl enable-linger, "
            "and XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS set"
          : ""));
}

}  // namespace

absl::Status Manager::Connect(const Address& address) {
  // sd_booted(3) asks the same.
  if (access("/run/systemd/system", F_OK) != 0) {
    return absl::FailedPreconditionError(
        "--systemd-cgroup: systemd is not running as this host's init (there "
        "is no /run/systemd/system); leave the option out, or set the engine's "
        "cgroup manager to cgroupfs");
  }
  const bool of_user = address.scope == Scope::kUser;
  std::vector<std::string> paths = PathsOf(
      of_user                      ? address.session_bus
      : address.system_bus.empty() ? "unix:path=/run/dbus/system_bus_socket"
                                   : address.system_bus);
  const std::string directory = of_user ? address.runtime_dir : "/run";
  if (of_user && !directory.empty()) paths.push_back(directory + "/bus");
  // The last is systemd's own.
  paths.push_back(directory + "/systemd/private");
  absl::Status first;
  for (const std::string& path : paths) {
    bus_ = Bus();
    const absl::Status status =
        bus_.Connect(path, &path != &paths.back(), address.in_user_namespace);
    if (status.ok()) {
      std::string version;
      CHM_RETURN_IF_ERROR(Get(kPath, kManager, "Version", &version));
      // "252.38-1~deb12u1", "v245"
      version_ = atoi(version.c_str() + (version[0] == 'v' ? 1 : 0));
      CHM_RETURN_IF_ERROR(Get(kPath, kManager, "ControlGroup", &cgroup_));
      if (cgroup_ == "/") cgroup_.clear();
      return absl::OkStatus();
    }
    first.Update(status);
    // Nobody is there; whoever is there and refuses would do so again.
    if (!ErrnoOf(status)) break;
  }
  return NoConnection(address.scope, first.message());
}

absl::Status Manager::Get(const char* path, const char* interface,
                          const char* name, std::string* value) {
  Call call = {kSystemd, path, "org.freedesktop.DBus.Properties", "Get"};
  call.first = interface;
  call.second = name;
  std::vector<std::string> values;
  CHM_RETURN_IF_ERROR(bus_.Do(call, &values));
  if (!values.empty()) *value = values.front();
  return absl::OkStatus();
}

absl::Status Manager::Reset(const std::string& unit) {
  std::vector<std::string> values;
  const absl::Status status =
      bus_.Do(UnitCall("ResetFailedUnit", unit), &values);
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

absl::Status Manager::Start(const UnitName& unit,
                            const Properties& properties) {
  Call call = UnitCall("StartTransientUnit", unit.name);
  call.second = "replace";
  call.rest = Call::kUnit;
  call.properties = &properties;
  absl::Status status = bus_.DoJob(call);
  if (!absl::IsAlreadyExists(status)) return status;
  if (unit.IsSlice()) return absl::OkStatus();
  // One that has failed is only remembered.
  CHM_RETURN_IF_ERROR(Reset(unit.name));
  return bus_.DoJob(call);
}

absl::Status Manager::Set(const std::string& unit,
                          const Properties& properties) {
  Call call = UnitCall("SetUnitProperties", unit);
  call.rest = Call::kChange;
  call.properties = &properties;
  std::vector<std::string> values;
  CHM_RETURN_IF_ERROR(bus_.Do(call, &values));
  // The files are written before systemd looks at another message.
  std::string version;
  return Get(kPath, kManager, "Version", &version);
}

absl::Status Manager::Stop(const std::string& unit,
                           const std::string& description) {
  std::vector<std::string> path;
  absl::Status status = bus_.Do(UnitCall("GetUnit", unit), &path);
  if (absl::IsNotFound(status)) return absl::OkStatus();
  if (!status.ok() || path.empty()) return status;
  std::string own;
  status = Get(path.front().c_str(), "org.freedesktop.systemd1.Unit",
               "Description", &own);
  // Between two messages it may go by itself.
  if (!status.ok() || own != description) return absl::OkStatus();
  Call stop = UnitCall("StopUnit", unit);
  stop.second = "replace";
  status = bus_.DoJob(stop);
  if (absl::IsNotFound(status)) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(status);
  return Reset(unit);
}

}  // namespace chmdocker::systemd
