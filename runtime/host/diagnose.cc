#include "runtime/host/diagnose.h"

#include <sys/syscall.h>

#include <cerrno>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/flags.h"
#include "runtime/base/status.h"
#include "runtime/host/facts.h"
#include "runtime/host/setting.h"
#include "runtime/step/step.h"
#include "runtime/sys/files.h"

namespace chmdocker::host {
namespace {

constexpr char kDebianSwitch[] = "/proc/sys/kernel/unprivileged_userns_clone";
constexpr char kAppArmorSwitch[] =
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

struct NamespaceLimit {
  CloneFlags flag;
  const char* path;  // namespaces(7), "The /proc/sys/user directory"
};
constexpr NamespaceLimit kLimits[] = {
    {kNewUser, "/proc/sys/user/max_user_namespaces"},
    {kNewMount, "/proc/sys/user/max_mnt_namespaces"},
    {kNewPid, "/proc/sys/user/max_pid_namespaces"},
    {kNewNet, "/proc/sys/user/max_net_namespaces"},
    {kNewIpc, "/proc/sys/user/max_ipc_namespaces"},
    {kNewUts, "/proc/sys/user/max_uts_namespaces"},
};

struct NamespaceFile {
  CloneFlags flag;
  const char* path;    // exists if the kernel has the namespace
  const char* option;  // of the kernel's build
};
constexpr NamespaceFile kKernelOptions[] = {
    {kNewUser, "/proc/self/ns/user", "CONFIG_USER_NS"},
    {kNewPid, "/proc/self/ns/pid", "CONFIG_PID_NS"},
    {kNewNet, "/proc/self/ns/net", "CONFIG_NET_NS"},
    {kNewIpc, "/proc/self/ns/ipc", "CONFIG_IPC_NS"},
    {kNewUts, "/proc/self/ns/uts", "CONFIG_UTS_NS"},
};

class Diagnosis {
 public:
  Diagnosis(const FailedStep& failed, const HostFacts& facts,
            const SettingReader& read)
      : failed_(failed), facts_(facts), read_(read) {}

  std::string Find() const {
    if (failed_.kind == step::StepKind::kClone) return FindForClone();
    if (IsDenied() && IsOfUserNamespace() && IsOn(kAppArmorSwitch)) {
      return AppArmor();
    }
    switch (failed_.syscall) {
      case SYS_mount:
      case SYS_move_mount:
        return FindForMount();
      case SYS_mount_setattr:
        return FindForAttributes();
      case SYS_mkdirat:
      case SYS_mknodat:
      case SYS_symlinkat:
        return FindForCreation();
      case SYS_pivot_root:
        return failed_.error == EINVAL
                   ? "the host's root is an initramfs, which pivot_root can't "
                     "leave; --no-pivot moves the mounts instead"
                   : "";
      case SYS_chdir:
        return failed_.error == EXDEV
                   ? "the directory is outside the container's root"
                   : "";
      default:
        return FindForOpen();
    }
  }

 private:
  std::string FindForClone() const {
    switch (failed_.error) {
      case EPERM:
      case EACCES:
        return FindForDeniedClone();
      case ENOSPC:
      case EUSERS:
        return FindLimit();
      case EINVAL:
        return FindKernelOption();
      case EAGAIN:
        return "the limit on processes is reached (ulimit -u, or pids.max of "
               "the caller's cgroup)";
      case ENOMEM:
        return "the kernel is out of memory, or the caller's pid namespace has "
               "lost its init";
      default:
        return "";
    }
  }

  bool IsDenied() const {
    return failed_.error == EPERM || failed_.error == EACCES;
  }

  // What needs capabilities in a new user namespace.
  bool IsOfUserNamespace() const {
    return failed_.namespaces.has(kNewUser) &&
           (failed_.kind == step::StepKind::kWriteIdMap ||
            failed_.syscall == SYS_mount || failed_.syscall == SYS_open_tree ||
            failed_.syscall == SYS_sethostname);
  }

  std::string FindForMount() const {
    if (failed_.error == EAGAIN) {
      return "the path led elsewhere once it was mounted: somebody else "
             "changes "
             "this directory";
    }
    if (failed_.kind == step::StepKind::kSetPropagation) {
      return failed_.error == EINVAL
                 ? "the root directory is no mount point, as in a chroot"
                 : "";
    }
    if (failed_.kind == step::StepKind::kMountFilesystem &&
        failed_.error == ENODEV) {
      return "this kernel has no such file system, or can't load its module";
    }
    if (failed_.kind == step::StepKind::kBindMount &&
        failed_.error == EOPNOTSUPP) {
      return "only a whole proc file system can be mounted on /proc: what "
             "hides "
             "parts of it goes by their names";
    }
    if (!IsDenied()) return "";
    return failed_.namespaces.has(kNewUser)
               ? "the kernel lets a user namespace mount this only where "
                 "nothing of the host's own is hidden by other mounts, as it "
                 "is "
                 "inside most containers"
               : "a seccomp filter or a security module of this host forbids "
                 "mounting, as inside an unprivileged container";
  }

