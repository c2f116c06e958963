#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/apply.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/cgroups/device_filter.h"
#include "runtime/cgroups/prepare.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cgroups {

// Makes cgroups, and removes what it made unless it is told to keep them.
class Creation::Maker {
 public:
  Maker(const MayReuse& may_reuse, pid_t placed)
      : may_reuse_(may_reuse), placed_(placed) {}
  Maker(const Maker&) = delete;
  Maker& operator=(const Maker&) = delete;
  ~Maker() { RemoveTo(0); }
  void Keep() { made_.clear(); }

  // Whether a cgroup was there already.
  bool found() const { return found_; }

  // Whether none of them has the process that is to be there already.
  bool MissesPlaced() const { return placed_ != 0 && !saw_placed_; }

  // How many were made, and the removal of all but the first `count`.
  size_t count() const { return made_.size(); }
  void RemoveTo(size_t count) {
    for (; made_.size() > count; made_.pop_back()) {
      (void)raw::UnlinkAt(AT_FDCWD, made_.back().c_str(), AT_REMOVEDIR);
    }
  }

  // Makes the last of `levels`, and those before it that are missing. A mount
  // point as mountinfo has it, and cgroupfs below it, have no symlinks, so
  // that the whole path is one call. A cgroup that was there must be empty.
  absl::Status Make(const std::vector<std::string>& levels) {
    // Those above are removed with another container that had made them.
    constexpr int kMostTries = 10;
    raw::Result made;
    for (int i = 0; i < kMostTries; ++i) {
      made = Mkdir(levels.back());
      if (made.error() == EEXIST) {
        found_ = true;
        return CheckFree(levels.back());
      }
      if (made.error() != ENOENT) break;
      CHM_RETURN_IF_ERROR(MakeAbove(levels));
    }
    return sys::CallStatus(made, sys::Quoted(levels.back()));
  }

 private:
  raw::Result Mkdir(const std::string& path) {
    const raw::Result made = raw::MkdirAt(AT_FDCWD, path.c_str(), 0755);
    if (made.ok()) made_.push_back(path);
    return made;
  }

  absl::Status MakeAbove(const std::vector<std::string>& levels) {
    for (size_t i = 1; i + 1 < levels.size(); ++i) {
      const raw::Result parent = Mkdir(levels[i]);
      if (parent.error() == ENOENT) break;
      if (!parent.ok() && parent.error() != EEXIST) {
        return sys::CallStatus(parent, sys::Quoted(levels[i]));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckFree(const std::string& path) {
    const Directories one = {{"", path}};
    CHM_ASSIGN_OR_RETURN(std::vector<pid_t> processes, Processes(one));
    if (std::erase(processes, placed_) != 0) saw_placed_ = true;
    if (!processes.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("container's cgroup is not empty: ", processes.size(),
                       " process(es) found in ", Quote(path)));
    }
    return may_reuse_ ? may_reuse_(path) : absl::OkStatus();
  }

  const MayReuse& may_reuse_;
  const pid_t placed_;
  bool saw_placed_ = false;
  std::vector<std::string> made_;
  bool found_ = false;
};

namespace {

// A cgroup that has been made, or taken; the last `made` of its levels are new.
absl::StatusOr<host::CgroupDirectory> Describe(const std::string& controllers,
                                               const std::string& path,
                                               size_t made) {
  struct stat found;
  if (lstat(path.c_str(), &found) != 0) return ErrnoError(errno, Quote(path));
  host::CgroupDirectory directory = {controllers, path};
  directory.inode = found.st_ino;
  directory.made_above = static_cast<uint32_t>(made > 0 ? made - 1 : 0);
  return directory;
}

// The names below a hierarchy's mount point that lead to the container's
// cgroup.
absl::StatusOr<std::string> PathBelow(const host::CgroupDirectory& hierarchy,
                                      const std::string& cgroups_path,
                                      const std::string& id) {
  if (absl::StartsWith(cgroups_path, "/")) return cgroups_path;
  std::string own = hierarchy.own;
  if (hierarchy.controllers.empty()) own.resize(own.rfind('/') + 1);
  return absl::StrCat(own, "/", cgroups_path.empty() ? id : cgroups_path);
}

// The mount point of `hierarchy`, and each cgroup on the way to `below` it.
absl::StatusOr<std::vector<std::string>> Levels(
    const host::CgroupDirectory& hierarchy, absl::string_view below) {
  std::vector<std::string> levels = {hierarchy.path};
  for (const absl::string_view name :
       absl::StrSplit(below, '/', absl::SkipEmpty())) {
    if (name == "." || name == "..") {
      return absl::InvalidArgumentError(
          absl::StrCat("linux.cgroupsPath: ", Quote(below), " must not have \"",
                       name, "\""));
    }
    levels.push_back(absl::StrCat(levels.back(), "/", name));
  }
  if (levels.size() == 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("linux.cgroupsPath: ", Quote(below),
                     " must name a cgroup, not a hierarchy's root"));
  }
  return levels;
}

bool IsNoLimit(const Write& write) { return write.field.empty(); }
bool IsNoLimitForRootless(const Write& write) {
  return write.field.empty() || write.field == "devices";
}

absl::Status CheckThawed(const Directories& directories) {
  CHM_ASSIGN_OR_RETURN(const bool frozen, IsFrozen(directories));
  if (!frozen) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "container's cgroup unexpectedly frozen");
}

}  // namespace

