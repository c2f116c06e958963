#include "runtime/state/process.h"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "runtime/base/unique_fd.h"
#include "runtime/state/record.h"

namespace chmdocker::state {
namespace {

// A child that waits to be killed, after `prepare`; returns when it is ready.
template <class Prepare>
pid_t Child(Prepare prepare) {
  int ready[2];
  if (pipe(ready) != 0) abort();
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ready[0]);
    prepare();
    close(ready[1]);
    for (;;) pause();
  }
  close(ready[1]);
  char byte;
  (void)!read(ready[0], &byte, 1);
  close(ready[0]);
  return pid;
}
pid_t Child() {
  return Child([] {});
}

// Kills it; it stays a zombie until Reap.
void Kill(pid_t pid) {
  kill(pid, SIGKILL);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
}
void Reap(pid_t pid) { waitpid(pid, nullptr, 0); }

TEST(Process, IsAwaitedUntilItIsReaped) {
  const pid_t pid = Child();
  const absl::StatusOr<Process> process = Identify(pid);
  ASSERT_TRUE(process.ok()) << process.status();
  Kill(pid);
  // Nobody reaps the zombie meanwhile.
  AwaitReaped(*process, 10);
  EXPECT_TRUE(Identify(pid).ok());
  std::thread parent([pid] { Reap(pid); });
  AwaitReaped(*process, 60 * 1000);
  EXPECT_FALSE(Identify(pid).ok());
  parent.join();
}

TEST(Process, LivesZombiesAndIsGone) {
  const pid_t pid = Child();
  const absl::StatusOr<Process> process = Identify(pid);
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ(process->pid, pid);
  EXPECT_GT(process->start_time, 0u);
  EXPECT_EQ(process->boot_id.size(), 36u);
  EXPECT_TRUE(IsAlive(*process));
  EXPECT_TRUE(OpenPidfd(*process).ok());
  Kill(pid);
  EXPECT_FALSE(IsAlive(*process));
  EXPECT_EQ(OpenPidfd(*process).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Identify(pid)->start_time, process->start_time);
  Reap(pid);
  EXPECT_FALSE(IsAlive(*process));
  EXPECT_TRUE(absl::IsNotFound(OpenPidfd(*process).status()));
  EXPECT_TRUE(absl::IsNotFound(Identify(pid).status()));
}

TEST(Process, AnotherOneOfTheSameNumberIsNotIt) {
  const pid_t pid = Child();
  Process process = *Identify(pid);
  ++process.start_time;
  EXPECT_FALSE(IsAlive(process));
  EXPECT_TRUE(absl::IsNotFound(OpenPidfd(process).status()));
  --process.start_time;
  process.boot_id[0] = process.boot_id[0] == '0' ? '1' : '0';
  EXPECT_FALSE(IsAlive(process));
  Kill(pid);
  Reap(pid);
}

// The kernel says EINVAL or ENOENT then, as it does of a process that is just
// being reaped.
TEST(Process, AThreadOfTheSameNumberIsNotIt) {
  std::promise<pid_t> started;
  std::promise<void> done;
  std::thread thread([&] {
    started.set_value(gettid());
    done.get_future().wait();
  });
  Process process;
  process.pid = started.get_future().get();
  const absl::Status status = OpenPidfd(process).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  done.set_value();
  thread.join();
}

TEST(Process, NamesMayHoldAnything) {
  for (const char* name : {") Z 1 1 (", "a b", ")", "\n) X", ""}) {
    const pid_t pid = Child([&] { prctl(PR_SET_NAME, name); });
    const absl::StatusOr<Process> process = Identify(pid);
    ASSERT_TRUE(process.ok()) << process.status();
    EXPECT_TRUE(IsAlive(*process)) << name;
    Kill(pid);
    Reap(pid);
  }
}

void* Wait(void*) {
  for (;;) pause();
}

// /proc says Z of a process whose first thread has ended.
TEST(Process, LivesOnInAnotherThread) {
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pthread_t thread;
    pthread_create(&thread, nullptr, Wait, nullptr);
    syscall(SYS_exit, 0);
  }
  const Process process = *Identify(pid);
  // Its first thread has ended when /proc has no link to its program any more.
  char path[64], link[8];
  snprintf(path, sizeof(path), "/proc/%d/exe", pid);
  while (readlink(path, link, sizeof(link)) >= 0) usleep(100);
  EXPECT_TRUE(IsAlive(process));
  Kill(pid);
  EXPECT_FALSE(IsAlive(process));
  Reap(pid);
}

TEST(Process, ThereIsNoneYet) {
  EXPECT_FALSE(IsAlive(Process()));
  EXPECT_TRUE(absl::IsNotFound(OpenPidfd(Process()).status()));
  EXPECT_TRUE(absl::IsNotFound(Identify(0).status()));
  EXPECT_TRUE(absl::IsNotFound(Identify(-1).status()));
}

}  // namespace
}  // namespace chmdocker::state
