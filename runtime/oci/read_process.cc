#include "runtime/oci/read_process.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/capability_names.h"
#include "runtime/base/quote.h"
#include "runtime/oci/json.h"
#include "runtime/oci/number_list.h"
#include "runtime/oci/process_names.h"
#include "runtime/spec/process.h"

namespace chmdocker::oci {
namespace {

// (uid_t)-1 is "no change" to setresuid(2) and chown(2).
constexpr uint32_t kMaxId = 0xfffffffe;

// Larger than CONFIG_NR_CPUS of any kernel.
constexpr uint32_t kMaxProcessor = 65535;

void ReadUser(const Value& value, spec::Process& process) {
  if (!value.present()) return;
  spec::User& user = process.user.emplace();
  value.Member("uid").Read(&user.uid, 0, kMaxId);
  value.Member("gid").Read(&user.gid, 0, kMaxId);
  value.Member("umask").Read(&user.umask, 0U, 0777U);
  value.Member("additionalGids").ForEachElement([&](const Value& element) {
    uint32_t gid = 0;
    if (element.Read(&gid, 0, kMaxId)) user.additional_gids.push_back(gid);
  });
  value.Member("username").AddWarning("is for Windows; ignored");
}

void ReadSet(const Value& value, spec::CapabilitySet& set) {
  value.ForEachElement([&](const Value& element) {
    std::string name;
    if (!element.Read(&name)) return;
    const std::optional<int> number = CapabilityNumber(name);
    if (number.has_value()) {
      set |= spec::CapabilitySet{1} << *number;
    } else {
      // "MUST be logged as a warning", and be no failure: runtime-spec 1.3.
      element.AddWarning(absl::StrCat("unknown ", Quote(name), "; ignored"));
    }
  });
}

void ReadCapabilities(const Value& value, spec::Process& process) {
  if (!value.present()) return;
  spec::Capabilities& capabilities = process.capabilities.emplace();
  ReadSet(value.Member("bounding"), capabilities.bounding);
  ReadSet(value.Member("effective"), capabilities.effective);
  ReadSet(value.Member("inheritable"), capabilities.inheritable);
  ReadSet(value.Member("permitted"), capabilities.permitted);
  ReadSet(value.Member("ambient"), capabilities.ambient);
}

void ReadRlimits(const Value& value, spec::Process& process) {
  value.ForEachElement([&](const Value& element) {
    spec::Rlimit limit;
    element.Member("type").Required().ReadName(RlimitNames(), &limit.resource);
    element.Member("soft").Required().Read(&limit.soft);
    element.Member("hard").Required().Read(&limit.hard);
    process.rlimits.push_back(limit);
  });
}

void ReadScheduler(const Value& value, spec::Process& process) {
  if (!value.present()) return;
  spec::Scheduler& scheduler = process.scheduler.emplace();
  value.Member("policy").Required().ReadName(SchedulerPolicyNames(),
                                             &scheduler.policy);
  value.Member("nice").Read(&scheduler.nice, -20, 19);
  value.Member("priority").Read(&scheduler.priority, 0, 99);
  value.Member("flags").ReadNames(SchedulerFlagNames(), &scheduler.flags);
  value.Member("runtime").Read(&scheduler.runtime);
  value.Member("deadline").Read(&scheduler.deadline);
  value.Member("period").Read(&scheduler.period);
}

void ReadIoPriority(const Value& value, spec::Process& process) {
  if (!value.present()) return;
  spec::IoPriority& priority = process.io_priority.emplace();
  value.Member("class").Required().ReadName(IoPriorityClassNames(),
                                            &priority.io_class);
  value.Member("priority").Read(&priority.priority, 0, 7);
}

void ReadCpuSet(const Value& value, spec::CpuSet& set) {
  std::string text;
  if (!value.Read(&text)) return;
  std::optional<spec::CpuSet> parsed = ParseNumberList(text, kMaxProcessor);
  if (parsed.has_value()) {
    set = *std::move(parsed);
  } else {
    value.FailWith(text, "is no list of processors, for example \"0-3,7\"");
  }
}

void ReadAffinity(const Value& value, spec::Process& process) {
  if (!value.present()) return;
  spec::CpuAffinity& affinity = process.exec_cpu_affinity.emplace();
  ReadCpuSet(value.Member("initial"), affinity.initial);
  ReadCpuSet(value.Member("final"), affinity.final);
}

void ReadConsoleSize(const Value& value, spec::Process& process) {
  if (!value.present()) return;
  spec::ConsoleSize& size = process.console_size.emplace();
  value.Member("height").Read(&size.height);
  value.Member("width").Read(&size.width);
}

}  // namespace

void ReadProcess(const Value& value, spec::Process& process) {
  if (!value.present()) return;
  value.Member("args").Read(&process.args);
  value.Member("env").Read(&process.env);
  value.Member("cwd").Required().Read(&process.cwd);
  value.Member("terminal").Read(&process.terminal);
  ReadConsoleSize(value.Member("consoleSize"), process);
  ReadUser(value.Member("user"), process);
  ReadCapabilities(value.Member("capabilities"), process);
  ReadRlimits(value.Member("rlimits"), process);
  value.Member("noNewPrivileges").Read(&process.no_new_privileges);
  value.Member("oomScoreAdj").Read(&process.oom_score_adj, -1000, 1000);
  ReadScheduler(value.Member("scheduler"), process);
  ReadIoPriority(value.Member("ioPriority"), process);
  ReadAffinity(value.Member("execCPUAffinity"), process);
  value.Member("apparmorProfile").Read(&process.apparmor_profile);
  value.Member("selinuxLabel").Read(&process.selinux_label);
  value.Member("commandLine").Refuse("is for Windows");
}

}  // namespace chmdocker::oci
