// What `chmdocker doctor` has found out of the host. Pure data.
#ifndef CHMDOCKER_RUNTIME_HOST_ABILITIES_H_
#define CHMDOCKER_RUNTIME_HOST_ABILITIES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/kernel_version.h"
#include "runtime/host/facts.h"
#include "runtime/host/id_ranges.h"

namespace chmdocker::host {

// What is tried out, in new namespaces where it takes their rights.
enum class Trial : uint8_t {
  kNamespaces,     // those of a container, and a mount in them
  kUserNamespace,  // by the caller, whoever it is
  kIdRanges,       // mapped by newuidmap and newgidmap
  kProc,           // a fresh one
  kProcSubset,     // of processes only
  kPivotRoot,
  kOverlay,        // in a user namespace
  kIdMappedMount,  // of the root directory
  kMemfd,          // one that is executed
  kSeccomp,
  kSeccompListener,
  kTerminal,
  // System calls, whether they are there.
  kOpenTree,
  kMoveMount,
  kMountSetattr,
  kClone3,
  kCloneIntoCgroup,
  kOpenat2,
  kPidfdOpen,
  kPidfdSendSignal,
  kCloseRange,
};
inline constexpr size_t kTrials = static_cast<size_t>(Trial::kCloseRange) + 1;

// One hierarchy, and what came of making a cgroup below the caller's own.
struct CgroupAbility {
  std::string controllers;  // of v1: "cpu,cpuacct"; of v2: "cpu memory pids"
  bool v2 = false;
  std::string directory;  // empty: the caller is not below the mount point
  int error = 0;          // errno, or 0
};

struct Abilities {
  HostFacts facts;
  KernelVersion kernel;                    // 0.0: not known
  std::array<int, kTrials> outcomes = {};  // errno by Trial, or 0
  IdRanges ranges;
  std::vector<CgroupAbility> cgroups;
  std::vector<std::string> missing_devices;  // of those that each /dev has

  int& operator[](Trial trial) { return outcomes[static_cast<size_t>(trial)]; }
  int operator[](Trial trial) const {
    return outcomes[static_cast<size_t>(trial)];
  }
};

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_ABILITIES_H_
