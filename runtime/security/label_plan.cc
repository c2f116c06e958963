#include "runtime/security/label_plan.h"

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/spec/process.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::security {

using step::Actor;
using Text = std::string;

void PlanLabels(const spec::Process& process, step::SetupPlan& plan) {
  if (!process.apparmor_profile.empty()) {
    plan.Add(Actor::kInit, step::SetExecLabel<Text>{step::LabelKind::kApparmor,
                                                    process.apparmor_profile});
  }
  if (!process.selinux_label.empty()) {
    plan.Add(Actor::kInit, step::SetExecLabel<Text>{step::LabelKind::kSelinux,
                                                    process.selinux_label});
  }
}

void PlanKeyring(const spec::Process& process, const std::string& id,
                 bool user_namespace, step::SetupPlan& plan) {
  // A kernel without keyrings has nothing to keep apart.
  plan.Add(Actor::kInit,
           step::JoinKeyring<Text>{id.empty() ? "" : absl::StrCat("_ses.", id),
                                   process.selinux_label, user_namespace},
           ENOSYS);
}

}  // namespace chmdocker::security
