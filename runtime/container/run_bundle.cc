#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/limit_events.h"
#include "runtime/container/setup.h"
#include "runtime/launch/signals.h"
#include "runtime/launch/supervisor.h"
#include "runtime/launch/terminal.h"
#include "runtime/state/record.h"

namespace chmdocker::container {
namespace {

// Others may work on the container while this process waits for it; one may
// even have removed it.
absl::Status CleanUp(const Runtime& runtime, bool keep, NewContainer& made) {
  Instance& instance = made.instance;
  const absl::Status locked = instance.directory.Lock();
  if (absl::IsNotFound(locked)) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(locked);
  if (keep) {
    instance.record.phase = state::Phase::kStopped;
    return instance.directory.Save(instance.record);
  }
  CHM_RETURN_IF_ERROR(End(runtime, instance.record));
  return Forget(runtime, instance, made.spec.hooks);
}

}  // namespace

absl::StatusOr<int> RunBundle(const Runtime& runtime,
                              const RunOptions& options) {
  CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                       launch::SignalFd::Create());
  SetupMode mode;
  mode.outlives_caller = options.detach;
  mode.signal_fd = signals.fd();
  if (!options.detach) mode.on_terminal = launch::ConfigureTerminal;
  CHM_ASSIGN_OR_RETURN(NewContainer made, SetUp(runtime, options.create, mode));
  CHM_RETURN_IF_ERROR(
      RunPoststartHooks(runtime, made.instance, made.spec.hooks));
  if (options.detach) {
    if (made.notify) {
      CHM_RETURN_IF_ERROR(AwaitReady(*made.notify, made.instance));
    }
    return 0;
  }
  made.instance.directory.Unlock();
  // A terminal that went to a console socket is not ours to relay.
  if (!options.create.console_socket.empty()) made.launched.terminal.reset();
  launch::Watch watch;
  if (made.notify) watch.fd = made.notify->fd();
  watch.on_readable = [&] {
    // A host that can't be told is no reason to end the container.
    const absl::StatusOr<bool> told = made.notify->Handle(made.launched.pid);
    return told.ok() && !*told;
  };
  watch.on_kill = [&] { (void)cgroups::Thaw(made.instance.record.cgroups); };
  absl::StatusOr<int> exit_code = launch::Supervise(
      made.launched, signals.fd(), made.spec.process.stdin_open, &watch);
  // Without a limit of its own there is hardly a reason, and nothing to read.
  if (made.spec.resources.memory.limit && OomKills(made.instance.record) > 0) {
    runtime.warn(absl::StrCat("container ", options.create.id,
                              ": reached its memory limit, and the kernel has "
                              "killed processes of it"));
  }
  absl::Status cleaned = CleanUp(runtime, options.keep, made);
  if (exit_code.ok() && !cleaned.ok()) return cleaned;
  return exit_code;
}

}  // namespace chmdocker::container
