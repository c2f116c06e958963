// What ends kept containers, and waits for their end.
#include <poll.h>
#include <signal.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/cgroups/cgroup.h"
#include "runtime/container/discard.h"
#include "runtime/container/event_log.h"
#include "runtime/container/instance.h"
#include "runtime/container/keep.h"
#include "runtime/container/keeper.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/limit_events.h"
#include "runtime/container/places.h"
#include "runtime/launch/signals.h"
#include "runtime/state/kept.h"
#include "runtime/state/names.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::container {
namespace {

// What a monitor's last steps may take: to end processes, and remove cgroups.
constexpr uint32_t kSettlingSeconds = 30;

// Waits for the end of a process; false: it still runs after `seconds`.
// Negative: as long as it takes.
absl::StatusOr<bool> AwaitProcess(int pidfd, int64_t seconds) {
  const uint64_t begin = raw::MonotonicNanoseconds();
  constexpr uint64_t kSecond = 1'000'000'000;
  for (;;) {
    pollfd polled = {pidfd, POLLIN, 0};
    timespec left = {};
    if (seconds >= 0) {
      const uint64_t passed = raw::MonotonicNanoseconds() - begin;
      const uint64_t all = static_cast<uint64_t>(seconds) * kSecond;
      const uint64_t rest = passed < all ? all - passed : 0;
      left.tv_sec = static_cast<time_t>(rest / kSecond);
      left.tv_nsec = static_cast<long>(rest % kSecond);
    }
    const raw::Result ready = raw::Call(
        SYS_ppoll, &polled, 1, seconds < 0 ? nullptr : &left, nullptr, 0);
    if (ready.error() == EINTR) continue;
    CHM_RETURN_IF_ERROR(sys::CallStatus(ready));
    return ready.value > 0;
  }
}

absl::Status Send(int pidfd, int signal) {
  const raw::Result sent = raw::PidfdSendSignal(pidfd, signal);
  return sent.error() == ESRCH ? absl::OkStatus() : sys::CallStatus(sent);
}

// Whether the kernel keeps this signal from the container's pid 1:
// pid_namespaces(7).
bool IsLost(const state::Record& record, int pidfd, int signal) {
  if (!record.own_pid_namespace || record.kept->init) return false;
  const std::optional<launch::SignalDispositions> dispositions =
      launch::ReadSignalDispositions(pidfd);
  return dispositions && dispositions->IsDefault(signal);
}

absl::Status Kill(const state::Record& record, int pidfd) {
  CHM_RETURN_IF_ERROR(Send(pidfd, SIGKILL));
  // A frozen process of cgroup v1 does not even die.
  return cgroups::Thaw(record.cgroups);
}

// Before it is sent: what it brings about comes behind it.
void TellOfSignal(const Runtime& runtime, const state::Record& record,
                  int signal) {
  TellOf(runtime, record, "kill", {{"signal", absl::StrCat(signal)}});
}

// Its first process has been asked to end; it is killed if it does not.
absl::Status AwaitFirst(const Runtime& runtime, const state::Record& record,
                        int64_t seconds) {
  const absl::StatusOr<UniqueFd> pidfd = state::OpenPidfd(record.init);
  if (!pidfd.ok()) return absl::OkStatus();  // it has ended
  CHM_ASSIGN_OR_RETURN(const bool ended, AwaitProcess(pidfd->get(), seconds));
  if (ended) return absl::OkStatus();
  TellOfSignal(runtime, record, SIGKILL);
  CHM_RETURN_IF_ERROR(Kill(record, pidfd->get()));
  return AwaitProcess(pidfd->get(), kSettlingSeconds).status();
}

// The record comes after the directory, and goes before it does:
// state::Directory::Remove.
bool IsUnrecorded(const state::Record& record) {
  return record.created.empty();
}

// Until the end is on record. Where a monitor was killed, this does its work.
absl::Status AwaitSettled(const Runtime& kept_runtime,
                          const state::Record& record) {
  const absl::StatusOr<UniqueFd> monitor = state::OpenPidfd(record.monitor);
  if (monitor.ok()) {
    // It waits for the next start. One that records an end is left to it: in
    // the foreground it is `run` itself.
    if (record.phase == state::Phase::kStopped) {
      CHM_RETURN_IF_ERROR(Send(monitor->get(), SIGTERM));
    }
    CHM_ASSIGN_OR_RETURN(const bool ended,
                         AwaitProcess(monitor->get(), kSettlingSeconds));
    if (!ended) {
      return absl::DeadlineExceededError(absl::StrCat(
          "the monitor of container ", record.id, ", process ",
          record.monitor.pid, ", does not end; kill -9 it, and try again"));
    }
  }
  absl::StatusOr<Instance> instance = Open(kept_runtime, record.id);
  if (absl::IsNotFound(instance.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(instance.status());
  if (IsUnrecorded(instance->record) ||
      instance->record.phase == state::Phase::kStopped) {
    return absl::OkStatus();
  }
  return Settle(kept_runtime, *instance, /*exit_code=*/-1,
                LimitEventsOf(instance->record));
}

// Marks it as not to be started again, and returns its record as it was.
absl::StatusOr<state::Record> WantStop(const Runtime& kept_runtime,
                                       const std::string& id) {
  CHM_ASSIGN_OR_RETURN(Instance instance, Open(kept_runtime, id));
  if (!instance.record.kept) return NotKept(id);
  state::Record before = instance.record;
  instance.record.kept->stop_wanted = true;
  CHM_RETURN_IF_ERROR(instance.directory.Save(instance.record));
  return before;
}

}  // namespace

absl::Status AwaitLeaving(const state::Record& record) {
  if (!record.kept || record.phase == state::Phase::kCreating) {
    return absl::OkStatus();
  }
  const bool may_restart =
      record.kept->restart != state::Restart::kNo && !record.kept->stop_wanted;
  if (may_restart || state::IsAlive(record.init)) return absl::OkStatus();
  const absl::StatusOr<UniqueFd> monitor = state::OpenPidfd(record.monitor);
  if (!monitor.ok()) return absl::OkStatus();
  return AwaitProcess(monitor->get(), kSettlingSeconds).status();
}

absl::StatusOr<bool> AskToStop(const Runtime& runtime, const std::string& id,
                               std::optional<int> signal) {
  CHM_ASSIGN_OR_RETURN(const state::Record record,
                       WantStop(KeptRuntime(runtime), id));
  const absl::StatusOr<UniqueFd> pidfd = state::OpenPidfd(record.init);
  if (!pidfd.ok()) return false;  // it has ended
  const int wanted = signal.value_or(record.kept->stop_signal);
  // Who removes many kills all of them, and then each once more.
  if (wanted != SIGKILL || !record.kept->stop_wanted) {
    TellOfSignal(runtime, record, wanted);
  }
  if (wanted == SIGKILL || IsLost(record, pidfd->get(), wanted)) {
    CHM_RETURN_IF_ERROR(Kill(record, pidfd->get()));
  } else {
    CHM_RETURN_IF_ERROR(Send(pidfd->get(), wanted));
    (void)cgroups::Thaw(record.cgroups);
  }
  return true;
}

absl::Status AwaitStop(const Runtime& runtime, const std::string& id,
                       std::optional<uint32_t> seconds, bool asked) {
  const Runtime kept_runtime = KeptRuntime(runtime);
  const absl::StatusOr<state::Record> record =
      state::Peek(kept_runtime.root, id);
  // Removed with its end: --rm.
  if (absl::IsNotFound(record.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(record.status());
  if (IsUnrecorded(*record)) return absl::OkStatus();
  if (!record->kept) return NotKept(id);
  CHM_RETURN_IF_ERROR(AwaitFirst(runtime, *record,
                                 seconds.value_or(record->kept->stop_timeout)));
  CHM_RETURN_IF_ERROR(AwaitSettled(kept_runtime, *record));
  if (asked) TellOf(runtime, *record, "stop");
  return absl::OkStatus();
}

absl::Status StopKept(const Runtime& runtime, const std::string& id,
                      std::optional<uint32_t> seconds,
                      std::optional<int> signal) {
  CHM_ASSIGN_OR_RETURN(const bool asked, AskToStop(runtime, id, signal));
  return AwaitStop(runtime, id, seconds, asked);
}

absl::Status RestartKept(const Runtime& runtime, const std::string& id,
                         std::optional<uint32_t> seconds,
                         std::optional<int> signal, const Describe& describe) {
  CHM_RETURN_IF_ERROR(StopKept(runtime, id, seconds, signal));
  CHM_RETURN_IF_ERROR(StartKept(runtime, id, describe));
  const absl::StatusOr<state::Record> record =
      state::Peek(KeptRuntime(runtime).root, id);
  if (record.ok()) TellOf(runtime, *record, "restart");
  return absl::OkStatus();
}

absl::Status KillKept(const Runtime& runtime, const std::string& id,
                      int signal) {
  const Runtime kept_runtime = KeptRuntime(runtime);
  CHM_ASSIGN_OR_RETURN(const state::Record record,
                       state::Peek(kept_runtime.root, id));
  const absl::StatusOr<UniqueFd> pidfd = state::OpenPidfd(record.init);
  if (!pidfd.ok() || !record.kept) {
    return absl::FailedPreconditionError(
        absl::StrCat("container ", id, " is not running"));
  }
  const bool ends = signal == SIGKILL || signal == record.kept->stop_signal;
  if (ends) CHM_RETURN_IF_ERROR(WantStop(kept_runtime, id).status());
  TellOfSignal(runtime, record, signal);
  return signal == SIGKILL ? Kill(record, pidfd->get())
                           : Send(pidfd->get(), signal);
}

absl::Status SendSignal(const state::Record& record, int pidfd, int signal) {
  if (launch::EndsByDefault(signal) && IsLost(record, pidfd, signal)) {
    return Kill(record, pidfd);
  }
  return Send(pidfd, signal);
}

absl::StatusOr<int> WaitKept(const Runtime& runtime, const std::string& id) {
  const std::string root = KeptRuntime(runtime).root;
  for (bool over = false;;) {
    // Once more when it is over: the end came to be on record meanwhile.
    CHM_ASSIGN_OR_RETURN(const state::Record record, state::Peek(root, id));
    if (over) return record.kept ? record.kept->exit_code : -1;
    const absl::StatusOr<UniqueFd> monitor = state::OpenPidfd(record.monitor);
    const absl::StatusOr<UniqueFd> init = state::OpenPidfd(record.init);
    over = !monitor.ok() && !init.ok();
    if (over) continue;
    CHM_RETURN_IF_ERROR(
        AwaitProcess(monitor.ok() ? monitor->get() : init->get(), -1).status());
  }
}

absl::Status RemoveKept(const Runtime& runtime, const std::string& id,
                        bool force) {
  const Runtime kept_runtime = KeptRuntime(runtime);
  const absl::StatusOr<state::Record> record =
      state::Peek(kept_runtime.root, id);
  if (absl::IsNotFound(record.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(record.status());
  if (!force) CHM_RETURN_IF_ERROR(AwaitLeaving(*record));
  const bool runs =
      state::IsAlive(record->init) || state::IsAlive(record->monitor);
  if (runs && !force) {
    return absl::FailedPreconditionError(absl::StrCat(
        "container ", id, " is running; stop it first, or remove it with -f"));
  }
  if (runs) {
    // Of one with --rm the end may be the last of it: NotFound.
    const absl::Status asked = AskToStop(runtime, id, SIGKILL).status();
    if (!absl::IsNotFound(asked)) CHM_RETURN_IF_ERROR(asked);
    CHM_RETURN_IF_ERROR(
        AwaitStop(runtime, id, kSettlingSeconds, /*asked=*/false));
  }
  absl::StatusOr<Instance> instance = Open(kept_runtime, id);
  if (absl::IsNotFound(instance.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(instance.status());
  CHM_RETURN_IF_ERROR(End(kept_runtime, instance->record));
  return Discard(runtime, *instance);
}

absl::Status RemoveUnrecorded(const Runtime& runtime, const std::string& id) {
  // Waits for whoever may be at work on it.
  absl::StatusOr<Instance> instance = Open(KeptRuntime(runtime), id);
  if (absl::IsNotFound(instance.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(instance.status());
  return IsUnrecorded(instance->record) ? Discard(runtime, *instance)
                                        : absl::OkStatus();
}

absl::Status RenameKept(const Runtime& runtime, const std::string& id,
                        const std::string& name) {
  const state::Places places = PlacesOf(runtime);
  CHM_ASSIGN_OR_RETURN(Instance instance, Open(KeptRuntime(runtime), id));
  if (!instance.record.kept) return NotKept(id);
  CHM_RETURN_IF_ERROR(state::ClaimName(places, name, id));
  const std::string old = std::exchange(instance.record.kept->name, name);
  absl::Status saved = instance.directory.Save(instance.record);
  if (old != name) state::ReleaseName(places, saved.ok() ? old : name, id);
  if (saved.ok()) {
    TellOf(runtime, instance.record, "rename", {{"oldName", old}});
  }
  return saved;
}

}  // namespace chmdocker::container
