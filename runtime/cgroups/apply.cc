#include "runtime/cgroups/apply.h"

#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/device_filter.h"
#include "runtime/cgroups/device_rules.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {
namespace {

bool IsIgnored(const Write& write, const absl::Status& status) {
  const std::optional<int> error = ErrnoOf(status);
  return error && std::find(write.ignored.begin(), write.ignored.end(),
                            *error) != write.ignored.end();
}

std::string Hint(const Write& write, const absl::Status& status) {
  switch (ErrnoOf(status).value_or(0)) {
    case ENOENT:
      return write.hierarchy.empty() && !ControllerOf(write.file).empty()
                 ? absl::StrCat(
                       "the controller ", ControllerOf(write.file),
                       " is not available in this cgroup, or this kernel has "
                       "no such setting")
                 : "this kernel has no such setting";
    case EBUSY:
      return write.file == "memory.limit_in_bytes"
                 ? "more memory than that is in use"
                 : "";
    case ENODEV:
      return "it must be a whole disk that is there, and no partition";
    case EOPNOTSUPP:
      return "only a disk that bfq schedules can have a weight";
    default:
      return "";
  }
}

// Carries out writes, with the cgroup and the file of the last one still open:
// writes to one file stand together.
class Writer {
 public:
  explicit Writer(const std::vector<host::CgroupDirectory>& directories)
      : directories_(directories) {}

  absl::Status Run(const Write& write) {
    CHM_RETURN_IF_ERROR(Enter(write.hierarchy));
    if (!write.above.empty()) CHM_RETURN_IF_ERROR(CheckAbove(write));
    absl::Status status = WriteTo(write.file, write.value);
    if (ErrnoOf(status) == ENOENT && !write.fallback_file.empty()) {
      status = WriteTo(write.fallback_file, write.fallback_value);
    }
    return status;
  }

 private:
  absl::Status Enter(const std::string& hierarchy) {
    if (cgroup_ != nullptr && hierarchy_ == hierarchy) return absl::OkStatus();
    file_ = {};
    for (const host::CgroupDirectory& directory : directories_) {
      if (directory.controllers != hierarchy) continue;
      CHM_ASSIGN_OR_RETURN(Cgroup cgroup, Cgroup::Open(directory));
      cgroup_ = std::make_unique<Cgroup>(std::move(cgroup));
      hierarchy_ = hierarchy;
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(
        "the container has no cgroup in the hierarchy that this is for");
  }

  absl::Status WriteTo(const std::string& file, const std::string& value) {
    if (!fd_.valid() || file_ != file) {
      file_ = {};
      CHM_ASSIGN_OR_RETURN(fd_, cgroup_->OpenFile(file, O_WRONLY));
      file_ = file;
    }
    return WriteValue(fd_.get(), value,
                      absl::StrCat(cgroup_->path(), "/", file));
  }

  absl::Status CheckAbove(const Write& write) const {
    absl::StatusOr<std::string> text = cgroup_->Read(write.above);
    uint64_t now = 0;
    uint64_t wanted = 0;
    if (!text.ok() ||
        !absl::SimpleAtoi(absl::StripAsciiWhitespace(*text), &now) ||
        !absl::SimpleAtoi(write.value, &wanted) || wanted > now) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "\"", write.value, "\" is not above what is in use, ", now, " bytes"));
  }

  const std::vector<host::CgroupDirectory>& directories_;
  std::unique_ptr<Cgroup> cgroup_;  // null: none yet
  std::string hierarchy_;           // of `cgroup_`
  UniqueFd fd_;
  std::string file_;  // of `fd_`; empty: none
};

absl::Status SetDeviceFilterOf(
    const std::vector<host::CgroupDirectory>& directories,
    const DeviceAccess& access, OldFilter old) {
  const host::CgroupDirectory* v2 = FindV2(directories);
  if (v2 == nullptr) {
    return ErrnoError(EACCES, "no cgroup of v2 can be made here");
  }
  CHM_ASSIGN_OR_RETURN(const Cgroup cgroup, Cgroup::Open(*v2));
  return SetDeviceFilter(cgroup, access, old);
}

}  // namespace

bool IsForbidden(const absl::Status& status) {
  const std::optional<int> error = ErrnoOf(status);
  return error == EACCES || error == EPERM || error == EROFS;
}

absl::Status SettingError(const Write& write, const absl::Status& status) {
  absl::Status named(status.code(),
                     absl::StrCat("linux.resources.",
                                  write.field.empty() ? "devices" : write.field,
                                  ": ", status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    named.SetPayload(url, payload);
  });
  return WithHint(named, Hint(write, status));
}

absl::Status Apply(const std::vector<Write>& writes,
                   const std::vector<host::CgroupDirectory>& directories,
                   bool (*lenient)(const Write&)) {
  Writer writer(directories);
  for (const Write& write : writes) {
    const absl::Status status = writer.Run(write);
    if (status.ok() || IsIgnored(write, status)) continue;
    if (IsForbidden(status) && lenient(write)) continue;
    return SettingError(write, status);
  }
  return absl::OkStatus();
}

absl::Status ApplyDevices(const std::vector<spec::DeviceRule>& rules,
                          const std::vector<host::CgroupDirectory>& directories,
                          OldFilter old, bool (*lenient)(const Write&)) {
  const absl::Status status =
      SetDeviceFilterOf(directories, DeviceAccessFrom(rules), old);
  Write wanted;
  if (!rules.empty()) wanted.field = "devices";
  if (status.ok() || (IsForbidden(status) && lenient(wanted))) {
    return absl::OkStatus();
  }
  return SettingError(wanted, status);
}

}  // namespace chmdocker::cgroups
