#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {
namespace {

// A walk through a tree of any depth with one descriptor: a container could
// nest cgroups deeper than descriptors, the stack or PATH_MAX allow. The way
// back is "..", which is sure, for a cgroup has one parent for life.
class Walk {
 public:
  using Visit = absl::FunctionRef<absl::Status(const Cgroup&)>;
  // Called with the parent of the cgroup that the walk has left.
  using Leave =
      absl::FunctionRef<void(const Cgroup& parent, const std::string& name)>;

  explicit Walk(Cgroup top) : at_(std::move(top)) {}

  absl::Status Run(Visit visit, Leave leave) {
    CHM_RETURN_IF_ERROR(Enter(visit));
    for (;;) {
      if (!pending_.back().empty()) {
        const std::string name = std::move(pending_.back().back());
        pending_.back().pop_back();
        absl::StatusOr<Cgroup> child = at_.Child(name);
        if (IsGone(child.status())) continue;
        if (!child.ok()) return child.status();
        at_ = *std::move(child);
        names_.push_back(name);
        CHM_RETURN_IF_ERROR(Enter(visit));
        continue;
      }
      pending_.pop_back();
      if (pending_.empty()) return absl::OkStatus();
      CHM_ASSIGN_OR_RETURN(at_, at_.Parent());
      leave(at_, names_.back());
      names_.pop_back();
    }
  }

 private:
  absl::Status Enter(Visit visit) {
    if (absl::Status status = visit(at_); !status.ok() && !IsGone(status)) {
      return status;
    }
    absl::StatusOr<std::vector<std::string>> children = at_.Children();
    if (!children.ok() && !IsGone(children.status())) return children.status();
    pending_.push_back(children.ok() ? *std::move(children)
                                     : std::vector<std::string>());
    return absl::OkStatus();
  }

  Cgroup at_;
  std::vector<std::string> names_;                 // from the top to `at_`
  std::vector<std::vector<std::string>> pending_;  // of each on that way
};

}  // namespace

absl::Status ForEachCgroup(
    const host::CgroupDirectory& directory,
    absl::FunctionRef<absl::Status(const Cgroup&)> visit) {
  absl::StatusOr<Cgroup> top = Cgroup::Open(directory);
  if (IsGone(top.status())) return absl::OkStatus();
  if (!top.ok()) return top.status();
  return Walk(*std::move(top))
      .Run(visit, [](const Cgroup&, const std::string&) {});
}

absl::Status RemoveBelow(Cgroup top) {
  absl::Status first;
  const auto remove = [&](const Cgroup& parent, const std::string& name) {
    const absl::Status removed = parent.RemoveChild(name);
    if (!IsGone(removed)) first.Update(removed);
  };
  CHM_RETURN_IF_ERROR(
      Walk(std::move(top))
          .Run([](const Cgroup&) { return absl::OkStatus(); }, remove));
  return first;
}

}  // namespace chmdocker::cgroups
