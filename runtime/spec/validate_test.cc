#include "runtime/spec/validate.h"

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "runtime/base/flags.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/landlock.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/process.h"
#include "runtime/spec/resources.h"

namespace chmdocker::spec {
namespace {

ContainerSpec Good() {
  ContainerSpec spec = RootfsDefaults();
  spec.process.args = {"/bin/sh"};
  spec.process.env = {"A=", "B=x=y"};
  spec.root.path = "/rootfs";
  return spec;
}

TEST(Validate, PassesTheDefaults) {
  EXPECT_EQ(Validate(Good()), absl::OkStatus());
  ContainerSpec tutorial = TutorialDefaults();
  tutorial.process.args = {"/bin/sh"};
  EXPECT_EQ(Validate(tutorial), absl::OkStatus());
}

Mount Bind(const char* source) {
  Mount mount;
  mount.destination = "/proc/cpuinfo";
  mount.source = source;
  mount.bind = true;
  return mount;
}

TEST(Validate, PassesFilesOfProc) {
  ContainerSpec spec = Good();
  spec.mounts.push_back(Bind("/a"));
  EXPECT_EQ(Validate(spec), absl::OkStatus());
}

TEST(Validate, WantsNoNewPrivilegesForLandlock) {
  ContainerSpec spec = Good();
  spec.landlock = Landlock{{"/"}, {}, {}, {}};
  EXPECT_TRUE(absl::IsInvalidArgument(Validate(spec)));
  spec.process.no_new_privileges = true;
  EXPECT_EQ(Validate(spec), absl::OkStatus());
}

struct Case {
  const char* name;
  std::function<void(ContainerSpec&)> damage;
  const char* message;
};

class Refuses : public ::testing::TestWithParam<Case> {};

TEST_P(Refuses, NamesTheField) {
  ContainerSpec spec = Good();
  GetParam().damage(spec);
  const absl::Status status = Validate(spec);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), GetParam().message);
}

