#include "runtime/security/default_profile.h"

#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/spec/process.h"
#include "runtime/spec/seccomp.h"

namespace chmdocker::security {
namespace {

using spec::SeccompAction;
using spec::SeccompCondition;
using spec::SeccompOperator;

template <class... Numbers>
constexpr spec::CapabilitySet With(Numbers... numbers) {
  return ((spec::CapabilitySet{1} << numbers) | ...);
}
constexpr spec::CapabilitySet kEverybody = ~spec::CapabilitySet{0};
constexpr spec::CapabilitySet kNobody = 0;

// The headers that a build finds may be older: Linux 5.8.
constexpr int kPerfmon = 38;
constexpr int kBpf = 39;

constexpr SyscallGroup kGroups[] = {
    // Files: what may be done to them, their permissions decide.
    {"access cachestat chdir chmod chown chown32 close close_range "
     "copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 "
     "fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 "
     "fchownat fcntl fcntl64 fdatasync flock fstat fstat64 fstatat64 fstatfs "
     "fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents "
     "getdents64 ioctl lchown lchown32 link linkat _llseek lseek lstat lstat64 "
     "mkdir mkdirat mknod mknodat name_to_handle_at newfstatat oldfstat "
     "oldlstat oldstat open openat openat2 read readahead readdir readlink "
     "readlinkat readv rename renameat renameat2 rmdir stat stat64 statfs "
     "statfs64 statx symlink symlinkat sync sync_file_range syncfs truncate "
     "truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes "
     "write writev pread64 preadv preadv2 pwrite64 pwritev pwritev2 sendfile "
     "sendfile64 splice tee vmsplice pipe pipe2",
     kEverybody},
    {"fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat "
     "lgetxattr listxattr listxattrat llistxattr lremovexattr lsetxattr "
     "removexattr removexattrat setxattr setxattrat",
     kEverybody},
    // Of the container's own mount namespace, as /proc/self/mountinfo.
    {"listmount statmount", kEverybody},
    // Waiting, for files, time and signals.
    {"epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait "
     "epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 fanotify_mark "
     "inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel "
     "io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup "
     "io_submit _newselect poll ppoll ppoll_time64 pselect6 pselect6_time64 "
     "select signalfd signalfd4 timerfd_create timerfd_gettime "
     "timerfd_gettime64 timerfd_settime timerfd_settime64",
     kEverybody},
    {"alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 "
     "clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 "
     "adjtimex getitimer gettimeofday nanosleep setitimer time timer_create "
     "timer_delete timer_getoverrun timer_gettime timer_gettime64 "
     "timer_settime timer_settime64 times",
     kEverybody},
    {"kill pause pidfd_open pidfd_send_signal rt_sigaction rt_sigpending "
     "rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend "
     "rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sgetmask "
     "sigaction sigaltstack signal sigpending sigprocmask sigreturn sigsuspend "
     "ssetmask tgkill tkill",
     kEverybody},
    // The process's own memory.
    {"brk madvise map_shadow_stack membarrier memfd_create memfd_secret "
     "mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap mseal msync "
     "munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect "
     "remap_file_pages",
     kEverybody},
    // Processes and threads.
    {"arch_prctl capget capset execve execveat exit exit_group fork "
     "get_robust_list get_thread_area getcpu getpgid getpgrp getpid getppid "
     "getpriority getrandom getrlimit getrusage getsid gettid ioprio_get "
     "ioprio_set modify_ldt nice oldolduname olduname prctl prlimit64 "
     "process_mrelease restart_syscall rseq sched_get_priority_max "
     "sched_get_priority_min sched_getaffinity sched_getattr sched_getparam "
     "sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 "
     "sched_setaffinity sched_setattr sched_setparam sched_setscheduler "
     "sched_yield set_robust_list set_thread_area set_tid_address setpgid "
     "setpriority setrlimit setsid sysinfo ugetrlimit uname vfork wait4 waitid "
     "waitpid",
     kEverybody},
    // Jumped to by the kernel itself in a program that is traced (Linux 6.11).
    {"uretprobe", kEverybody},
    // Since Linux 4.8 a tracer can't get around the filter, and whom it may
    // trace its capabilities and user decide.
    {"process_vm_readv process_vm_writev ptrace", kEverybody},
    {"futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake",
     kEverybody},
    // More restrictions are always welcome.
    {"landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp",
     kEverybody},
    // Users: which ones the capabilities and the user namespace decide.
    {"getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups "
     "getgroups32 getresgid getresgid32 getresuid getresuid32 getuid getuid32 "
     "setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups "
     "setgroups32 setregid setregid32 setresgid setresgid32 setresuid "
     "setresuid32 setreuid setreuid32 setuid setuid32",
     kEverybody},
    // What a socket may do is up to its network namespace; which families there
    // are is said below. A filter can't read the family behind socketcall's
    // pointer, and 32-bit programs have no other call in older libraries.
    {"accept accept4 bind connect getpeername getsockname getsockopt listen "
     "recvfrom recvmmsg recvmmsg_time64 recvmsg sendmmsg sendmsg sendto "
     "setsockopt shutdown socketcall socketpair",
     kEverybody},
    // In the container's own IPC namespace.
    {"ipc mq_getsetattr mq_notify mq_open mq_timedreceive "
     "mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl "
     "msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 "
     "shmat shmctl shmdt shmget",
     kEverybody},

    // Opens files by number, past every directory (CVE-2014-3519's "shocker").
    {"open_by_handle_at", With(CAP_DAC_READ_SEARCH)},
    // Namespaces and mounts: most holes of the kernel that a container could
    // use were behind them.
    {"fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie "
     "lsm_get_self_attr lsm_list_modules lsm_set_self_attr mount mount_setattr "
     "move_mount open_tree pivot_root quotactl quotactl_fd setdomainname "
     "sethostname setns umount umount2 unshare",
     With(CAP_SYS_ADMIN)},
    {"bpf", With(CAP_SYS_ADMIN, kBpf)},
    {"perf_event_open", With(CAP_SYS_ADMIN, kPerfmon)},
    {"syslog", With(CAP_SYS_ADMIN, CAP_SYSLOG)},
    {"reboot", With(CAP_SYS_BOOT)},
    {"chroot", With(CAP_SYS_CHROOT)},
    {"delete_module finit_module init_module", With(CAP_SYS_MODULE)},
    // Where memory is, and so what others have left of it.
    {"get_mempolicy mbind set_mempolicy set_mempolicy_home_node",
     With(CAP_SYS_NICE)},
    {"acct", With(CAP_SYS_PACCT)},
    // Of other processes.
    {"kcmp pidfd_getfd process_madvise", With(CAP_SYS_PTRACE)},
    {"ioperm iopl", With(CAP_SYS_RAWIO)},
    // The clock is the host's.
    {"clock_settime clock_settime64 settimeofday stime", With(CAP_SYS_TIME)},
    {"vhangup", With(CAP_SYS_TTY_CONFIG)},

    // Keyrings are in no namespace: another container's user of the same number
    // has the same ones.
    {"add_key keyctl request_key", kNobody},
    // Does what other calls do, unseen by filters, and has had many holes.
    {"io_uring_enter io_uring_register io_uring_setup", kNobody},
    // Holds the kernel still in the middle of a copy: every race is won then.
    {"userfaultfd", kNobody},
    // About the whole machine.
    {"kexec_file_load kexec_load migrate_pages move_pages nfsservctl swapoff "
     "swapon",
     kNobody},
    // Of kernels long ago; what is left of them nobody tests.
    {"_sysctl afs_syscall bdflush break create_module ftime get_kernel_syms "
     "getpmsg gtty idle lock mpx prof profil putpmsg query_module security "
     "stty sysfs tuxcall ulimit uselib ustat vm86 vm86old vserver",
     kNobody},
};

// absl::StrSplit would be two KiB of program.
std::vector<std::string> Words(absl::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const absl::string_view word = text.substr(0, text.find(' '));
    words.emplace_back(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return words;
}

void Add(spec::Seccomp& profile, const char* name,
         std::vector<SeccompCondition> conditions) {
  profile.rules.push_back(
      {{name}, SeccompAction::kAllow, {}, std::move(conditions)});
}

// No new namespaces, user namespaces above all. The flags of clone3 are behind
// a pointer: ENOSYS, and libc takes clone.
void AddClone(spec::Seccomp& profile, spec::CapabilitySet bounding) {
  constexpr uint64_t kNamespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
                                   CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                   CLONE_NEWCGROUP;
  if ((bounding & With(CAP_SYS_ADMIN)) != 0) {
    Add(profile, "clone", {});
    Add(profile, "clone3", {});
    return;
  }
  Add(profile, "clone", {{0, kNamespaces, 0, SeccompOperator::kMaskedEqual}});
  profile.rules.push_back({{"clone3"}, SeccompAction::kErrno, ENOSYS, {}});
}

// All families but the kernel's cryptography (CVE-2026-31431) and virtual
// machines' sockets, which are in no network namespace.
void AddSocket(spec::Seccomp& profile) {
  static_assert(AF_VSOCK == AF_ALG + 2);
  Add(profile, "socket", {{0, AF_ALG, 0, SeccompOperator::kLess}});
  Add(profile, "socket", {{0, AF_ALG + 1, 0, SeccompOperator::kEqual}});
  Add(profile, "socket", {{0, AF_VSOCK, 0, SeccompOperator::kGreater}});
}

// No execution domains whose code nobody tests, and no READ_IMPLIES_EXEC or
// ADDR_NO_RANDOMIZE; 0xffffffff asks for the present one.
void AddPersonality(spec::Seccomp& profile) {
  for (const uint32_t persona :
       {uint32_t{PER_LINUX}, uint32_t{PER_LINUX32}, uint32_t{UNAME26},
        uint32_t{PER_LINUX32} | UNAME26, ~uint32_t{0}}) {
    Add(profile, "personality", {{0, persona, 0, SeccompOperator::kEqual}});
  }
}

}  // namespace

absl::Span<const SyscallGroup> SyscallGroups() { return kGroups; }

spec::CapabilitySet ProfileCapabilities() {
  spec::CapabilitySet all = 0;
  for (const SyscallGroup& group : kGroups) {
    if (group.capabilities != kEverybody) all |= group.capabilities;
  }
  return all;
}

spec::Seccomp DefaultProfile(spec::CapabilitySet bounding) {
  spec::Seccomp profile;
  profile.default_action = SeccompAction::kErrno;
  profile.default_errno_ret = EPERM;
  // Not x32, which hardly a kernel has switched on.
  profile.architectures = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"};
  // As of a profile in config.json that names no flags.
  profile.flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  for (const SyscallGroup& group : kGroups) {
    const bool allowed = group.capabilities == kEverybody ||
                         (group.capabilities & bounding) != 0;
    profile.rules.push_back(
        {Words(group.names),
         allowed ? SeccompAction::kAllow : SeccompAction::kErrno,
         allowed ? std::nullopt : std::optional<uint32_t>(EPERM),
         {}});
  }
  AddClone(profile, bounding);
  AddSocket(profile);
  AddPersonality(profile);
  return profile;
}

}  // namespace chmdocker::security
