#include "runtime/spec/defaults.h"

#include <cstdint>

#include "runtime/base/flags.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/process.h"

namespace chmdocker::spec {
namespace {

constexpr MountFlags kNoPrograms = kMountNosuid | kMountNodev | kMountNoexec;

Mount Proc() { return {"/proc", "proc", "proc", kNoPrograms, ""}; }

}  // namespace

ContainerSpec TutorialDefaults() {
  ContainerSpec spec;
  spec.namespaces = kNewUts | kNewPid | kNewMount | kNewNet | kNewIpc;
  spec.user_namespace = UserNamespace::kIfUnprivileged;
  spec.mounts = {Proc()};
  return spec;
}

ContainerSpec RootfsDefaults() {
  ContainerSpec spec = TutorialDefaults();
  spec.process.cwd = "/";
  spec.mounts = {
      Proc(),
      {"/dev", "tmpfs", "tmpfs", kMountNosuid | kMountStrictAtime,
       "mode=755,size=65536k"},
      {"/dev/pts", "devpts", "devpts", kMountNosuid | kMountNoexec,
       "newinstance,ptmxmode=0666,mode=0620,gid=5"},
      {"/dev/shm", "tmpfs", "shm", kNoPrograms, "mode=1777,size=65536k"},
      {"/dev/mqueue", "mqueue", "mqueue", kNoPrograms, "", /*optional=*/true},
      {"/sys", "sysfs", "sysfs", kNoPrograms | kMountReadonly, ""},
  };
  spec.devices = {
      {"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
      {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0},
  };
  spec.symlinks = {
      {"/dev/fd", "/proc/self/fd"},       {"/dev/stdin", "/proc/self/fd/0"},
      {"/dev/stdout", "/proc/self/fd/1"}, {"/dev/stderr", "/proc/self/fd/2"},
      {"/dev/ptmx", "pts/ptmx"},
  };
  spec.masked_paths = {
      "/proc/acpi",        "/proc/asound",  "/proc/interrupts",
      "/proc/kcore",       "/proc/keys",    "/proc/latency_stats",
      "/proc/sched_debug", "/proc/scsi",    "/proc/timer_list",
      "/proc/timer_stats", "/sys/firmware", "/sys/devices/virtual/powercap",
  };
  spec.readonly_paths = {
      "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
  };
  return spec;
}

Capabilities CapabilitiesOf(CapabilitySet set, uint32_t uid) {
  Capabilities capabilities;
  capabilities.bounding = set;
  if (uid == 0) {
    capabilities.effective = set;
    capabilities.permitted = set;
  }
  return capabilities;
}

ContainerSpec ConfinedDefaults() {
  ContainerSpec spec = RootfsDefaults();
  spec.namespaces |= kNewCgroup;
  spec.mounts.push_back({"/sys/fs/cgroup", "cgroup", "cgroup",
                         kNoPrograms | kMountReadonly, "", /*optional=*/true});
  spec.process.user = User();
  spec.process.capabilities = CapabilitiesOf(kDefaultCapabilities, 0);
  spec.process.capabilities->optional = kDefaultCapabilities;
  spec.process.no_new_privileges = true;
  spec.default_seccomp = true;
  return spec;
}

}  // namespace chmdocker::spec
