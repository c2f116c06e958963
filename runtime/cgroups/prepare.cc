#include "runtime/cgroups/prepare.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/controllers.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {
namespace {

using Names = std::vector<std::string>;

bool Has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Copies `file`, "cpuset.cpus" or "cpuset.mems", down to `levels[last]` from
// the next one above that has it. A new cgroup of v1 has neither (unless its
// parent has clone_children set), and then refuses every process: cpuset(7).
absl::Status Inherit(const std::vector<Cgroup>& levels, size_t last,
                     absl::string_view file) {
  std::string value;
  size_t from = last + 1;
  while (value.empty() && from > 0) {
    CHM_ASSIGN_OR_RETURN(const std::string text, levels[--from].Read(file));
    value = absl::StripAsciiWhitespace(text);
  }
  if (value.empty()) return absl::OkStatus();
  for (size_t i = from + 1; i <= last; ++i) {
    CHM_RETURN_IF_ERROR(levels[i].Write(file, value));
  }
  return absl::OkStatus();
}

absl::Status PrepareCpuset(const Names& levels,
                           const std::vector<Write>& writes) {
  std::vector<Cgroup> open;
  for (const std::string& level : levels) {
    CHM_ASSIGN_OR_RETURN(Cgroup cgroup, Cgroup::Open(level));
    open.push_back(std::move(cgroup));
  }
  for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
    const bool is_planned =
        std::any_of(writes.begin(), writes.end(),
                    [&](const Write& write) { return write.file == file; });
    const size_t last = open.size() - (is_planned ? 2 : 1);
    CHM_RETURN_IF_ERROR(Inherit(open, last, file));
  }
  return absl::OkStatus();
}

absl::StatusOr<Names> ReadNames(const Cgroup& cgroup, absl::string_view file) {
  CHM_ASSIGN_OR_RETURN(const std::string text, cgroup.Read(file));
  return Names(
      absl::StrSplit(absl::StripAsciiWhitespace(text), ' ', absl::SkipEmpty()));
}

absl::StatusOr<Names> WantedControllers(
    const Names& levels, const std::vector<host::CgroupDirectory>& all,
    const std::vector<Write>& writes) {
  const bool alone = std::all_of(all.begin(), all.end(),
                                 [](const host::CgroupDirectory& hierarchy) {
                                   return hierarchy.controllers.empty();
                                 });
  if (alone) {
    CHM_ASSIGN_OR_RETURN(const Cgroup root, Cgroup::Open(levels.front()));
    return ReadNames(root, "cgroup.controllers");
  }
  Names wanted;  // by the limits
  for (const Write& write : writes) {
    if (!write.hierarchy.empty()) continue;
    const std::string controller = ControllerOf(write.file);
    if (!controller.empty() && !Has(wanted, controller)) {
      wanted.push_back(controller);
    }
  }
  return wanted;
}

absl::StatusOr<Names> Missing(const Cgroup& cgroup, const Names& wanted,
                              absl::string_view file) {
  CHM_ASSIGN_OR_RETURN(const Names present, ReadNames(cgroup, file));
  Names missing;
  for (const std::string& name : wanted) {
    if (!Has(present, name)) missing.push_back(name);
  }
  return missing;
}

// Passes the controllers on from `path` to what is below it, one by one where
// one of them can't be.
absl::Status PassOn(const std::string& path, const Names& wanted) {
  CHM_ASSIGN_OR_RETURN(const Cgroup cgroup, Cgroup::Open(path));
  constexpr absl::string_view kFile = "cgroup.subtree_control";
  CHM_ASSIGN_OR_RETURN(const Names missing, Missing(cgroup, wanted, kFile));
  if (missing.empty() ||
      cgroup.Write(kFile, absl::StrCat("+", absl::StrJoin(missing, " +")))
          .ok()) {
    return absl::OkStatus();
  }
  for (const std::string& name : missing) {
    cgroup.Write(kFile, absl::StrCat("+", name)).IgnoreError();
  }
  return absl::OkStatus();
}

// Below a cgroup with processes, or a threaded one, a new one is good for
// nothing until it is made threaded (cgroups(7), "Thread mode").
absl::Status LeaveInvalidMode(const Cgroup& cgroup) {
  CHM_ASSIGN_OR_RETURN(const std::string type, cgroup.Read("cgroup.type"));
  if (absl::StripAsciiWhitespace(type) != "domain invalid") {
    return absl::OkStatus();
  }
  return cgroup.Write("cgroup.type", "threaded");
}

absl::Status PrepareV2(const Names& levels, const Names& wanted) {
  if (wanted.empty()) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const Cgroup leaf, Cgroup::Open(levels.back()));
  CHM_ASSIGN_OR_RETURN(const Names missing,
                       Missing(leaf, wanted, "cgroup.controllers"));
  if (!missing.empty()) {
    for (size_t i = 0; i + 1 < levels.size(); ++i) {
      CHM_RETURN_IF_ERROR(PassOn(levels[i], wanted));
    }
  }
  return LeaveInvalidMode(leaf);
}

}  // namespace

absl::Status Prepare(const host::CgroupDirectory& hierarchy,
                     const std::vector<std::string>& levels,
                     const std::vector<host::CgroupDirectory>& all,
                     const std::vector<Write>& writes) {
  if (HasController(hierarchy.controllers, "cpuset")) {
    return PrepareCpuset(levels, writes);
  }
  if (!hierarchy.controllers.empty()) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const Names wanted,
                       WantedControllers(levels, all, writes));
  return PrepareV2(levels, wanted);
}

}  // namespace chmdocker::cgroups