absl::StatusOr<Directories> Locate(const Directories& hierarchies,
                                   const std::string& cgroups_path,
                                   const std::string& id) {
  Directories located;
  for (const host::CgroupDirectory& hierarchy : hierarchies) {
    CHM_ASSIGN_OR_RETURN(const std::string below,
                         PathBelow(hierarchy, cgroups_path, id));
    CHM_ASSIGN_OR_RETURN(std::vector<std::string> levels,
                         Levels(hierarchy, below));
    located.push_back({hierarchy.controllers, std::move(levels.back())});
  }
  return located;
}

Creation::Creation(CreationWish wish)
    : wish_(std::move(wish)),
      is_no_limit_(wish_.rootless == Rootless::kYes ? IsNoLimitForRootless
                                                    : IsNoLimit),
      maker_(std::make_unique<Maker>(wish_.may_reuse, wish_.placed)) {}
Creation::~Creation() = default;

absl::Status Creation::MakeIn(const host::CgroupDirectory& hierarchy,
                              Directories& made) {
  CHM_ASSIGN_OR_RETURN(const std::string below,
                       PathBelow(hierarchy, wish_.cgroups_path, wish_.id));
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> levels,
                       Levels(hierarchy, below));
  const size_t before = maker_->count();
  absl::Status status = maker_->Make(levels);
  if (status.ok()) {
    status = Prepare(hierarchy, levels, *wish_.hierarchies, writes_);
  }
  if (status.ok()) {
    CHM_ASSIGN_OR_RETURN(host::CgroupDirectory directory,
                         Describe(hierarchy.controllers, levels.back(),
                                  maker_->count() - before));
    made.push_back(std::move(directory));
    return absl::OkStatus();
  }
  if (!IsForbidden(status)) return status;
  maker_->RemoveTo(before);
  for (auto write = writes_.begin(); write != writes_.end();) {
    if (write->hierarchy != hierarchy.controllers) {
      ++write;
      continue;
    }
    if (!is_no_limit_(*write)) return SettingError(*write, status);
    write = writes_.erase(write);
  }
  return absl::OkStatus();
}

absl::Status Creation::MakeUnified() {
  CHM_ASSIGN_OR_RETURN(writes_, PlanWrites(*wish_.resources, *wish_.hierarchies,
                                           Occasion::kCreate));
  for (const host::CgroupDirectory& hierarchy : *wish_.hierarchies) {
    if (!hierarchy.controllers.empty()) continue;
    CHM_RETURN_IF_ERROR(MakeIn(hierarchy, unified_));
  }
  // Who is born in one that is frozen does not come to life.
  return maker_->found() ? CheckThawed(unified_) : absl::OkStatus();
}

absl::StatusOr<Directories> Creation::Finish() {
  Directories made;
  for (const host::CgroupDirectory& hierarchy : *wish_.hierarchies) {
    if (hierarchy.controllers.empty()) continue;
    CHM_RETURN_IF_ERROR(MakeIn(hierarchy, made));
  }
  // As FindHierarchies has them, v2 comes last.
  std::move(unified_.begin(), unified_.end(), std::back_inserter(made));
  if (maker_->MissesPlaced()) {
    return absl::InternalError(absl::StrCat(
        "the process ", wish_.placed, " has not been put into the cgroup ",
        Quote(wish_.cgroups_path), " of any hierarchy"));
  }
  if (maker_->found()) CHM_RETURN_IF_ERROR(CheckThawed(made));
  CHM_RETURN_IF_ERROR(Apply(writes_, made, is_no_limit_));
  if (UsesDeviceFilter(*wish_.hierarchies)) {
    CHM_RETURN_IF_ERROR(ApplyDevices(
        wish_.resources->devices, made,
        maker_->found() ? OldFilter::kMayBe : OldFilter::kNone, is_no_limit_));
  }
  maker_->Keep();
  return made;
}

std::vector<std::string> EntryFiles(const Directories& directories) {
  std::vector<std::string> files;
  files.reserve(directories.size());
  for (const host::CgroupDirectory& directory : directories) {
    files.push_back(absl::StrCat(directory.path, directory.controllers.empty()
                                                     ? "/cgroup.procs"
                                                     : "/tasks"));
  }
  return files;
}

}  // namespace chmdocker::cgroups
