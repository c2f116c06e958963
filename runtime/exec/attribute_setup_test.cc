// On the kernel, each in a child of its own.
#include "runtime/exec/attribute_setup.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "runtime/base/io_priority.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "testing/child/in_child.h"

namespace chmdocker::exec {
namespace {

using Fields = const char*;

// Run, by a name that a fixture does not have for itself.
template <class Step, class... More>
raw::Result Do(const Step& step, More&&... more) {
  return Run(step, more...);
}

std::string Number(long number) { return std::to_string(number); }

std::string FileLimit() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  return Number(static_cast<long>(limit.rlim_cur)) + "/" +
         Number(static_cast<long>(limit.rlim_max));
}

TEST(SetRlimit, SetsBoth) {
  EXPECT_EQ(InChild([] {
              (void)Do(step::SetRlimit<Fields>{RLIMIT_NOFILE, 32, 64});
              return FileLimit();
            }),
            "32/64");
}

TEST(SetRlimit, RaisesOnly) {
  EXPECT_EQ(InChild([] {
              (void)Do(step::SetRlimit<Fields>{RLIMIT_NOFILE, 32, 64});
              const raw::Result lower = Do(step::SetRlimit<Fields>{
                  RLIMIT_NOFILE, 8, 16, /*raise_only=*/true});
              return Number(lower.error()) + " " + FileLimit();
            }),
            "0 32/64");
}

TEST(SetUmask, Sets) {
  EXPECT_EQ(InChild([] {
              (void)Do(step::SetUmask<Fields>{0137});
              return Number(umask(0));
            }),
            Number(0137));
}

TEST(SetScheduler, SetsPolicyAndNice) {
  EXPECT_EQ(InChild([] {
              (void)Do(step::SetScheduler<Fields>{SCHED_BATCH, 19});
              return Number(raw::Call(SYS_sched_getscheduler, 0).value) + " " +
                     Number(getpriority(PRIO_PROCESS, 0));
            }),
            Number(SCHED_BATCH) + " 19");
}

TEST(SetIoPriority, Sets) {
  EXPECT_EQ(
      InChild([] {
        (void)Do(step::SetIoPriority<Fields>{kIoBestEffort, 6});
        return Number(raw::Call(SYS_ioprio_get, kIoPriorityOfProcess, 0).value);
      }),
      Number(kIoBestEffort << kIoPriorityClassShift | 6));
}

TEST(SetPersonality, ChangesTheMachine) {
  EXPECT_EQ(InChild([] {
              (void)Do(step::SetPersonality<Fields>{PER_LINUX32});
              utsname names = {};
              uname(&names);
              return std::string(names.machine);
            }),
            "i686");
}

TEST(SetCpuAffinity, TakesLongSets) {
  EXPECT_EQ(
      InChild([] {
        uint64_t allowed[64] = {};
        (void)raw::Call(SYS_sched_getaffinity, 0, sizeof(allowed), allowed);
        uint64_t wanted[64] = {};
        wanted[0] = allowed[0] & (~allowed[0] + 1);
        const raw::Result set = Do(step::SetCpuAffinity<Fields>{{wanted, 64}});
        (void)raw::Call(SYS_sched_getaffinity, 0, sizeof(allowed), allowed);
        return Number(set.error()) + " " + Number(allowed[0] == wanted[0]);
      }),
      "0 1");
}

TEST(SetCpuAffinity, GivesAllBack) {
  EXPECT_EQ(
      InChild([] {
        uint64_t before[64] = {};
        uint64_t after[64] = {};
        (void)raw::Call(SYS_sched_getaffinity, 0, sizeof(before), before);
        // The lowest processor alone.
        uint64_t one[64] = {};
        size_t word = 0;
        while (before[word] == 0) ++word;
        one[word] = before[word] & -before[word];
        (void)Do(step::SetCpuAffinity<Fields>{{one, 64}});
        const raw::Result set = Do(step::SetCpuAffinity<Fields>{});
        (void)raw::Call(SYS_sched_getaffinity, 0, sizeof(after), after);
        return Number(set.error()) +
               (memcmp(before, after, sizeof(before)) == 0 ? " all" : " less");
      }),
      "0 all");
}

TEST(SetCpuAffinity, RefusesProcessorsThatAreNotThere) {
  EXPECT_EQ(
      InChild([] {
        uint64_t wanted[64] = {};
        wanted[63] = 1;
        return Number(Do(step::SetCpuAffinity<Fields>{{wanted, 64}}).error());
      }),
      Number(EINVAL));
}

TEST(SetMemoryPolicy, TakesNodes) {
  EXPECT_EQ(InChild([] {
              constexpr uint32_t kPreferred = 1;
              const uint64_t nodes[] = {1, 0, 0};
              const raw::Result set =
                  Do(step::SetMemoryPolicy<Fields>{kPreferred, 0, {nodes, 3}});
              int mode = -1;
              (void)raw::Call(SYS_get_mempolicy, &mode, nullptr, 0, nullptr, 0);
              return Number(set.error()) + " " + Number(mode);
            }),
            "0 1");
}

TEST(SetOomScore, Writes) {
  EXPECT_EQ(InChild([] {
              (void)Do(step::SetOomScore<Fields>{345});
              return Contents("/proc/self/oom_score_adj");
            }),
            "345\n");
}

// Either it was allowed, or the kernel said so.
TEST(SetOomScore, WritesNegativeNumbers) {
  const std::string said = InChild([] {
    const raw::Result set = Do(step::SetOomScore<Fields>{-345});
    return Number(set.error()) + " " + Contents("/proc/self/oom_score_adj");
  });
  EXPECT_TRUE(said == "0 -345\n" || said.rfind(Number(EACCES), 0) == 0) << said;
}

class Sysctl : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
  }
};

