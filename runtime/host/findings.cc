#include "runtime/host/findings.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/errno_name.h"
#include "runtime/base/kernel_version.h"
#include "runtime/host/abilities.h"
#include "runtime/host/id_ranges.h"
#include "runtime/host/setting.h"

namespace chmdocker::host {
namespace {

constexpr char kOuterFilter[] =
    "docker run --security-opt seccomp=unconfined ... (the container around)";

constexpr char kNewerKernel[] = "apt-get install linux-image-amd64";

// A setting of the kernel that forbids something, and the command against it.
struct Switch {
  const char* path;
  const char* bad;
  const char* good;
};
constexpr Switch kUserSwitches[] = {
    {"/proc/sys/kernel/unprivileged_userns_clone", "0", "1"},
    {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "0"},
    {"/proc/sys/user/max_user_namespaces", "0", "15000"},
};
constexpr Switch kNamespaceSwitches[] = {
    {"/proc/sys/user/max_mnt_namespaces", "0", "15000"},
    {"/proc/sys/user/max_pid_namespaces", "0", "15000"},
    {"/proc/sys/user/max_net_namespaces", "0", "15000"},
    {"/proc/sys/user/max_ipc_namespaces", "0", "15000"},
    {"/proc/sys/user/max_uts_namespaces", "0", "15000"},
};
constexpr Switch kMemfdSwitches[] = {
    {"/proc/sys/vm/memfd_noexec", "2", "0"},
};

constexpr KernelVersion kAnyLinux;
constexpr KernelVersion Linux(uint32_t major, uint32_t minor) {
  return {major, minor};
}

// One line for trials, from `first` to `last`, that all have to go well.
struct Row {
  const char* name;
  Trial first;
  Trial last;
  State bad;            // if they don't
  KernelVersion since;  // the kernel that has it
  const char* good;     // found, if all is well
  const char* costs;
  const char* remedy;  // null: another kernel, or no filter
};
constexpr Row kKernelRows[] = {
    {"mount-api", Trial::kOpenTree, Trial::kMountSetattr, State::kLimited,
     Linux(5, 12), "open_tree, move_mount, mount_setattr",
     "mounts take more calls; none is read-only with all below it (rro)",
     nullptr},
    {"clone3", Trial::kClone3, Trial::kCloneIntoCgroup, State::kLimited,
     Linux(5, 7), "clone3, CLONE_INTO_CGROUP",
     "to enter a cgroup of v2 takes milliseconds", nullptr},
    {"openat2", Trial::kOpenat2, Trial::kOpenat2, State::kLimited, Linux(5, 6),
     "openat2", "paths of the container are looked up a name at a time",
     nullptr},
    {"pidfd", Trial::kPidfdOpen, Trial::kPidfdSendSignal, State::kLimited,
     Linux(5, 3), "pidfd_open, pidfd_send_signal",
     "exec, joined and mapped user namespaces fail", nullptr},
    {"close-range", Trial::kCloseRange, Trial::kCloseRange, State::kLimited,
     Linux(5, 9), "close_range", "descriptors are closed one by one", nullptr},
    {"seccomp", Trial::kSeccomp, Trial::kSeccomp, State::kMissing, kAnyLinux,
     "filters are loaded", "containers with a seccomp profile fail", nullptr},
    {"seccomp-notify", Trial::kSeccompListener, Trial::kSeccompListener,
     State::kMissing, Linux(5, 0), "a filter's listener is made",
     "profiles with SCMP_ACT_NOTIFY fail", nullptr},
    {"overlay", Trial::kOverlay, Trial::kOverlay, State::kMissing, Linux(5, 11),
     "mounted in a user namespace",
     "no overlay mounts in the containers of ordinary users",
     "modprobe overlay"},
    {"pivot-root", Trial::kPivotRoot, Trial::kPivotRoot, State::kMissing,
     kAnyLinux, "the root directory can be left",
     "--rootfs fails, and bundles want --no-pivot",
     "chmdocker run --no-pivot --bundle DIR ID"},
    {"terminal", Trial::kTerminal, Trial::kTerminal, State::kMissing, kAnyLinux,
     "/dev/ptmx makes them", "-t without --rootfs fails",
     "mount -t devpts devpts /dev/pts"},
};

class Judgement {
 public:
  Judgement(const Abilities& abilities, const SettingReader& read)
      : abilities_(abilities), read_(read) {}

  Findings Pass() {
    findings_.lines.reserve(24);
    Namespaces();
    UserNamespaces();
    IdMaps();
    Proc();
    Memfd();
    for (const Row& row : kKernelRows) JudgeRow(row);
    IdMappedMounts();
    Landlock();
    Cgroups();
    Devices();
    return std::move(findings_);
  }

