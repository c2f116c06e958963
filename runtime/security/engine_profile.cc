#include "runtime/security/engine_profile.h"

#include <seccomp.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;
using spec::SeccompRule;

// What engines deny a container without capabilities, and what they put
// conditions on.
const std::set<std::string>& Denied() {
  static const auto* const denied = new std::set<std::string>{
      "_sysctl",
      "acct",
      "add_key",
      "afs_syscall",
      "bpf",
      "clock_adjtime",
      "clock_settime",
      "clone",
      "clone3",
      "create_module",
      "delete_module",
      "epoll_ctl_old",
      "fanotify_init",
      "finit_module",
      "epoll_wait_old",
      "fsconfig",
      "fsmount",
      "fsopen",
      "fspick",
      "get_mempolicy",
      "get_kernel_syms",
      "getpmsg",
      "init_module",
      "io_uring_enter",
      "ioperm",
      "io_uring_setup",
      "io_uring_register",
      "iopl",
      "kcmp",
      "kexec_file_load",
      "kexec_load",
      "keyctl",
      "lookup_dcookie",
      "mbind",
      "migrate_pages",
      "map_shadow_stack",
      "mount",
      "mount_setattr",
      "listmount",
      "move_mount",
      "move_pages",
      "lsm_get_self_attr",
      "nfsservctl",
      "open_tree",
      "open_by_handle_at",
      "personality",
      "pivot_root",
      "perf_event_open",
      "putpmsg",
      "query_module",
      "quotactl",
      "quotactl_fd",
      "reboot",
      "request_key",
      "security",
      "set_mempolicy",
      "setdomainname",
      "sethostname",
      "setns",
      "set_mempolicy_home_node",
      "settimeofday",
      "socket",
      "statmount",
      "stime",
      "swapoff",
      "swapon",
      "syslog",
      "sysfs",
      "lsm_list_modules",
      "tuxcall",
      "umount",
      "umount2",
      "unshare",
      "uselib",
      "userfaultfd",
      "ustat",
      "vhangup",
      "lsm_set_self_attr",
      "vm86",
      "vm86old",
      "vserver",
  };
  return *denied;
}

std::set<std::string> AllSyscalls() {
  std::set<std::string> names;
  for (const uint32_t architecture :
       std::initializer_list<uint32_t>{SCMP_ARCH_X86_64, SCMP_ARCH_X86}) {
    for (int number = 0; number < 1000; ++number) {
      char* name = seccomp_syscall_resolve_num_arch(architecture, number);
      if (name != nullptr) names.insert(name);
      free(name);
    }
  }
  return names;
}

}  // namespace

spec::Seccomp EngineProfile(const std::vector<std::string>& architectures) {
  spec::Seccomp profile;
  profile.default_action = SeccompAction::kErrno;
  profile.default_errno_ret = EPERM;
  profile.architectures = architectures;
  SeccompRule allowed;
  for (const std::string& name : AllSyscalls()) {
    if (!Denied().contains(name)) allowed.names.push_back(name);
  }
  profile.rules.push_back(std::move(allowed));
  const auto allow = [&profile](const char* name, SeccompCondition condition) {
    profile.rules.push_back({{name}, SeccompAction::kAllow, {}, {condition}});
  };
  // PER_LINUX, PER_LINUX32, UNAME26, both, and asking for the present one.
  for (const uint64_t persona : {0x0, 0x8, 0x20000, 0x20008}) {
    allow("personality", {0, persona});
  }
  allow("personality", {0, 0xffffffff});
  // All but AF_VSOCK.
  allow("socket", {0, 40, 0, SeccompOperator::kNotEqual});
  // No new namespaces, and no clone whose flags can't be seen.
  allow("clone", {0, 0x7e020000, 0, SeccompOperator::kMaskedEqual});
  profile.rules.push_back({{"clone3"}, SeccompAction::kErrno, ENOSYS, {}});
  return profile;
}

}  // namespace chmdocker::security