// In namespaces of its own: nothing of the host is changed.
bool Apart() {
  return unshare(CLONE_NEWUTS | CLONE_NEWNS) == 0 &&
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

std::string Set(const char* path) {
  const raw::Result set = Do(step::SetSysctl<Fields>{path, "box"});
  return set.ok() ? Contents("/proc/sys/kernel/domainname")
                  : Number(set.error());
}

TEST_F(Sysctl, Writes) {
  EXPECT_EQ(
      InChild([] { return Apart() ? Set("kernel/domainname") : "not apart"; }),
      "box\n");
}

TEST_F(Sysctl, StaysBelowItsDirectory) {
  for (const char* path :
       {"../self/comm", "kernel/../kernel/domainname", "/kernel/domainname",
        "kernel//domainname", "kernel/./domainname", "kernel/domainname/"}) {
    EXPECT_EQ(InChild([&] { return Set(path); }), Number(EINVAL)) << path;
  }
}

std::string DomainName() {
  utsname names = {};
  uname(&names);
  return names.domainname;
}

// As on a kernel before 5.2.
bool WithoutFsopen() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsopen, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {std::size(filter), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// CVE-2025-52881.
bool Covered() {
  return Apart() && mount("/proc/self/comm", "/proc/sys/kernel/domainname",
                          nullptr, MS_BIND, nullptr) == 0;
}
TEST_F(Sysctl, IsNotRedirectedByMounts) {
  EXPECT_EQ(InChild([] {
              if (!Covered()) return std::string("not apart");
              return Set("kernel/domainname") + DomainName();
            }),
            Contents("/proc/self/comm") + "box");
  EXPECT_EQ(InChild([] {
              if (!Covered() || !WithoutFsopen()) {
                return std::string("not apart");
              }
              return Set("kernel/domainname") + " " +
                     Contents("/proc/self/comm");
            }),
            Number(EXDEV) + " " + Contents("/proc/self/comm"));
}

// CVE-2019-16884.
bool WithoutProc() {
  return Apart() && mount("x", "/proc", "tmpfs", 0, nullptr) == 0 &&
         mkdir("/proc/sys", 0755) == 0;
}
TEST_F(Sysctl, NeedsAProcfs) {
  EXPECT_EQ(InChild([] {
              if (!WithoutProc()) return std::string("not apart");
              (void)Set("kernel/domainname");
              return DomainName();
            }),
            "box");
  EXPECT_EQ(InChild([] {
              if (!WithoutProc() || !WithoutFsopen()) {
                return std::string("not apart");
              }
              return Set("kernel");
            }),
            Number(EXDEV));
}

}  // namespace
}  // namespace chmdocker::exec
