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

void RandomizeNamespaces(std::mt19937& random, spec::ContainerSpec& spec) {
  for (const CloneFlags flag : {kNewUts, kNewPid, kNewNet, kNewIpc}) {
    if (Coin(random)) spec.namespaces = spec.namespaces.without(flag);
  }
  if (spec.namespaces.has(kNewUts) && Coin(random)) {
    spec.hostname = RandomText(random);
  }
  if (Coin(random)) spec.user_namespace = spec::UserNamespace::kNever;
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
  Thin(random, spec.mounts);
  Thin(random, spec.devices);
  Thin(random, spec.symlinks);
  Thin(random, spec.masked_paths);
  Thin(random, spec.readonly_paths);
  return spec;
}

host::HostFacts RandomFacts(std::mt19937& random) {
  host::HostFacts facts;
  facts.uid = static_cast<uint32_t>(random());
  facts.gid = static_cast<uint32_t>(random());
  facts.can_make_namespaces = Coin(random);
  facts.mount_api =
      Coin(random) ? step::MountApi::kDetached : step::MountApi::kClassic;
  return facts;
}

}  // namespace chmdocker::plan
