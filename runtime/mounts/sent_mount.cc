#include "runtime/mounts/sent_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/mount.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::mounts {
namespace {

// A process that does nothing but live in a user namespace of its own, which a
// mount's owners are mapped by: there is no other way to have maps.
class Holder {
 public:
  Holder() = default;
  ~Holder() {
    if (pid_ <= 0) return;
    (void)raw::SendSignalTo(pidfd_.get(), pid_, SIGKILL);
    siginfo_t info;
    (void)raw::Call(SYS_waitid, P_PID, pid_, &info, WEXITED, nullptr);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  // A copy of this process, and not of its memory: as fork(2).
  raw::Result Start() {
    int pidfd = -1;
    const raw::Result cloned =
        raw::Call(SYS_clone, CLONE_NEWUSER | CLONE_PIDFD | SIGCHLD, nullptr,
                  &pidfd, nullptr, nullptr);
    if (!cloned.ok()) return cloned;
    if (cloned.value == 0) Wait();
    pid_ = static_cast<pid_t>(cloned.value);
    pidfd_.reset(pidfd);
    return {};
  }

  pid_t pid() const { return pid_; }

 private:
  [[noreturn]] static void Wait() {
    (void)raw::SetParentDeathSignal(SIGKILL);
    for (;;) (void)raw::Call(SYS_ppoll, nullptr, 0, nullptr, nullptr, 0);
  }

  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

raw::Result WriteMap(pid_t pid, const char* name, const std::string& map) {
  const raw::Result opened = raw::OpenAt(
      AT_FDCWD, absl::StrCat("/proc/", pid, "/", name).c_str(), O_WRONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  return raw::Write(file.get(), map.data(), map.size());
}

raw::Result OpenUserNamespace(pid_t pid) {
  return raw::OpenAt(AT_FDCWD, absl::StrCat("/proc/", pid, "/ns/user").c_str(),
                     O_RDONLY);
}

// A user namespace with the step's maps. It lives on by its descriptor.
raw::Result NewUserNamespace(const step::SendMount<std::string>& step) {
  Holder holder;
  if (const raw::Result got = holder.Start(); !got.ok()) return got;
  const raw::Result uids = WriteMap(holder.pid(), "uid_map", step.uid_map);
  if (!uids.ok()) return uids;
  const raw::Result gids = WriteMap(holder.pid(), "gid_map", step.gid_map);
  if (!gids.ok()) return gids;
  return OpenUserNamespace(holder.pid());
}

}  // namespace

raw::Result MakeSentMount(const step::SendMount<std::string>& step,
                          pid_t init) {
  const bool follow = step.links == step::SourceLinks::kFollow;
  const raw::Result opened = raw::OpenAt(AT_FDCWD, step.source.c_str(),
                                         O_PATH | (follow ? 0 : O_NOFOLLOW));
  if (!opened.ok()) return opened;
  const UniqueFd source(opened.fd());
  const raw::Result cloned = raw::CloneTree(source.get(), step.recursive);
  if (!cloned.ok()) return cloned;
  UniqueFd tree(cloned.fd());
  const raw::Result got =
      step.uid_map.empty() ? OpenUserNamespace(init) : NewUserNamespace(step);
  if (!got.ok()) return got;
  const UniqueFd user_namespace(got.fd());
  const raw::Result mapped =
      raw::MapIds(tree.get(), user_namespace.get(), step.map_recursive);
  if (!mapped.ok()) return mapped;
  return {tree.release(), SYS_open_tree};
}

}  // namespace chmdocker::mounts
