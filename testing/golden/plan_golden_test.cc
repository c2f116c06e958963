// The plan of each command line below, byte for byte: testing/golden/plans.
//
// To accept what the planner makes now, and then read the difference:
//   ACCEPT_GOLDENS=1 ./bazelw run //testing/golden:plan_golden_test
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/explain_printer.h"
#include "cli/options_to_spec.h"
#include "cli/run_options.h"
#include "cli/run_words.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/container/filter.h"
#include "runtime/container/join_wish.h"
#include "runtime/container/run.h"
#include "runtime/host/facts.h"
#include "runtime/host/id_ranges.h"
#include "runtime/namespaces/range_maps.h"
#include "runtime/oci/config.h"
#include "runtime/oci/spec_template.h"
#include "runtime/plan/check_plan.h"
#include "runtime/plan/planner.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/hooks.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"
#include "runtime/step/explain.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker {
namespace {

using Words = std::vector<std::string>;

constexpr char kFolder[] = "testing/golden/plans/";

// Hosts.
host::HostFacts Root() { return {}; }
host::HostFacts OrdinaryUser() {
  host::HostFacts facts;
  facts.uid = 1000;
  facts.gid = 1001;
  facts.can_make_namespaces = false;
  return facts;
}
host::HostFacts OldKernel() {
  host::HostFacts facts;
  facts.mount_api = step::MountApi::kClassic;
  return facts;
}

struct Case {
  const char* name;
  Words words;  // behind `chmdocker run`
  host::HostFacts facts;
  host::IdRanges ranges = {};  // used if there are any
};

host::HostFacts Limiting(const Words& hierarchies) {
  host::HostFacts facts;
  for (const std::string& one : hierarchies) {
    facts.cgroup_mounts.push_back(
        {one, one.empty() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + one,
         "/own/place"});
  }
  return facts;
}

host::HostFacts WithLandlock(int abi) {
  host::HostFacts facts;
  facts.landlock_abi = abi;
  return facts;
}

const Case kCases[] = {
    {"tutorial", {"--ti", "/bin/sh"}, Root()},
    {"tutorial_ordinary_user", {"--ti", "/bin/sh"}, OrdinaryUser()},
    {"pipe", {"/usr/bin/sort", "-u"}, Root()},
    {"stdin", {"-i", "/bin/sh", "-c", "cat; exit 3"}, Root()},
    {"explain", {"--explain", "/bin/true"}, Root()},
    {"all_options",
     {"-t", "--hostname", "box", "-e", "A=1", "-w", "/srv", "--",
      "/usr/bin/top"},
     Root()},
    {"rootfs", {"--ti", "--rootfs", "/image", "sh"}, Limiting({""})},
    {"rootfs_readonly",
     {"--rootfs", "image", "--readonly", "-w", "/srv", "sh"},
     Root()},
    {"rootfs_ordinary_user",
     {"--ti", "--rootfs", "/image", "sh"},
     OrdinaryUser()},
    {"rootfs_user_with_ranges",
     {"--ti", "--rootfs", "/image", "sh"},
     OrdinaryUser(),
     {{{100000, 65536}}, {{200000, 1000}, {7, 1}}}},
    {"rootfs_user_fresh_proc",
     {"--require", "fresh-proc", "--rootfs", "/image", "sh"},
     OrdinaryUser()},
    {"rootfs_old_kernel",
     {"--ti", "--rootfs", "/image", "--readonly", "sh"},
     OldKernel()},
    {"init", {"--ti", "--init", "/bin/sh"}, Root()},
    {"rights",
     {"--rootfs", "/image", "--cap-drop", "ALL", "--cap-add", "chown",
      "--security-opt", "no-new-privileges=false", "--security-opt",
      "systempaths=unconfined", "--security-opt", "apparmor=box", "--sysctl",
      "net.ipv4.ip_forward=1", "--init", "sh"},
     Limiting({""})},
    {"privileged",
     {"--rootfs", "/image", "--privileged", "sh"},
     Limiting({""})},
    {"tutorial_rights",
     {"--cap-drop", "net_admin", "--security-opt", "seccomp=builtin",
      "--security-opt", "no-new-privileges", "/bin/sh"},
     Root()},
    {"landlock",
     {"--ro", "/usr", "--ro", "lib", "--rw", "/tmp", "--net-connect", "443",
      "--net-bind", "0", "/bin/sh"},
     WithLandlock(7)},
    {"landlock_rootfs",
     {"--rootfs", "/image", "-w", "/srv", "--rw", ".", "--ro", "/bin", "sh"},
     WithLandlock(5)},
    {"landlock_too_old",
     {"--ro", "/", "--net-bind", "80", "/bin/sh"},
     WithLandlock(1)},
    {"landlock_best_effort",
     {"--landlock", "best-effort", "--ro", "/", "--net-bind", "80", "/bin/sh"},
     WithLandlock(2)},
    {"landlock_none",
     {"--landlock", "best-effort", "--ro", "/", "/bin/sh"},
     WithLandlock(0)},
    {"volumes",
     {"--rootfs", "/image", "-v", "./data:/srv/data:ro", "-v", "/a:/srv:rro",
      "--tmpfs", "/dev/shm:size=1m", "--mount",
      "type=bind,src=/b,dst=/b,bind-propagation=rshared", "-v",
      "/c:/c:idmap=uids=0-1000-1;gids=0-1000-1", "sh"},
     Root()},
    {"volumes_old_kernel",
     {"--rootfs", "/image", "-v", "/a:/a:ro", "sh"},
     OldKernel()},
    {"tutorial_volumes",
     {"-v", "/a:/mnt:ro", "--tmpfs", "/media", "/bin/sh"},
     Root()},
    {"host_namespaces",
     {"--rootfs", "/image", "--net", "host", "--ipc=host", "--uts", "host",
      "--userns", "host", "sh"},
     OrdinaryUser()},
    {"host_pid", {"--pid", "host", "/bin/sh"}, Limiting({""})},
    {"host_pid_rootfs",
     {"--rootfs", "/image", "--pid", "host", "sh"},
     OrdinaryUser()},
    {"joined_containers",
     {"--rootfs", "/image", "--net", "container:a", "--pid=container:b",
      "--name", "c", "sh"},
     Limiting({""})},
    {"limits_v1",
     {"-m", "64m", "--memory-swap", "-1", "--cpus", "0.5", "--pids-limit",
      "100", "--oom-score-adj", "500", "--ulimit", "nofile=1024", "/bin/sh"},
     Limiting({"cpu,cpuacct", "memory", "pids", "devices"})},
    {"limits_v2",
     {"-m", "64m", "--cpus", "1.5", "--cpuset-cpus", "0,1", "--blkio-weight",
      "300", "--shm-size", "32m", "--rootfs", "/image", "sh"},
     Limiting({""})},
};

std::string PlanOf(const Case& input) {
  const cli::Caller caller = {{"HOME=/root", "PATH=/usr/bin:/bin"}, "/home/me"};
  const absl::StatusOr<cli::RunWords> words =
      cli::ParseRun(input.words, [] { return false; });
  if (!words.ok()) return words.status().ToString();
  const cli::RunOptions* options = std::get_if<cli::RunOptions>(&*words);
  if (options == nullptr) return "the engine's form";
  absl::StatusOr<spec::ContainerSpec> spec =
      cli::OptionsToSpec(*options, caller);
  if (!spec.ok()) return spec.status().ToString();
  if (!input.ranges.users.empty()) {
    namespaces::UseRanges(input.facts, input.ranges, *spec);
  }
  // As if each were of an ordinary container.
  for (const container::JoinWish& join : options->joins) {
    spec->joined_processes.push_back({join.kind});
  }
  container::RunPlan whole;
  if (options->limits.need_cgroup || !spec->namespaces.has(kNewPid)) {
    whole.cgroups.made =
        *cgroups::Locate(input.facts.cgroup_mounts, "", "chmdocker-ID");
    whole.cgroups.writes = *cgroups::PlanWrites(
        spec->resources, input.facts.cgroup_mounts, cgroups::Occasion::kCreate);
    if (cgroups::UsesDeviceFilter(input.facts.cgroup_mounts)) {
      whole.cgroups.device_program =
          cgroups::PlanDeviceProgram(spec->resources);
    }
  }
  plan::PlanOptions wanted;
  wanted.hold_before_exec = options->explain;
  wanted.cgroups = whole.cgroups.made;
  wanted.cgroup_files = cgroups::EntryFiles(whole.cgroups.made);
  wanted.keeps_affinity = true;
  const absl::StatusOr<security::SeccompFilter> filter =
      container::FilterOf(*spec);
  if (!filter.ok()) return filter.status().ToString();
  wanted.part.filter = *filter;
  const absl::StatusOr<step::SetupPlan> plan =
      plan::PlanSetup(*spec, input.facts, wanted);
  if (!plan.ok()) return plan.status().ToString();
  EXPECT_EQ(plan::CheckPlan(*plan), absl::OkStatus());
  whole.steps = *plan;
  return absl::StrCat("$ chmdocker run ", absl::StrJoin(input.words, " "), "\n",
                      cli::PlanReport(whole, *spec, options->format));
}

// What the command line has no words for.
struct SpecCase {
  const char* name;
  spec::ContainerSpec (*make)();
  host::HostFacts facts;
  plan::PlanOptions options;
};

spec::ContainerSpec WithMounts(std::vector<spec::Mount> mounts) {
  spec::ContainerSpec spec;
  spec.process.args = {"/bin/sh"};
  spec.process.cwd = "/";
  spec.root.path = "/image";
  spec.namespaces = kNewMount;
  spec.mounts = std::move(mounts);
  return spec;
}

spec::Mount Bind(const char* source, const char* destination) {
  spec::Mount mount;
  mount.destination = destination;
  mount.type = "none";
  mount.source = source;
  mount.bind = true;
  return mount;
}

spec::ContainerSpec Binds() {
  spec::Mount options = Bind("/srv", "//data/./x");
  options.flags = kMountReadonly | kMountNosuid | kMountNoatime;
  options.cleared = kMountNodev;
  options.recursive = true;
  options.recursive_set = kAttrReadonly | kAttrNoexec;
  options.propagation = {kMountSlave | kMountRecursive, kMountShared};
  spec::Mount links = Bind("/srv/link", "/link");
  links.copy_symlink = true;
  links.destination_nofollow = true;
  spec::Mount mapped = Bind("/srv", "/mapped");
  mapped.id_mapped = spec::IdMapped::kRecursive;
  mapped.recursive = true;
  mapped.uid_mappings = {{0, 100000, 10}, {10, 5, 1}};
  mapped.gid_mappings = {{0, 200000, 10}};
  spec::Mount mapped_as_container = Bind("/srv", "/other");
  mapped_as_container.id_mapped = spec::IdMapped::kThisMount;
  spec::Mount remount = Bind("", "/data/x");
  remount.flags = kMountRemount | kMountRelatime;
  return WithMounts({Bind("/etc/hosts", "/etc/hosts"), options, links, mapped,
                     mapped_as_container, remount});
}

spec::ContainerSpec Filesystems() {
  spec::Mount dev = {"/dev", "tmpfs", "tmpfs", kMountReadonly | kMountNosuid,
                     "mode=755"};
  spec::Mount copied = {"/var/lib", "tmpfs", "tmpfs", kMountReadonly,
                        "size=1m"};
  copied.copy_up = true;
  spec::Mount remount = {"/dev", "tmpfs", "tmpfs", kMountRemount, "size=2m"};
  spec::ContainerSpec spec = WithMounts({dev, copied, remount});
  spec.mount_label = "system_u:object_r:container_file_t:s0:c1,c2";
  spec.devices = {
      {"/dev/null", 1, 3},
      {"/dev/sda", 8, 0, 0660, spec::DeviceKind::kBlock, 0, 6},
      {"/dev/pipe", 0, 0, 0600, spec::DeviceKind::kFifo},
  };
  return spec;
}

spec::ContainerSpec BoundDev() {
  spec::ContainerSpec spec = WithMounts({Bind("/dev", "/dev")});
  spec.devices = {{"/dev/null", 1, 3}};
  spec.symlinks = {{"/dev/fd", "/proc/self/fd"}};
  return spec;
}

spec::ContainerSpec SharedRoot() {
  spec::Mount shared = Bind("/srv", "/srv");
  shared.propagation = {kMountShared | kMountRecursive};
  spec::ContainerSpec spec = WithMounts({shared});
  spec.rootfs_propagation = kMountShared;
  return spec;
}

spec::ContainerSpec Cgroups() {
  return WithMounts({{"/sys/fs/cgroup", "cgroup", "cgroup",
                      kMountReadonly | kMountNosuid | kMountNodev |
                          kMountNoexec | kMountRelatime,
                      ""}});
}
spec::ContainerSpec OwnCgroups() {
  spec::ContainerSpec spec = Cgroups();
  spec.namespaces |= kNewCgroup;
  return spec;
}
spec::ContainerSpec OrdinaryUsersCgroups() {
  spec::ContainerSpec spec = OwnCgroups();
  spec.user_namespace = spec::UserNamespace::kIfUnprivileged;
  return spec;
}

host::HostFacts Hybrid(host::HostFacts facts = {}) {
  facts.cgroup_mounts = {{"cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct"},
                         {"name=systemd", "/sys/fs/cgroup/systemd"},
                         {"", "/sys/fs/cgroup/unified"}};
  return facts;
}
host::HostFacts Unified(host::HostFacts facts = {}) {
  facts.cgroup_mounts = {{"", "/sys/fs/cgroup"}};
  return facts;
}
plan::PlanOptions InCgroups() {
  plan::PlanOptions options;
  options.cgroups = {{"cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct/box"},
                     {"", "/sys/fs/cgroup/unified/box"}};
  return options;
}
plan::PlanOptions InSystemdsCgroups() {
  plan::PlanOptions options;
  const std::string scope = "/sys/fs/cgroup/system.slice/chmdocker-box.scope";
  options.cgroups = {{"", scope}};
  options.cgroup_files = {scope + "/cgroup.procs"};
  options.cgroups_come = plan::CgroupsCome::kAfterClone;
  return options;
}
plan::PlanOptions InComingCgroups() {
  plan::PlanOptions options = InCgroups();
  options.cgroup_files = {"/sys/fs/cgroup/cpu,cpuacct/box/tasks",
                          "/sys/fs/cgroup/unified/box/cgroup.procs"};
  options.cgroups_come = plan::CgroupsCome::kMeanwhile;
  return options;
}
plan::PlanOptions CreatedWithAProfile() {
  plan::PlanOptions options;
  options.gated = options.outlives_parent = true;
  options.part.filter.follows = true;
  return options;
}
plan::PlanOptions NoPivot() {
  plan::PlanOptions options;
  options.no_pivot = true;
  return options;
}

spec::ContainerSpec WithTerminal() {
  spec::ContainerSpec spec = spec::RootfsDefaults();
  spec.root.path = "/image";
  spec.process.args = {"sh"};
  spec.process.terminal = true;
  return spec;
}

// As of an image with a volume.
spec::ContainerSpec OfImage() {
  spec::ContainerSpec spec = spec::ConfinedDefaults();
  spec.root.path = "/data/containers/ID/fs/merged";
  spec.root.overlay_layers = 3;
  spec.process.args = {"sh"};
  spec::Mount& volume = spec.mounts.emplace_back();
  volume.type = "bind";
  volume.bind = volume.recursive = volume.fills_source = true;
  volume.source = "/data/containers/ID/volumes/0";
  volume.destination = "/data";
  return spec;
}

// What `spec` writes, with a hook of each kind and limits of the command.
spec::ContainerSpec Config() {
  absl::StatusOr<spec::ContainerSpec> spec = oci::ParseConfig(
      oci::SpecTemplateJson(std::nullopt), {.bundle = "/bundle"});
  EXPECT_TRUE(spec.ok()) << spec.status();
  spec->process.terminal = false;
  spec->process.oom_score_adj = 500;
  spec->process.apparmor_profile = "container-default";
  spec->sysctl = {{"net.ipv4.ip_forward", "1"}};
  const spec::Hook hook = {"/usr/bin/hook", {}, {}, {}};
  spec->hooks.prestart = {hook};
  spec->hooks.create_runtime = {hook};
  spec->hooks.create_container = {hook};
  spec->hooks.start_container = {hook};
  return *std::move(spec);
}
plan::PlanOptions Created() {
  plan::PlanOptions options = InCgroups();
  options.cgroup_files = {"/sys/fs/cgroup/cpu,cpuacct/box/tasks",
                          "/sys/fs/cgroup/unified/box/cgroup.procs"};
  options.outlives_parent = true;
  options.gated = true;
  options.part.id = "box";
  return options;
}

// As a pod's container: its own users, the pod's processes and network.
spec::ContainerSpec Pod() {
  spec::ContainerSpec spec = Config();
  spec.hooks = {};
  spec.namespaces =
      spec.namespaces.without(kNewPid).without(kNewNet) | kNewUser | kNewTime;
  spec.joined_namespaces = {{kNewPid, "/proc/7/ns/pid"},
                            {kNewNet, "/run/netns/pod"}};
  spec.uid_mappings = {{0, 100000, 65536}};
  spec.gid_mappings = {{0, 200000, 1000}, {1000, 7, 1}};
  spec.time_offsets.boottime = {86400, 0};
  return spec;
}

const SpecCase kSpecCases[] = {
    {"oci_created", Config, Hybrid(), Created()},
    {"oci_pod", Pod, Unified(), Created()},
    {"mounts_binds", Binds, Root(), {}},
    {"mounts_filesystems", Filesystems, Root(), {}},
    {"mounts_bound_dev", BoundDev, Root(), {}},
    {"mounts_shared_root", SharedRoot, Root(), {}},
    {"mounts_image", OfImage, Root(), {}},
    {"mounts_no_pivot", SharedRoot, Root(), NoPivot()},
    {"mounts_binds_old_kernel", Binds, OldKernel(), {}},
    {"filter_meanwhile", OfImage, {}, CreatedWithAProfile()},
    {"filter_meanwhile_terminal", WithTerminal, {}, CreatedWithAProfile()},
    {"cgroups_v1_hosts_namespace", Cgroups, Hybrid(), InCgroups()},
    {"cgroups_v1_own_namespace", OwnCgroups, Hybrid(), InCgroups()},
    {"cgroups_v1_meanwhile", OwnCgroups, Hybrid(), InComingCgroups()},
    {"cgroups_v1_ordinary_user", OrdinaryUsersCgroups, Hybrid(OrdinaryUser()),
     InCgroups()},
    {"cgroups_v2_hosts_namespace", Cgroups, Unified(), {}},
    {"cgroups_v2_systemd", OwnCgroups, Unified(), InSystemdsCgroups()},
    {"cgroups_v2_ordinary_user",
     OrdinaryUsersCgroups,
     Unified(OrdinaryUser()),
     {}},
};

std::string PlanOf(const SpecCase& input) {
  const absl::StatusOr<step::SetupPlan> plan =
      plan::PlanSetup(input.make(), input.facts, input.options);
  if (!plan.ok()) return absl::StrCat(plan.status().ToString(), "\n");
  EXPECT_EQ(plan::CheckPlan(*plan), absl::OkStatus());
  return step::ExplainText(*plan);
}

// A further process, of another user, in a container with all namespaces.
std::string PlanOfExec() {
  spec::Process process = Config().process;
  process.args = {"id", "-u"};
  process.terminal = true;
  process.user = spec::User{1000, 1000, {5}};
  plan::PlanOptions options;
  options.cgroup_files = {"/sys/fs/cgroup/unified/box/cgroup.procs"};
  options.outlives_parent = true;
  options.part.id = "box";
  options.part.user_namespace = true;
  const absl::StatusOr<step::SetupPlan> plan = plan::PlanJoiningProcess(
      process,
      kNewUser | kNewMount | kNewPid | kNewNet | kNewIpc | kNewUts | kNewCgroup,
      Hybrid(), options);
  if (!plan.ok()) return absl::StrCat(plan.status().ToString(), "\n");
  EXPECT_EQ(plan::CheckPlan(*plan), absl::OkStatus());
  return step::ExplainText(*plan);
}

// Compares with the golden, or accepts it.
void Check(const char* name, const std::string& plan) {
  const std::string file = absl::StrCat(kFolder, name, ".txt");
  if (std::getenv("ACCEPT_GOLDENS") != nullptr) {
    const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
    ASSERT_NE(workspace, nullptr) << "accept with bazel run, not bazel test";
    std::ofstream(absl::StrCat(workspace, "/", file)) << plan;
    GTEST_SKIP() << "accepted " << file << "; nothing was compared";
  }
  std::ifstream golden(file);
  ASSERT_TRUE(golden.is_open()) << file << " is missing; accept it (see above)";
  EXPECT_EQ(plan, std::string(std::istreambuf_iterator<char>(golden), {}));
}

class PlanGolden : public ::testing::TestWithParam<Case> {};

TEST_P(PlanGolden, IsAsAccepted) { Check(GetParam().name, PlanOf(GetParam())); }

class SpecGolden : public ::testing::TestWithParam<SpecCase> {};

TEST_P(SpecGolden, IsAsAccepted) { Check(GetParam().name, PlanOf(GetParam())); }

TEST(ExecGolden, IsAsAccepted) { Check("oci_exec", PlanOfExec()); }

INSTANTIATE_TEST_SUITE_P(Plans, SpecGolden, ::testing::ValuesIn(kSpecCases),
                         [](const ::testing::TestParamInfo<SpecCase>& info) {
                           return info.param.name;
                         });

INSTANTIATE_TEST_SUITE_P(Plans, PlanGolden, ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<Case>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace chmdocker