const Case kCases[] = {
    {"NoCommand", [](ContainerSpec& s) { s.process.args.clear(); },
     "process.args: there is no command"},
    {"EmptyCommand", [](ContainerSpec& s) { s.process.args = {""}; },
     "process.args: there is no command"},
    {"NulInArgument",
     [](ContainerSpec& s) { s.process.args.push_back(std::string("a\0b", 3)); },
     "process.args[1]: \"a\\000b\" contains a NUL byte"},
    {"NamelessVariable", [](ContainerSpec& s) { s.process.env = {"=x"}; },
     "process.env[0]: \"=x\" is not of the form NAME=value"},
    {"VariableWithoutValue", [](ContainerSpec& s) { s.process.env = {"A"}; },
     "process.env[0]: \"A\" is not of the form NAME=value"},
    {"RelativeCwd", [](ContainerSpec& s) { s.process.cwd = "tmp"; },
     "process.cwd: \"tmp\" is not an absolute path"},
    {"NoCwdInRootfs", [](ContainerSpec& s) { s.process.cwd = ""; },
     "process.cwd: \"\" is not an absolute path"},
    {"RelativeRoot", [](ContainerSpec& s) { s.root.path = "rootfs"; },
     "root.path: \"rootfs\" is not an absolute path"},
    {"HostRoot", [](ContainerSpec& s) { s.root.path = "//"; },
     "root.path: \"//\" is the host's own root directory"},
    {"LongHostname",
     [](ContainerSpec& s) { s.hostname = std::string(65, 'h'); },
     "hostname: "
     "\"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\" is "
     "longer than 64 bytes"},
    {"HostnameOfTheHost",
     [](ContainerSpec& s) {
       s.hostname = "h";
       s.namespaces = s.namespaces.without(kNewUts);
     },
     "hostname: \"h\" would change the host's name: it needs a new uts "
     "namespace"},
    {"RootOfTheHost",
     [](ContainerSpec& s) { s.namespaces = s.namespaces.without(kNewMount); },
     "root.path: would become the host's root: it needs a mount namespace"},
    {"MountsOnTheHost",
     [](ContainerSpec& s) {
       s.root = {};
       s.namespaces = s.namespaces.without(kNewMount);
     },
     "mounts: would be mounted on the host: they need a mount namespace"},
    {"RelativeMount", [](ContainerSpec& s) { s.mounts[1].destination = "dev"; },
     "mounts[1].destination: \"dev\" is not an absolute path"},
    {"MountOnTheRoot",
     [](ContainerSpec& s) { s.mounts[1].destination = "//x/.."; },
     "mounts[1].destination: \"//x/..\" is the root directory itself"},
    {"TmpfsOnProc", [](ContainerSpec& s) { s.mounts[1].destination = "/proc"; },
     "mounts[1].destination: \"/proc\" can only be a file system of type proc, "
     "or a bind mount of one"},
    {"MountInProc",
     [](ContainerSpec& s) { s.mounts[1].destination = "/x/../proc//sys"; },
     "mounts[1].destination: \"/x/../proc//sys\" is inside /proc, where only "
     "single files such as /proc/cpuinfo, meminfo and uptime can be mounted "
     "on"},
    {"BindOfNothing", [](ContainerSpec& s) { s.mounts.push_back(Bind("")); },
     "mounts[6]: a bind mount needs a source"},
    {"CopyUpOfProc", [](ContainerSpec& s) { s.mounts[0].copy_up = true; },
     "mounts[0]: tmpcopyup is for file systems of type tmpfs only"},
    {"MappedTmpfs",
     [](ContainerSpec& s) { s.mounts[1].id_mapped = IdMapped::kThisMount; },
     "mounts[1]: only bind mounts can be ID-mapped"},
    {"HalfAMapping",
     [](ContainerSpec& s) {
       s.mounts.push_back(Bind("/a"));
       s.mounts[6].uid_mappings = {{0, 0, 1}};
     },
     "mounts[6]: uidMappings and gidMappings come together"},
    {"RelativeMask", [](ContainerSpec& s) { s.masked_paths = {"proc"}; },
     "linux.maskedPaths: \"proc\" is not an absolute path"},
    {"DevicesOnTheHost", [](ContainerSpec& s) { s.root.path = ""; },
     "linux: devices, masked and read-only paths need a root file system"},
    {"DomainnameOfTheHost",
     [](ContainerSpec& s) {
       s.domainname = "d";
       s.namespaces = s.namespaces.without(kNewUts);
     },
     "domainname: \"d\" would change the host's: it needs a new uts "
     "namespace"},
    {"LongDomainname",
     [](ContainerSpec& s) { s.domainname = std::string(65, 'd'); },
     "domainname: "
     "\"ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd\" is "
     "longer than 64 bytes"},
    {"RelativeNamespace",
     [](ContainerSpec& s) {
       s.joined_namespaces = {{kNewUser, "proc/1/ns/user"}};
     },
     "linux.namespaces.path: \"proc/1/ns/user\" is not an absolute path"},
    {"NamespaceMadeAndJoined",
     [](ContainerSpec& s) {
       s.joined_namespaces = {{kNewNet, "/run/netns/a"}};
     },
     "linux.namespaces: \"/run/netns/a\" is a second namespace of its kind"},
    {"NamespaceJoinedTwice",
     [](ContainerSpec& s) {
       s.joined_namespaces = {{kNewUser, "/a"}, {kNewUser, "/b"}};
     },
     "linux.namespaces: \"/b\" is a second namespace of its kind"},
    {"MappingsWithoutUserNamespace",
     [](ContainerSpec& s) { s.uid_mappings = {{0, 1000, 1}}; },
     "linux.uidMappings: needs a user namespace"},
    {"GidMappingsWithoutUserNamespace",
     [](ContainerSpec& s) { s.gid_mappings = {{0, 1000, 1}}; },
     "linux.gidMappings: needs a user namespace"},
    {"UserNamespaceWithoutMappings",
     [](ContainerSpec& s) {
       s.namespaces |= kNewUser;
       s.uid_mappings = {{0, 1000, 1}};
     },
     "linux.gidMappings: is missing: a new user namespace needs it"},
    {"UnmappedUser",
     [](ContainerSpec& s) {
       s.namespaces |= kNewUser;
       s.uid_mappings = {{0, 1000, 1}, {5, 100000, 10}};
       s.gid_mappings = {{0, 1000, 1}};
       s.process.user = {.uid = 15};
     },
     "process.user.uid: \"15\" is in no range of linux.uidMappings"},
    {"UnmappedGroup",
     [](ContainerSpec& s) {
       s.namespaces |= kNewUser;
       s.uid_mappings = {{0, 1000, 1}, {5, 100000, 10}};
       s.gid_mappings = {{1, 1000, 1}};
       s.process.user = {.uid = 14};
     },
     "process.user.gid: \"0\" is in no range of linux.gidMappings"},
    {"EmptyMapping",
     [](ContainerSpec& s) {
       s.namespaces |= kNewUser;
       s.uid_mappings = {{0, 1000, 0}};
       s.gid_mappings = {{0, 1000, 1}};
     },
     "linux.uidMappings[0]: has size 0"},
    {"MappingOfMinusOne",
     [](ContainerSpec& s) {
       s.namespaces |= kNewUser;
       s.uid_mappings = {{0, 0, 0xffffffff}};
       s.gid_mappings = {{0, 1, 0xffffffff}};
     },
     "linux.gidMappings[0]: goes beyond 4294967294"},
    {"IdMappedTwice",
     [](ContainerSpec& s) {
       s.namespaces |= kNewUser;
       s.uid_mappings = {{5, 0, 1}, {0, 1000, 6}};
       s.gid_mappings = {{0, 1000, 1}};
     },
     "linux.uidMappings: maps an ID of the container twice"},
    {"HostIdMappedTwice",
     [](ContainerSpec& s) {
       s.namespaces |= kNewUser;
       s.uid_mappings = {{0, 1000, 10}, {10, 1009, 1}};
       s.gid_mappings = {{0, 1000, 1}};
     },
     "linux.uidMappings: maps an ID of the host twice"},
    {"MappingOfAMount",
     [](ContainerSpec& s) {
       s.mounts[1].uid_mappings = {{0, 0, 1}};
       s.mounts[1].gid_mappings = {{0, 0, 0}};
     },
     "mounts[1].gidMappings[0]: has size 0"},
    {"TimeOfTheHost",
     [](ContainerSpec& s) { s.time_offsets.boottime = TimeOffset{1, 0}; },
     "linux.timeOffsets: needs a time namespace"},
    {"DeviceForTheHostsNetwork",
     [](ContainerSpec& s) {
       s.net_devices = {{"eth0", ""}};
       s.namespaces = s.namespaces.without(kNewNet);
     },
     "linux.netDevices: needs a network namespace"},
    {"InterfaceName",
     [](ContainerSpec& s) { s.net_devices = {{"eth0", "a-name-too-long!"}}; },
     "linux.netDevices.eth0: \"a-name-too-long!\" can't be the name of an "
     "interface"},
    {"InterfaceNameTwice",
     [](ContainerSpec& s) { s.net_devices = {{"eth0", "eth1"}, {"eth1", ""}}; },
     "linux.netDevices.eth1: \"eth1\" is the name of two interfaces"},
    {"SysctlOfTheHost",
     [](ContainerSpec& s) { s.sysctl = {{"kernel.core_pattern", "|/x"}}; },
     "linux.sysctl[\"kernel.core_pattern\"]: is no parameter of a namespace: "
     "it would change the host"},
    {"SysctlOfTheHostsIpc",
     [](ContainerSpec& s) {
       s.sysctl = {{"kernel/shmmax", "1"}};
       s.namespaces = s.namespaces.without(kNewIpc);
     },
     "linux.sysctl[\"kernel/shmmax\"]: would change the host's: it needs an "
     "ipc namespace"},
    {"SysctlOfTheHostsQueues",
     [](ContainerSpec& s) {
       s.sysctl = {{"fs.mqueue.msg_max", "1"}};
       s.namespaces = s.namespaces.without(kNewIpc);
     },
     "linux.sysctl[\"fs.mqueue.msg_max\"]: would change the host's: it needs "
     "an ipc namespace"},
    {"SysctlOfTheHostsNetwork",
     [](ContainerSpec& s) {
       s.sysctl = {{"net.ipv4.ip_forward", "1"}};
       s.namespaces = s.namespaces.without(kNewNet);
     },
     "linux.sysctl[\"net.ipv4.ip_forward\"]: would change the host's: it "
     "needs a network namespace"},
    {"SysctlHostname",
     [](ContainerSpec& s) { s.sysctl = {{"kernel.hostname", "h"}}; },
     "linux.sysctl[\"kernel.hostname\"]: is what the field hostname sets; use "
     "that"},
    {"SysctlDomainname",
     [](ContainerSpec& s) {
       s.domainname = "d";
       s.sysctl = {{"kernel.domainname", "d"}};
     },
     "linux.sysctl[\"kernel.domainname\"]: is set by domainname already"},
    {"SysctlOfTwoLines",
     [](ContainerSpec& s) { s.sysctl = {{"net.a", "1\n2"}}; },
     "linux.sysctl[\"net.a\"]: \"1\\n2\" has more than one line"},
    {"SysctlNameOfTwoLines",
     [](ContainerSpec& s) { s.sysctl = {{"net.x\ny", "1"}}; },
     "linux.sysctl: \"net.x\\ny\" is no name of a kernel parameter"},
    {"SysctlOutside",
     [](ContainerSpec& s) { s.sysctl = {{"net/../kernel/panic", "1"}}; },
     "linux.sysctl: \"net/../kernel/panic\" is no name of a kernel parameter"},
    {"SysctlOfTheDirectory",
     [](ContainerSpec& s) { s.sysctl = {{"net/./ipv4", "1"}}; },
     "linux.sysctl: \"net/./ipv4\" is no name of a kernel parameter"},
    {"SysctlOutsideWithDots",
     [](ContainerSpec& s) { s.sysctl = {{"net...kernel", "1"}}; },
     "linux.sysctl: \"net...kernel\" is no name of a kernel parameter"},
    {"LimitTwice",
     [](ContainerSpec& s) { s.process.rlimits = {{7, 1, 1}, {7, 2, 2}}; },
     "process.rlimits[1]: sets a limit a second time"},
    {"SoftLimitOverHard",
     [](ContainerSpec& s) { s.process.rlimits = {{7, 2, 1}}; },
     "process.rlimits[0]: soft limit 2 is over the hard limit 1"},
    {"PriorityWithoutRealTime",
     [](ContainerSpec& s) {
       s.process.scheduler = Scheduler{.policy = 0, .priority = 1};
     },
     "process.scheduler.priority: is for the policies SCHED_FIFO and SCHED_RR "
     "only"},
    {"DeadlineOfAnotherPolicy",
     [](ContainerSpec& s) {
       s.process.scheduler = Scheduler{.policy = 1, .period = 1};
     },
     "process.scheduler: runtime, deadline and period are for the policy "
     "SCHED_DEADLINE only"},
    {"CgroupFileElsewhere",
     [](ContainerSpec& s) { s.resources.unified = {{"../x/pids.max", "1"}}; },
     "linux.resources.unified: \"../x/pids.max\" is no name of a file in a "
     "cgroup"},
    {"PageSize",
     [](ContainerSpec& s) { s.resources.hugepage_limits = {{"/2MB", 1}}; },
     "linux.resources.hugepageLimits.pageSize: \"/2MB\" is no page size, for "
     "example \"2MB\""},
    {"NodesOfTheDefault",
     [](ContainerSpec& s) { s.memory_policy = MemoryPolicy{0, 0, {1}}; },
     "linux.memoryPolicy.nodes: MPOL_DEFAULT and MPOL_LOCAL have none"},
    {"FlagsOfTheDefault",
     [](ContainerSpec& s) { s.memory_policy = MemoryPolicy{0, 1 << 15, {}}; },
     "linux.memoryPolicy.flags: MPOL_DEFAULT and MPOL_LOCAL have none"},
    {"NoNodes",
     [](ContainerSpec& s) { s.memory_policy = MemoryPolicy{2, 0, {0}}; },
     "linux.memoryPolicy.nodes: is empty; this mode needs at least one node"},
    {"RelativeHook",
     [](ContainerSpec& s) { s.hooks.poststop = {{"/a"}, {"b"}}; },
     "hooks.poststop[1].path: \"b\" is not an absolute path"},
};