 private:
  void Add(const char* name, State state, absl::string_view found,
           const char* costs = "", absl::string_view remedy = "") {
    Finding& line = findings_.lines.emplace_back();
    line.name = name;
    line.state = state;
    line.found = found;
    line.costs = costs;
    line.remedy = remedy;
  }

  // Without it there are no containers.
  void Need(const char* name, int error, const char* good,
            absl::string_view found, absl::string_view remedy) {
    if (error == 0) return Add(name, State::kOk, good);
    findings_.can_run = false;
    Add(name, State::kMissing, found, "no container can be run", remedy);
  }

  template <class Switches>
  const Switch* FindSwitch(const Switches& switches) const {
    for (const Switch& one : switches) {
      const std::optional<std::string> value = read_(one.path);
      if (value && absl::StripAsciiWhitespace(*value) == one.bad) return &one;
    }
    return nullptr;
  }

  static std::string Because(int error, const Switch* found) {
    return found == nullptr ? ErrnoText(error)
                            : absl::StrCat(ErrnoName(error), ": ", found->path,
                                           " is ", found->bad);
  }

  static std::string RemedyFor(int error, const Switch* found) {
    if (found != nullptr) return SysctlCommand(found->path, found->good);
    // A chroot: its root directory is no mount point.
    if (error == EINVAL) return "mount --bind DIR DIR, before chroot DIR";
    return kOuterFilter;
  }

  const Switch* UserSwitch() const { return FindSwitch(kUserSwitches); }

  void Namespaces() {
    const bool root = abilities_.facts.can_make_namespaces;
    const int error = abilities_[Trial::kNamespaces];
    const Switch* found = FindSwitch(kNamespaceSwitches);
    if (found == nullptr && !root) found = UserSwitch();
    Need("namespaces", error,
         root ? "uts, pid, mount, net, ipc, by the caller's own rights"
              : "uts, pid, mount, net, ipc, in a user namespace",
         Because(error, found), RemedyFor(error, found));
  }

  // What root may, others may be forbidden.
  void UserNamespaces() {
    static constexpr char kName[] = "user-namespaces";
    const int error = abilities_[Trial::kUserNamespace];
    const Switch* found = UserSwitch();
    const bool root = abilities_.facts.can_make_namespaces;
    if (error == 0 && (found == nullptr || !root)) {
      return Add(kName, State::kOk, "made and mapped");
    }
    Add(kName, error == 0 ? State::kLimited : State::kMissing,
        Because(error == 0 ? EPERM : error, found),
        error == 0 ? "ordinary users can't run containers"
                   : "containers with a user namespace fail",
        RemedyFor(error, found));
  }

  static std::string Ranges(const std::vector<IdRange>& ranges) {
    return absl::StrJoin(ranges, ", ",
                         [](std::string* out, const IdRange& range) {
                           absl::StrAppend(out, range.first, "-",
                                           range.first + (range.count - 1));
                         });
  }

  void IdMaps() {
    static constexpr char kName[] = "id-ranges";
    const IdRanges& ranges = abilities_.ranges;
    if (abilities_.facts.can_make_namespaces) {
      return Add(kName, State::kOk, "root maps any id");
    }
    static constexpr char kCosts[] =
        "a container has one user id, root, which is the caller's";
    if (!ranges.problem.empty()) {
      return Add(kName, State::kLimited, ranges.problem, kCosts, ranges.remedy);
    }
    const int error = abilities_[Trial::kIdRanges];
    if (error != 0) {
      return Add(kName, State::kLimited,
                 "newuidmap or newgidmap refuses the ranges", kCosts,
                 "apt-get install --reinstall uidmap");
    }
    Add(kName, State::kOk,
        absl::StrCat("users ", Ranges(ranges.users), "; groups ",
                     Ranges(ranges.groups)));
  }

  void Proc() {
    static constexpr char kName[] = "proc";
    const int error = abilities_[Trial::kProc];
    if (error == 0) return Add(kName, State::kOk, "a container mounts its own");
    Add(kName, State::kLimited,
        absl::StrCat(ErrnoText(error), ": parts of the caller's are hidden"),
        abilities_[Trial::kProcSubset] == 0
            ? "a container's /proc has processes only, no settings"
            : "a container's /proc shows the processes outside",
        "docker run --security-opt systempaths=unconfined ... (the container "
        "around)");
  }

  void Memfd() {
    const int error = abilities_[Trial::kMemfd];
    const Switch* found = FindSwitch(kMemfdSwitches);
    Need("memfd", error, "a sealed one is executed", Because(error, found),
         found != nullptr ? RemedyFor(error, found) : "");
  }

