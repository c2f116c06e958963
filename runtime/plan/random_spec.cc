#include "runtime/plan/random_spec.h"

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "runtime/base/flags.h"
#include "runtime/host/facts.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/hooks.h"
#include "runtime/spec/mount.h"
#include "runtime/spec/resources.h"
#include "runtime/step/step.h"

namespace chmdocker::plan {
namespace {

bool Coin(std::mt19937& random) { return random() % 2 == 0; }

std::string RandomText(std::mt19937& random) {
  std::string text;
  for (size_t size = random() % 12; size > 0; --size) {
    text += static_cast<char>(1 + random() % 255);
  }
  return text;
}

std::string RandomPath(std::mt19937& random) {
  return "/" + RandomText(random);
}

// Some of the elements, in their order.
template <class T>
void Thin(std::mt19937& random, std::vector<T>& all) {
  std::erase_if(all, [&](const T&) { return Coin(random); });
}

void RandomizeProcess(std::mt19937& random, spec::Process& process) {
  process.args = {"x" + RandomText(random)};
  for (size_t more = random() % 4; more > 0; --more) {
    process.args.push_back(RandomText(random));
  }
  for (size_t size = random() % 4; size > 0; --size) {
    process.env.push_back("N" + RandomText(random) + "=");
  }
  if (Coin(random)) process.env.push_back("PATH=" + RandomText(random));
  process.terminal = Coin(random);
  process.stdin_open = Coin(random);
  process.init = Coin(random);
  if (Coin(random)) process.cwd = RandomPath(random);
}

spec::CapabilitySet RandomSet(std::mt19937& random) {
  return (uint64_t{random()} << 32 | random()) & ((uint64_t{1} << 41) - 1);
}

void RandomizeRights(std::mt19937& random, spec::Process& process) {
  if (Coin(random)) {
    process.user = spec::User{static_cast<uint32_t>(random() % 65536),
                              static_cast<uint32_t>(random() % 65536)};
    for (size_t more = random() % 4; more > 0; --more) {
      process.user->additional_gids.push_back(
          static_cast<uint32_t>(random() % 65536));
    }
    if (Coin(random)) process.user->umask = random() % 01000;
  }
  if (Coin(random)) {
    process.capabilities = spec::Capabilities{
        RandomSet(random), RandomSet(random), RandomSet(random),
        RandomSet(random), RandomSet(random)};
  }
  if (Coin(random)) process.rlimits.push_back({7, 1024, 2048});
  process.no_new_privileges = Coin(random);
  if (Coin(random)) process.oom_score_adj = 100;
  if (Coin(random)) process.scheduler = spec::Scheduler{};
  if (Coin(random)) process.io_priority = spec::IoPriority{2, 4};
  if (Coin(random)) process.apparmor_profile = "p" + RandomText(random);
}

void RandomizeUsers(std::mt19937& random, spec::ContainerSpec& spec) {
  if (Coin(random)) return;
  spec.namespaces |= kNewUser;
  spec.uid_mappings = {{0, 100000, 65536}};
  spec.gid_mappings = {{0, 200000, 65000}, {65000, 7, 536}};
}

void RandomizeTime(std::mt19937& random, spec::ContainerSpec& spec) {
  if (Coin(random)) return;
  spec.namespaces |= kNewTime;
  if (Coin(random)) spec.time_offsets.monotonic = {-5, 100};
  if (Coin(random)) spec.time_offsets.boottime = {86400, 0};
}

// Of the kinds that are not new.
void RandomizeJoins(std::mt19937& random, spec::ContainerSpec& spec) {
  for (const CloneFlags kind :
       {kNewUser, kNewCgroup, kNewIpc, kNewNet, kNewPid, kNewTime, kNewUts}) {
    if (spec.namespaces.has(kind) || random() % 4 != 0) continue;
    if (Coin(random)) {
      spec.joined_processes.push_back({kind});
    } else {
      spec.joined_namespaces.push_back({kind, RandomPath(random)});
    }
  }
}

void RandomizeHooks(std::mt19937& random, spec::Hooks& hooks) {
  for (std::vector<spec::Hook>* kind :
       {&hooks.prestart, &hooks.create_runtime, &hooks.create_container,
        &hooks.start_container, &hooks.poststart, &hooks.poststop}) {
    if (random() % 4 == 0) kind->push_back({RandomPath(random), {}, {}, {}});
  }
}

void RandomizeNamespaces(std::mt19937& random, spec::ContainerSpec& spec) {
  if (Coin(random)) spec.namespaces |= kNewCgroup;
  RandomizeUsers(random, spec);
  RandomizeTime(random, spec);
  for (const CloneFlags flag : {kNewUts, kNewPid, kNewNet, kNewIpc}) {
    if (Coin(random)) spec.namespaces = spec.namespaces.without(flag);
  }
  if (spec.namespaces.has(kNewUts) && Coin(random)) {
    spec.hostname = RandomText(random);
  }
  if (Coin(random)) spec.user_namespace = spec::UserNamespace::kNever;
  RandomizeJoins(random, spec);
}

// Some of the flags.
template <class FlagType>
FlagType SomeOf(std::mt19937& random, std::initializer_list<FlagType> flags) {
  FlagType some;
  for (const FlagType flag : flags) {
    if (Coin(random)) some |= flag;
  }
  return some;
}

// One of the values.
template <class T>
T OneOf(std::mt19937& random, std::initializer_list<T> values) {
  return values.begin()[random() % values.size()];
}

MountFlags RandomPropagation(std::mt19937& random) {
  const MountFlags kind = OneOf(
      random, {kMountPrivate, kMountSlave, kMountShared, kMountUnbindable});
  return Coin(random) ? kind | kMountRecursive : kind;
}

void RandomizeBind(std::mt19937& random, spec::Mount& mount) {
  mount.type = RandomText(random);
  mount.source = RandomPath(random);
  mount.bind = true;
  mount.recursive = Coin(random);
  mount.cleared = SomeOf(random, {kMountReadonly, kMountNosuid, kMountNoatime});
  if (random() % 4 == 0) {
    mount.recursive_set = SomeOf(random, {kAttrReadonly, kAttrNoatime});
    mount.recursive_cleared = SomeOf(random, {kAttrNosuid, kAttrStrictAtime});
  }
  mount.source_nofollow = Coin(random);
  mount.destination_nofollow = Coin(random);
  mount.copy_symlink = Coin(random);
  if (random() % 4 == 0) {
    mount.id_mapped =
        OneOf(random, {spec::IdMapped::kThisMount, spec::IdMapped::kRecursive});
    if (Coin(random)) {
      mount.uid_mappings = {{0, static_cast<uint32_t>(random()), 1}};
      mount.gid_mappings = {{0, static_cast<uint32_t>(random()), 1}};
    }
  }
}

spec::Mount RandomMount(std::mt19937& random) {
  spec::Mount mount;
  // Never "/" nor in /proc.
  mount.destination =
      "/" + OneOf<std::string>(random, {"a", "dev", "sys", "//x/../b"}) +
      RandomText(random);
  mount.flags = SomeOf(random, {kMountReadonly, kMountNosuid, kMountNodev,
                                kMountRelatime, kMountRecursive});
  if (random() % 8 == 0) mount.flags |= kMountRemount;
  mount.data = RandomText(random);
  mount.optional = Coin(random);
  while (random() % 4 == 0) {
    mount.propagation.push_back(RandomPropagation(random));
  }
  if (Coin(random)) {
    RandomizeBind(random, mount);
  } else {
    mount.type = OneOf<std::string>(
        random, {"tmpfs", "cgroup", "cgroup2", "sysfs", "x"});
    mount.copy_up = mount.type == "tmpfs" && Coin(random);
  }
  return mount;
}

void RandomizeDevices(std::mt19937& random, spec::ContainerSpec& spec) {
  Thin(random, spec.devices);
  for (spec::Device& device : spec.devices) {
    device.kind =
        OneOf(random, {spec::DeviceKind::kCharacter, spec::DeviceKind::kBlock,
                       spec::DeviceKind::kFifo});
    device.uid = static_cast<uint32_t>(random() % 3);
  }
  Thin(random, spec.symlinks);
}

void RandomizeMounts(std::mt19937& random, spec::ContainerSpec& spec) {
  Thin(random, spec.mounts);
  for (size_t more = random() % 4; more > 0; --more) {
    spec.mounts.push_back(RandomMount(random));
  }
  if (Coin(random)) spec.rootfs_propagation = RandomPropagation(random);
  if (Coin(random)) spec.mount_label = RandomText(random);
  Thin(random, spec.masked_paths);
  Thin(random, spec.readonly_paths);
}

}  // namespace

spec::ContainerSpec RandomSpec(std::mt19937& random) {
  const bool rootfs = Coin(random);
  spec::ContainerSpec spec =
      rootfs ? spec::RootfsDefaults() : spec::TutorialDefaults();
  RandomizeProcess(random, spec.process);
  RandomizeRights(random, spec.process);
  RandomizeNamespaces(random, spec);
  if (rootfs) {
    spec.root.path = "/r" + RandomText(random);
    spec.root.readonly = Coin(random);
  }
  if (Coin(random)) spec.personality = 8;
  if (spec.process.no_new_privileges && Coin(random)) {
    spec.landlock = spec::Landlock{{"/r"}, {"/w"}, {443}, {}, true};
  }
  RandomizeHooks(random, spec.hooks);
  RandomizeMounts(random, spec);
  RandomizeDevices(random, spec);
  return spec;
}

host::HostFacts RandomFacts(std::mt19937& random) {
  host::HostFacts facts;
  facts.uid = static_cast<uint32_t>(random());
  facts.gid = static_cast<uint32_t>(random());
  facts.can_make_namespaces = Coin(random);
  facts.mount_api =
      Coin(random) ? step::MountApi::kDetached : step::MountApi::kClassic;
  facts.landlock_abi = static_cast<int>(random() % 8);
  for (const char* controllers : {"", "cpu,cpuacct", "name=systemd"}) {
    if (Coin(random)) facts.cgroup_mounts.push_back({controllers, "/cgroup"});
  }
  return facts;
}

}  // namespace chmdocker::plan
