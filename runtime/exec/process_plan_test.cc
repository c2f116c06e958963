#include "runtime/exec/process_plan.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/exec/container_part.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/exec_plan.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::exec {
namespace {

using List = std::vector<std::string>;

List Lines(const step::SetupPlan& plan) {
  List lines;
  for (const step::TimelineEntry& entry : plan.timeline) {
    lines.push_back(step::Explain(entry.step));
  }
  return lines;
}

spec::Process SomeProcess() {
  spec::Process process;
  process.args = {"sh"};
  process.env = {"PATH=/bin"};
  process.cwd = "/srv";
  process.user = spec::User{1000, 1001, {20, 30}};
  process.capabilities = spec::Capabilities{1, 1, 0, 1, 1};
  process.rlimits = {{7, 1024, ~uint64_t{0}}};
  process.oom_score_adj = -5;
  return process;
}

ContainerPart SomePart() {
  ContainerPart part;
  part.id = "box";
  part.user_namespace = true;
  part.personality = 8;
  part.filter.program.resize(3);
  return part;
}

TEST(PlanHostAttributes, UsesRightsOfTheHost) {
  step::SetupPlan plan;
  PlanHostAttributes(SomeProcess(), SomePart(), plan);
  EXPECT_EQ(Lines(plan),
            (List{"write -5 to /proc/self/oom_score_adj",
                  "raise the hard limit RLIMIT_NOFILE to unlimited"}));
}

TEST(PlanNamespaceAttributes, TakesBothFormsOfKeys) {
  spec::ContainerSpec spec;
  spec.process = SomeProcess();
  spec.sysctl = {{"net.ipv4.conf.eth0/1.forwarding", "1"},
                 {"net/ipv4/conf/eth0.1/forwarding", "0"}};
  step::SetupPlan plan;
  PlanNamespaceAttributes(spec, SomePart(), plan);
  EXPECT_EQ(Lines(plan),
            (List{"join session keyring \"_ses.box\"",
                  "write \"1\" to "
                  "\"/proc/sys/net/ipv4/conf/eth0.1/forwarding\"",
                  "write \"0\" to "
                  "\"/proc/sys/net/ipv4/conf/eth0.1/forwarding\""}));
}

TEST(PlanIdentity, GivesRightsUpLast) {
  step::SetupPlan plan;
  PlanIdentity(SomeProcess(), SomePart(), plan);
  PlanExec(SomeProcess(), SomePart(), plan);
  EXPECT_EQ(Lines(plan),
            (List{"look up the home directory of user 1000",
                  "set RLIMIT_NOFILE to 1024, at most unlimited",
                  "set personality 0x8", "set umask 0022",
                  "load a seccomp filter of 3 instructions",
                  "limit capabilities to CAP_CHOWN",
                  "become user 1000 and group 1001, with groups 20, 30",
                  "set capabilities effective CAP_CHOWN; permitted CAP_CHOWN; "
                  "inheritable none; ambient none",
                  "change directory to \"/srv\" if that was denied before",
                  "close all descriptors but 0, 1 and 2",
                  "exec \"sh\" with 2 environment variables"}));
}

TEST(PlanIdentity, LoadsTheFilterLastWithNoNewPrivileges) {
  spec::Process process = SomeProcess();
  process.no_new_privileges = true;
  step::SetupPlan plan;
  PlanIdentity(process, SomePart(), plan);
  PlanExec(process, SomePart(), plan);
  const List lines = Lines(plan);
  EXPECT_EQ(lines[lines.size() - 2], "load a seccomp filter of 3 instructions");
  EXPECT_EQ(lines[4], "set no_new_privs");
}

TEST(PlanIdentity, LeavesTheCallersIdentity) {
  spec::Process process;
  process.args = {"sh"};
  step::SetupPlan plan;
  PlanIdentity(process, {}, plan);
  EXPECT_TRUE(plan.timeline.empty());
}

TEST(WithoutDuplicates, KeepsTheLastValues) {
  EXPECT_EQ(WithoutDuplicates({"A=1", "B=2", "A=3", "A", "B=", "C"}),
            (List{"A", "B=", "C"}));
  EXPECT_EQ(WithoutDuplicates({"A=1", "AB=2"}), (List{"A=1", "AB=2"}));
}

TEST(WantsHome, AlsoForAnEmptyOne) {
  EXPECT_TRUE(WantsHome({"A=1", "HOME="}));
  EXPECT_TRUE(WantsHome({}));
  EXPECT_FALSE(WantsHome({"HOME=/"}));
}

TEST(WithHome, MakesAPlace) {
  EXPECT_EQ(WithHome({"A=1"}), (List{"A=1", "HOME="}));
  EXPECT_EQ(WithHome({"HOME=", "A=1"}), (List{"A=1", "HOME="}));
  EXPECT_EQ(WithHome({"HOME=/x"}), List{"HOME=/x"});
}

TEST(WithListenFds, SpeaksToPid1) {
  EXPECT_EQ(WithListenFds({"LISTEN_PID=77", "A=1", "LISTEN_FDS=9"}, 2),
            (List{"A=1", "LISTEN_FDS=2", "LISTEN_PID=1"}));
  EXPECT_EQ(WithListenFds({"LISTEN_PID=77", "A=1"}, 0), List{"A=1"});
}

}  // namespace
}  // namespace chmdocker::exec