  void JudgeRow(const Row& row) {
    for (auto trial = static_cast<size_t>(row.first);
         trial <= static_cast<size_t>(row.last); ++trial) {
      const int error = abilities_.outcomes[trial];
      if (error == 0) continue;
      const bool is_old = abilities_.kernel < row.since;
      return Add(row.name, row.bad,
                 is_old ? absl::StrCat("Linux ", row.since.major, ".",
                                       row.since.minor, " has it")
                        : ErrnoText(error),
                 row.costs,
                 is_old                  ? kNewerKernel
                 : row.remedy == nullptr ? kOuterFilter
                                         : row.remedy);
    }
    Add(row.name, State::kOk, row.good);
  }

  void IdMappedMounts() {
    static constexpr char kName[] = "idmapped-mounts";
    static constexpr char kCosts[] = "mount options idmap and ridmap fail";
    const int error = abilities_[Trial::kIdMappedMount];
    if (error == 0) {
      return Add(kName, State::kOk, "of the root file system");
    }
    if (!abilities_.facts.can_make_namespaces ||
        abilities_.facts.in_user_namespace) {
      return Add(kName, State::kMissing, "only root of the host may", kCosts,
                 "sudo chmdocker ...");
    }
    Add(kName, State::kLimited,
        absl::StrCat(ErrnoText(error), ", of the root file system"), kCosts,
        error == ENOSYS ? kOuterFilter
                        : "mkfs.ext4 ... (a file system that can)");
  }

  void Landlock() {
    static constexpr char kName[] = "landlock";
    const int abi = abilities_.facts.landlock_abi;
    if (abi == 0) {
      return Add(kName, State::kMissing, "not in this kernel, or turned off",
                 "--ro, --rw, --net-connect and --net-bind fail",
                 "add landlock to lsm= of the kernel's command line");
    }
    const std::string found = absl::StrCat("ABI ", abi);
    // What the flags refuse is all there with ABI 5, Linux 6.10.
    if (abi >= 5) return Add(kName, State::kOk, found);
    Add(kName, State::kLimited, found,
        "--ro, --rw and --net-* want --landlock best-effort", kNewerKernel);
  }

  void Cgroups() {
    static constexpr char kName[] = "cgroups";
    static constexpr char kCosts[] = "limits (-m, --cpus, ...) and --name fail";
    bool v1 = false;
    bool v2 = false;
    size_t made = 0;
    std::string where;  // the controllers of those that can be made
    for (const CgroupAbility& one : abilities_.cgroups) {
      (one.v2 ? v2 : v1) = true;
      if (one.directory.empty() || one.error != 0) continue;
      ++made;
      absl::StrAppend(&where, " ", one.controllers);
    }
    if (abilities_.cgroups.empty()) {
      return Add(kName, State::kMissing, "no hierarchy is mounted", kCosts,
                 "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    }
    const absl::string_view mode = !v2 ? "v1" : v1 ? "v1 and v2" : "v2";
    const char* const remedy =
        v1 || abilities_.facts.can_make_namespaces
            ? "sudo chmdocker ..."
            : "systemd-run --user --scope -p Delegate=yes chmdocker ...";
    if (made == 0) {
      return Add(kName, State::kMissing,
                 absl::StrCat(mode, ", and none can be made"), kCosts, remedy);
    }
    bool all = made == abilities_.cgroups.size();
    for (const char* controller : {"cpu", "memory", "pids"}) {
      all = all && absl::StrContains(where, controller);
    }
    const std::string found = absl::StrCat(mode, ", made for", where);
    if (all) return Add(kName, State::kOk, found);
    Add(kName, State::kLimited, found, "limits of other controllers fail",
        remedy);
  }

  void Devices() {
    const std::vector<std::string>& missing = abilities_.missing_devices;
    if (missing.empty()) {
      return Add("devices", State::kOk, "those that every /dev has");
    }
    Add("devices", State::kLimited,
        absl::StrCat("no ", absl::StrJoin(missing, ", ")),
        "--rootfs of ordinary users fails", "mount -t devtmpfs devtmpfs /dev");
  }

  const Abilities& abilities_;
  const SettingReader& read_;
  Findings findings_;
};

}  // namespace

absl::string_view StateName(State state) {
  switch (state) {
    case State::kOk:
      return "ok";
    case State::kLimited:
      return "limited";
    case State::kMissing:
      return "missing";
  }
  return "";
}

Findings Judge(const Abilities& abilities, const SettingReader& read_setting) {
  return Judgement(abilities, read_setting).Pass();
}

}  // namespace chmdocker::host
