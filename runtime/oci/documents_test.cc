// Whole configurations, of the shapes that the engines write.
#include <sys/resource.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/oci/config.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"
#include "runtime/spec/seccomp.h"
#include "runtime/spec/validate.h"

namespace chmdocker::oci {
namespace {

using spec::ContainerSpec;
using Map = std::vector<std::pair<std::string, std::string>>;

struct Parsed {
  ContainerSpec spec;
  std::vector<std::string> warnings;
};

Parsed Parse(const std::string& name) {
  std::ifstream file(absl::StrCat("runtime/oci/testdata/", name, ".json"));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  Parsed parsed;
  ParseOptions options;
  options.bundle = "/bundle";
  options.warn = [&](absl::string_view line) {
    parsed.warnings.emplace_back(line);
  };
  absl::StatusOr<ContainerSpec> spec = ParseConfig(text, options);
  EXPECT_TRUE(spec.ok()) << spec.status();
  if (spec.ok()) parsed.spec = *std::move(spec);
  return parsed;
}

TEST(Docker, IsTaken) {
  const auto [spec, warnings] = Parse("docker");
  EXPECT_EQ(spec::Validate(spec), absl::OkStatus());
  EXPECT_TRUE(warnings.empty());
  EXPECT_EQ(spec.process.args[2], "echo \"a/b\" \xc3\xa9");
  EXPECT_EQ(spec.process.user->additional_gids.size(), 11U);
  EXPECT_EQ(spec.process.capabilities->effective, 1U | 1U << 5);
  EXPECT_EQ(spec.process.rlimits[0].resource, RLIMIT_NOFILE);
  EXPECT_EQ(spec.process.rlimits[0].soft, 1024U);
  EXPECT_EQ(spec.process.rlimits[0].hard, 1048576U);
  EXPECT_EQ(spec.mounts[1].flags, kMountNosuid | kMountStrictAtime);
  EXPECT_EQ(spec.mounts[1].data, "mode=755,size=65536k");
  EXPECT_TRUE(spec.mounts[8].bind && spec.mounts[8].recursive);
  EXPECT_EQ(spec.mounts[8].flags, kMountReadonly);
  ASSERT_EQ(spec.mounts[8].propagation.size(), 1U);
  EXPECT_EQ(spec.mounts[8].propagation[0], kMountRecursive | kMountPrivate);
  EXPECT_EQ(spec.hooks.prestart[0].args.size(), 4U);
  ASSERT_EQ(spec.resources.devices.size(), 4U);
  EXPECT_EQ(spec.resources.devices[0].kind, spec::DeviceKind::kAny);
  EXPECT_EQ(spec.resources.devices[2].major, 136U);
  EXPECT_FALSE(spec.resources.devices[2].minor.has_value());
  EXPECT_EQ(spec.resources.block_io.read_bps[0].rate, 1048576U);
  EXPECT_EQ(spec.namespaces, kNewMount | kNewNet | kNewUts | kNewPid | kNewIpc |
                                 CloneFlags(CLONE_NEWCGROUP));
  ASSERT_TRUE(spec.seccomp.has_value());
  EXPECT_EQ(spec.seccomp->default_action, spec::SeccompAction::kErrno);
  EXPECT_EQ(spec.seccomp->default_errno_ret, 1U);
  EXPECT_EQ(spec.seccomp->flags, 4U);  // SPEC_ALLOW, for none is named
  EXPECT_EQ(spec.seccomp->rules[2].conditions[0].op,
            spec::SeccompOperator::kMaskedEqual);
  EXPECT_EQ(spec.seccomp->rules[3].errno_ret, 38U);
}

TEST(Podman, IsTaken) {
  const auto [spec, warnings] = Parse("podman");
  EXPECT_EQ(spec::Validate(spec), absl::OkStatus());
  EXPECT_TRUE(warnings.empty());
  EXPECT_TRUE(spec.process.terminal);
  EXPECT_EQ(spec.process.user->umask, 022U);
  EXPECT_EQ(spec.process.oom_score_adj, -500);
  EXPECT_TRUE(spec.mounts[7].copy_up);
  EXPECT_EQ(spec.mounts[7].cleared, kMountReadonly);
  EXPECT_EQ(spec.mounts[9].source, "/bundle/vol");
  EXPECT_EQ(spec.mounts[9].id_mapped, spec::IdMapped::kThisMount);
  EXPECT_EQ(spec.mounts[9].uid_mappings[0].host_id, 100000U);
  EXPECT_EQ(spec.uid_mappings.size(), 2U);
  EXPECT_EQ(spec.joined_namespaces[0].kind, kNewNet);
  EXPECT_EQ(spec.joined_namespaces[0].path, "/run/user/1000/netns/netns-1");
  EXPECT_EQ(spec.devices.back().path, "/dev/fuse");
  EXPECT_EQ(spec.devices.back().permissions, 0666U);
  EXPECT_EQ(spec.rootfs_propagation, MountFlags(MS_SLAVE));
  EXPECT_EQ(spec.cgroups_path, "user.slice:libpod:c0ffee");
  EXPECT_EQ(spec.annotations[0].first, "io.container.manager");
}

TEST(Containerd, IsTaken) {
  const auto [spec, warnings] = Parse("containerd");
  EXPECT_EQ(spec::Validate(spec), absl::OkStatus());
  EXPECT_EQ(warnings, std::vector<std::string>(
                          {"linux.resources.memory.kernel: is obsolete; "
                           "ignored"}));
  EXPECT_EQ(spec.root.path, "/bundle/rootfs");
  EXPECT_TRUE(spec.process.no_new_privileges);
  EXPECT_EQ(spec.process.capabilities->bounding, 1U << 13);
  EXPECT_EQ(spec.joined_namespaces.size(), 2U);
  EXPECT_FALSE(spec.resources.memory.kernel.has_value());
  EXPECT_EQ(spec.resources.unified, (Map{{"memory.oom.group", "1"}}));
  EXPECT_EQ(spec.seccomp->flags, 0U);
  EXPECT_EQ(spec.seccomp->listener_path, "/run/agent.sock");
}

TEST(EveryField, OfTheProcessIsRead) {
  const spec::Process process = Parse("every_field").spec.process;
  EXPECT_EQ(process.console_size->height, 40);
  EXPECT_EQ(process.console_size->width, 120);
  EXPECT_EQ(process.user->uid, 4294967294U);
  EXPECT_EQ(process.user->gid, 7U);
  EXPECT_EQ(process.user->umask, 077U);
  EXPECT_EQ(process.user->additional_gids, (std::vector<uint32_t>{5, 0}));
  EXPECT_EQ(process.args, (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(process.env, std::vector<std::string>{"A=1"});
  EXPECT_EQ(process.cwd, "/w");
  EXPECT_EQ(process.capabilities->bounding, 1U);
  EXPECT_EQ(process.capabilities->effective, 2U);
  EXPECT_EQ(process.capabilities->inheritable, 8U);
  EXPECT_EQ(process.capabilities->permitted, 1ULL << 40);
  EXPECT_EQ(process.capabilities->ambient, 1ULL << 39 | 1 << 5);
  EXPECT_EQ(process.rlimits[0].hard, ~uint64_t{0});
  EXPECT_TRUE(process.no_new_privileges);
  EXPECT_EQ(process.oom_score_adj, -1000);
  EXPECT_EQ(process.scheduler->policy, 6U);
  EXPECT_EQ(process.scheduler->nice, -20);
  EXPECT_EQ(process.scheduler->flags, 3U);
  EXPECT_EQ(process.scheduler->runtime, 10U);
  EXPECT_EQ(process.scheduler->deadline, 20U);
  EXPECT_EQ(process.scheduler->period, 30U);
  EXPECT_EQ(process.io_priority->io_class, 3U);
  EXPECT_EQ(process.io_priority->priority, 7U);
  EXPECT_EQ(process.exec_cpu_affinity->initial, (spec::CpuSet{7, 1}));
  EXPECT_EQ(process.exec_cpu_affinity->final, spec::CpuSet{2});
  EXPECT_EQ(process.apparmor_profile, "p");
  EXPECT_EQ(process.selinux_label, "l");
}

TEST(EveryField, OfTheContainerIsRead) {
  const auto [spec, warnings] = Parse("every_field");
  EXPECT_TRUE(warnings.empty());
  EXPECT_TRUE(spec.root.readonly);
  EXPECT_EQ(spec.hostname, "h");
  EXPECT_EQ(spec.domainname, "d");
  EXPECT_EQ(spec.annotations, (Map{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(spec.hooks.prestart[0].path, "/1");
  EXPECT_EQ(spec.hooks.create_runtime[0].path, "/2");
  EXPECT_EQ(spec.hooks.create_runtime[0].args, std::vector<std::string>{"a"});
  EXPECT_EQ(spec.hooks.create_runtime[0].env, std::vector<std::string>{"B=2"});
  EXPECT_EQ(spec.hooks.create_runtime[0].timeout_seconds, 3U);
  EXPECT_EQ(spec.hooks.create_container[0].path, "/3");
  EXPECT_EQ(spec.hooks.start_container[0].path, "/4");
  EXPECT_EQ(spec.hooks.poststart[0].path, "/5");
  EXPECT_EQ(spec.hooks.poststop[1].path, "/7");
}

TEST(EveryField, OfLinuxIsRead) {
  const ContainerSpec spec = Parse("every_field").spec;
  EXPECT_EQ(spec.namespaces, kNewMount | kNewUts | kNewUser | kNewNet |
                                 CloneFlags(CLONE_NEWTIME | CLONE_NEWCGROUP));
  EXPECT_EQ(spec.joined_namespaces[0].kind, kNewIpc);
  EXPECT_EQ(spec.joined_namespaces[1].kind, kNewPid);
  EXPECT_EQ(spec.uid_mappings[0], (spec::IdMapping{1, 2, 3}));
  EXPECT_EQ(spec.gid_mappings[0], (spec::IdMapping{4, 5, 6}));
  EXPECT_EQ(spec.time_offsets.monotonic->seconds, -5);
  EXPECT_EQ(spec.time_offsets.monotonic->nanoseconds, 999999999U);
  EXPECT_EQ(spec.time_offsets.boottime->seconds, 1);
  ASSERT_EQ(spec.devices.size(), 8U);
  EXPECT_EQ(spec.devices[5].major, 9U);
  EXPECT_EQ(spec.devices[5].minor, 8U);
  EXPECT_EQ(spec.devices[5].permissions, 0600U);
  EXPECT_EQ(spec.devices[5].uid, 1U);
  EXPECT_EQ(spec.devices[5].gid, 2U);
  EXPECT_EQ(spec.devices[5].kind, spec::DeviceKind::kCharacter);
  EXPECT_EQ(spec.devices[6].kind, spec::DeviceKind::kFifo);
  EXPECT_EQ(spec.devices[6].permissions, 0666U);
  EXPECT_EQ(spec.devices[7].kind, spec::DeviceKind::kBlock);
  EXPECT_EQ(spec.net_devices[0].name, "eth0");
  EXPECT_EQ(spec.net_devices[0].container_name, "");
  EXPECT_EQ(spec.net_devices[1].container_name, "eth0");
  EXPECT_EQ(spec.cgroups_path, "/c");
  EXPECT_EQ(spec.rootfs_propagation, MountFlags(MS_SHARED | MS_REC));
  EXPECT_EQ(spec.sysctl, (Map{{"net.core.somaxconn", "256"}}));
  EXPECT_EQ(spec.masked_paths, std::vector<std::string>{"/m"});
  EXPECT_EQ(spec.readonly_paths, std::vector<std::string>{"/o"});
  EXPECT_EQ(spec.mount_label, "ml");
  EXPECT_EQ(spec.personality, 8U);
  EXPECT_EQ(spec.memory_policy->mode, 6U);
  EXPECT_EQ(spec.memory_policy->flags, 1U << 15);
  EXPECT_EQ(spec.memory_policy->nodes, (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(spec.seccomp->flags, 2U | 32U);
  EXPECT_EQ(spec.seccomp->default_action, spec::SeccompAction::kKillProcess);
  const spec::SeccompRule& rule = spec.seccomp->rules[0];
  EXPECT_EQ(rule.action, spec::SeccompAction::kTrace);
  EXPECT_EQ(rule.errno_ret, 9U);
  EXPECT_EQ(rule.conditions[0].index, 5U);
  EXPECT_EQ(rule.conditions[0].value, ~uint64_t{0});
  EXPECT_EQ(rule.conditions[0].value_two, 1U);
  EXPECT_EQ(rule.conditions[0].op, spec::SeccompOperator::kNotEqual);
}

TEST(EveryField, OfTheResourcesIsRead) {
  const spec::Resources resources = Parse("every_field").spec.resources;
  EXPECT_EQ(resources.devices[0].kind, spec::DeviceKind::kBlock);
  EXPECT_EQ(resources.devices[0].major, 8U);
  EXPECT_TRUE(resources.devices[0].allow);
  EXPECT_EQ(resources.devices[1].access, "rwm");
  EXPECT_EQ(resources.memory.limit, 1);
  EXPECT_EQ(resources.memory.reservation, 2);
  EXPECT_EQ(resources.memory.swap, -1);
  EXPECT_EQ(resources.memory.swappiness, 4U);
  EXPECT_EQ(resources.memory.disable_oom_killer, true);
  EXPECT_EQ(resources.memory.use_hierarchy, true);
  EXPECT_EQ(resources.memory.check_before_update, true);
  EXPECT_EQ(resources.cpu.shares, 1U);
  EXPECT_EQ(resources.cpu.quota, -1);
  EXPECT_EQ(resources.cpu.burst, 3U);
  EXPECT_EQ(resources.cpu.period, 4U);
  EXPECT_EQ(resources.cpu.realtime_runtime, 5);
  EXPECT_EQ(resources.cpu.realtime_period, 6U);
  EXPECT_EQ(resources.cpu.cpus, "0");
  EXPECT_EQ(resources.cpu.mems, "0-1");
  EXPECT_EQ(resources.cpu.idle, 1);
  EXPECT_EQ(resources.pids_limit, -1);
  EXPECT_EQ(resources.block_io.weight, 10);
  EXPECT_EQ(resources.block_io.leaf_weight, 20);
  EXPECT_EQ(resources.block_io.weight_devices[0].weight, 100);
  EXPECT_EQ(resources.block_io.weight_devices[0].leaf_weight, 200);
  EXPECT_EQ(resources.block_io.read_bps[0].rate, 1U);
  EXPECT_EQ(resources.block_io.write_bps[0].rate, 2U);
  EXPECT_EQ(resources.block_io.read_iops[0].rate, 3U);
  EXPECT_EQ(resources.block_io.write_iops[0].rate, 4U);
  EXPECT_EQ(resources.hugepage_limits[0].page_size, "1GB");
  EXPECT_EQ(resources.hugepage_limits[0].limit, 9U);
  EXPECT_EQ(resources.network.class_id, 1048577U);
  EXPECT_EQ(resources.network.priorities[0].first, "eth0");
  EXPECT_EQ(resources.network.priorities[0].second, 5U);
  EXPECT_EQ(resources.rdma[0].device, "mlx4_0");
  EXPECT_FALSE(resources.rdma[0].hca_handles.has_value());
  EXPECT_EQ(resources.rdma[1].hca_handles, 3U);
  EXPECT_EQ(resources.rdma[1].hca_objects, 10000U);
  EXPECT_EQ(resources.unified,
            (Map{{"cpu.weight", "2"}, {"memory.high", "1"}}));
}

}  // namespace
}  // namespace chmdocker::oci