INSTANTIATE_TEST_SUITE_P(Fields, Refuses, ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<Case>& info) {
                           return info.param.name;
                         });

TEST(Validate, PassesWhatANamespaceHas) {
  ContainerSpec spec = Good();
  spec.namespaces |= kNewUser | kNewTime;
  spec.uid_mappings = {{0, 1000, 1}, {1, 100000, 65536}};
  spec.gid_mappings = {{0, 0, 0xffffffff}};
  spec.time_offsets.monotonic = TimeOffset{-1, 5};
  spec.net_devices = {{"eth1", "eth0"}, {"eth0", "eth1"}};
  spec.sysctl = {{"fs.mqueue.msg_max", "1"},
                 {"kernel.domainname", "d"},
                 {"kernel.shm_rmid_forced", "1"},
                 {"net/ipv4/conf/eno2.100/rp_filter", "1"},
                 {"net.ipv4.ip_forward", "1"}};
  EXPECT_EQ(Validate(spec), absl::OkStatus());
}

TEST(Validate, PassesWhatAJoinedNamespaceHas) {
  ContainerSpec spec = Good();
  spec.namespaces = kNewMount;
  spec.hostname = "h";
  // containerd names the mappings of a namespace that is joined.
  spec.uid_mappings = spec.gid_mappings = {{0, 1000, 1}};
  spec.joined_namespaces = {{kNewUts, "/a"}, {kNewNet, "/b"}, {kNewUser, "/c"}};
  spec.sysctl = {{"net.core.somaxconn", "1"}};
  EXPECT_EQ(Validate(spec), absl::OkStatus());
}

TEST(ValidateResources, NeedsNoContainer) {
  EXPECT_EQ(ValidateResources({}), absl::OkStatus());
  Resources resources;
  resources.unified = {{"memory.high", "1"}};
  EXPECT_EQ(ValidateResources(resources), absl::OkStatus());
  resources.unified = {{"a/b", "1"}};
  EXPECT_TRUE(absl::IsInvalidArgument(ValidateResources(resources)));
}

TEST(Validate, RefusesAReadonlyHost) {
  ContainerSpec spec = TutorialDefaults();
  spec.process.args = {"sh"};
  spec.root.readonly = true;
  EXPECT_TRUE(absl::IsInvalidArgument(Validate(spec)));
}

}  // namespace
}  // namespace chmdocker::spec