  std::string FindForAttributes() const {
    if (failed_.kind == step::StepKind::kSendMount) {
      switch (failed_.error) {
        case EINVAL:
          return "this kind of file system can't show other owners here";
        case EPERM:
          return "only who is root over the file system itself may map its "
                 "owners, and only to a user namespace of its own";
        default:
          return "";
      }
    }
    return failed_.error == EPERM ? "what the host forbids on this mount can't "
                                    "be allowed again in "
                                    "a user namespace"
                                  : "";
  }

  std::string FindForCreation() const {
    if (failed_.kind == step::StepKind::kMakeDevice &&
        failed_.error == EEXIST) {
      return "the root file system has something else of this name";
    }
    if (IsDenied()) {
      return "the root file system lacks this name, and this user may not "
             "create it there";
    }
    return failed_.error == EROFS
               ? "the root file system lacks this name and is "
                 "mounted read-only"
               : "";
  }

  std::string FindForOpen() const {
    if (failed_.kind == step::StepKind::kOpenRootfs && failed_.error == EBUSY) {
      return "it is the host's own root directory";
    }
    if ((failed_.kind == step::StepKind::kMountFilesystem ||
         failed_.kind == step::StepKind::kBindMount) &&
        failed_.error == ELOOP) {
      return "a symlink of the root file system leads elsewhere, and would "
             "take "
             "the mount out of reach of what protects it";
    }
    if (failed_.kind == step::StepKind::kMaskPath && failed_.error == ENODEV) {
      return "the host's /dev/null is not the null device";
    }
    if (failed_.kind == step::StepKind::kOpenTerminal &&
        failed_.error == ENOSPC) {
      return absl::StrCat("no pseudo-terminals are left; ",
                          SysctlCommand("/proc/sys/kernel/pty/max", "N"),
                          " raises their number");
    }
    return "";
  }

  std::string FindForDeniedClone() const {
    if (!failed_.namespaces.has(kNewUser)) {
      return "new namespaces need CAP_SYS_ADMIN, or a host that lets "
             "ordinary users make user namespaces";
    }
    if (IsOff(kDebianSwitch)) {
      return absl::StrCat(
          "this host forbids user namespaces to ordinary users; root can "
          "allow them with ",
          SysctlCommand(kDebianSwitch, "1"));
    }
    if (IsOn(kAppArmorSwitch)) return AppArmor();
    if (IsOff("/proc/sys/user/max_user_namespaces")) return FindLimit();
    return absl::StrCat(
        "user ", facts_.uid,
        " may not make user namespaces here: a seccomp filter, a security "
        "module, a chroot or an unmapped user id forbids it");
  }

  std::string FindLimit() const {
    for (const NamespaceLimit& limit : kLimits) {
      if (failed_.namespaces.has(limit.flag) && IsOff(limit.path)) {
        return absl::StrCat(
            "this host allows no such namespaces; root can "
            "allow them with ",
            SysctlCommand(limit.path, "N"));
      }
    }
    return "a limit on namespaces is reached; /proc/sys/user/max_*_namespaces "
           "has them (or they are nested more than 32 deep)";
  }

  std::string FindKernelOption() const {
    for (const NamespaceFile& file : kKernelOptions) {
      if (failed_.namespaces.has(file.flag) && !read_(file.path)) {
        return absl::StrCat("this kernel was built without ", file.option);
      }
    }
    return "";
  }

  std::string AppArmor() const {
    return absl::StrCat(
        "AppArmor on this host takes the capabilities from user namespaces of "
        "ordinary users; root can allow them with ",
        SysctlCommand(kAppArmorSwitch, "0"),
        " or an AppArmor profile for chmdocker that has the userns rule");
  }

  bool IsOff(const char* path) const { return Setting(path) == "0"; }
  bool IsOn(const char* path) const { return Setting(path) == "1"; }
  std::string Setting(const char* path) const {
    const std::optional<std::string> text = read_(path);
    return text ? std::string(absl::StripAsciiWhitespace(*text)) : "";
  }

  const FailedStep& failed_;
  const HostFacts& facts_;
  const SettingReader& read_;
};

}  // namespace

std::string DiagnoseFrom(const FailedStep& failed, const HostFacts& facts,
                         const SettingReader& read_setting) {
  return Diagnosis(failed, facts, read_setting).Find();
}

std::optional<std::string> ReadSetting(const std::string& path) {
  absl::StatusOr<std::string> text = sys::ReadSmallFile(path);
  if (text.ok()) return *std::move(text);
  // A namespace's file exists, but has no content.
  if (ErrnoOf(text.status()) == EINVAL) return "";
  return std::nullopt;
}

std::string Diagnose(const FailedStep& failed, const HostFacts& facts) {
  return DiagnoseFrom(failed, facts, ReadSetting);
}

}  // namespace chmdocker::host
