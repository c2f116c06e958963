#include "cli/describe.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/host_limits.h"
#include "cli/host_mounts.h"
#include "cli/host_rights.h"
#include "cli/limits.h"
#include "cli/network_files.h"
#include "cli/options_to_spec.h"
#include "cli/run_options.h"
#include "runtime/base/flags.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/run.h"
#include "runtime/spec/container_spec.h"
#include "runtime/users/user_files.h"

namespace chmdocker::cli {

absl::StatusOr<container::Description> DescribeOptions(
    const container::Runtime& runtime, const RunOptions& options,
    const users::UserFiles* files, const Caller& caller) {
  container::Description description;
  spec::ContainerSpec& spec = description.spec;
  CHM_ASSIGN_OR_RETURN(spec, OptionsToSpec(options, caller));
  CHM_RETURN_IF_ERROR(AddHostLimits(options.limits, spec));
  CHM_RETURN_IF_ERROR(AddHostRights(options.rights, files, spec));
  CHM_RETURN_IF_ERROR(
      AddNetworkFiles(runtime, options, spec, description.wishes));
  CHM_RETURN_IF_ERROR(PrepareSources(options, spec.mounts));
  const Limits& limits = options.limits;
  description.wishes.joins = options.joins;
  if (limits.need_cgroup || options.keeping.detach || !options.image.empty() ||
      !spec.namespaces.has(kNewPid) || !description.wishes.files.empty()) {
    description.wishes.cgroup =
        container::CgroupWish{limits.cgroup_parent, limits.name};
  }
  return description;
}

}  // namespace chmdocker::cli
