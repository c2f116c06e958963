#include "runtime/exec/exec_plan.h"

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/exec/container_part.h"
#include "runtime/exec/environment.h"
#include "runtime/security/privilege_plan.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::exec {
namespace {

using step::Actor;
using Text = std::string;

// The last PATH counts, as the last -e does.
absl::string_view SearchPath(const std::vector<std::string>& environment) {
  constexpr absl::string_view kName = "PATH=";
  absl::string_view path = spec::kDefaultPath;
  for (const std::string& entry : environment) {
    if (absl::StartsWith(entry, kName)) {
      path = absl::string_view(entry).substr(kName.size());
    }
  }
  return path;
}

}  // namespace

std::vector<std::string> Candidates(
    const std::string& command, const std::vector<std::string>& environment) {
  if (absl::StrContains(command, '/')) return {command};
  std::vector<std::string> candidates;
  for (const absl::string_view directory :
       absl::StrSplit(SearchPath(environment), ':')) {
    // An empty entry is the working directory (POSIX XBD 8.3).
    candidates.push_back(
        absl::StrCat(directory.empty() ? "." : directory, "/", command));
  }
  return candidates;
}

void PlanSession(step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::DieWithParent<Text>{});
  plan.Add(Actor::kInit, step::NewSession<Text>{});
}

void PlanSurroundings(const spec::Process& process, step::SetupPlan& plan) {
  if (!process.cwd.empty()) {
    // PlanIdentity plans a second try for the user.
    plan.Add(Actor::kInit, step::ChangeDirectory<Text>{process.cwd},
             process.user ? EACCES : 0);
  }
  plan.Add(Actor::kInit, step::ResetSignals<Text>{});
}

void PlanExec(const spec::Process& process, const ContainerPart& part,
              step::SetupPlan& plan) {
  plan.Add(Actor::kInit, step::CloseFds<Text>{part.preserved_fds});
  security::PlanLastFilter(process, part.filter, plan);
  std::vector<std::string> environment = WithoutDuplicates(process.env);
  if (!part.hook.empty()) {
    plan.Add(
        Actor::kInit,
        step::Exec<Text>{{part.hook}, process.args, std::move(environment)});
    return;
  }
  if (process.init) plan.Add(Actor::kInit, step::StayAsInit<Text>{});
  std::vector<std::string> candidates =
      Candidates(process.args[0], environment);
  if (process.user) environment = WithHome(std::move(environment));
  plan.Add(Actor::kInit, step::Exec<Text>{std::move(candidates), process.args,
                                          std::move(environment)});
}

}  // namespace chmdocker::exec
