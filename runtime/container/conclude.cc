#include <signal.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/discard.h"
#include "runtime/container/instance.h"
#include "runtime/container/keep.h"
#include "runtime/container/keeper.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/limit_events.h"
#include "runtime/container/places.h"
#include "runtime/state/kept.h"
#include "runtime/state/record.h"

namespace chmdocker::container {
namespace {

// -1: nobody saw it.
int ExitCodeOf(absl::string_view how) {
  constexpr int kSignalBase = 128;
  int number = 0;
  if (absl::ConsumePrefix(&how, "exited:") && absl::SimpleAtoi(how, &number)) {
    return number;
  }
  if (absl::ConsumePrefix(&how, "killed:") && absl::SimpleAtoi(how, &number)) {
    return kSignalBase + number;
  }
  return -1;
}

bool ShallRestart(const state::Kept& kept) {
  if (kept.stop_wanted) return false;
  switch (kept.restart) {
    case state::Restart::kNo:
      return false;
    case state::Restart::kOnFailure:
      return kept.exit_code != 0 &&
             (kept.most_restarts == 0 || kept.restarts < kept.most_restarts);
    case state::Restart::kAlways:
    case state::Restart::kUnlessStopped:
      return true;
  }
  return false;
}

// How long its first process has been there, in seconds: proc_pid_stat(5),
// field 22, has its start on the same clock.
int64_t SecondsRun(const state::Process& init) {
  if (init.start_time == 0) return 0;
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec - static_cast<int64_t>(init.start_time) /
                          std::max(int64_t{1}, int64_t{sysconf(_SC_CLK_TCK)});
}

// Twice as long each time, from a tenth of a second to a minute, until it has
// run for ten seconds: as docker does.
uint32_t DelayBefore(uint32_t restart) {
  constexpr uint32_t kFirst = 100, kMost = 60'000, kDoublings = 10;
  return std::min(kFirst << std::min(restart, kDoublings), kMost);
}

absl::Status RestartOrEnd(const Runtime& runtime, Instance& instance) {
  constexpr int64_t kStable = 10;
  state::Record& record = instance.record;
  if (ShallRestart(*record.kept)) {
    if (SecondsRun(record.init) >= kStable) record.kept->restarts = 0;
    const uint32_t delay = DelayBefore(record.kept->restarts);
    ++record.kept->restarts;
    CHM_RETURN_IF_ERROR(instance.directory.Save(record));
    return KeepWaiting(runtime, record.id, delay);
  }
  if (!record.kept->remove) return absl::OkStatus();
  return Discard(runtime, instance);
}

}  // namespace

absl::Status Conclude(const Runtime& runtime, const std::string& id,
                      absl::string_view how, const Describe& describe) {
  const Runtime kept_runtime = KeptRuntime(runtime);
  absl::StatusOr<Instance> instance = Open(kept_runtime, id);
  // It has been removed by force.
  if (absl::IsNotFound(instance.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(instance.status());
  state::Record& record = instance->record;
  // Not called by hand: only its monitor knows how a container ended.
  if (!record.kept || record.monitor.pid != getpid()) {
    return absl::FailedPreconditionError(
        "is called by the monitor of a container only");
  }
  if (how != "waited") {
    record.kept->exit_code = ExitCodeOf(how);
    // Who sees that it has ended may remove it, while this process is still
    // there.
    if (!ShallRestart(*record.kept) && !record.kept->remove) {
      record.monitor = {};
    }
    CHM_RETURN_IF_ERROR(Settle(kept_runtime, *instance, record.kept->exit_code,
                               LimitEventsOf(record)));
    return RestartOrEnd(runtime, *instance);
  }
  if (record.kept->stop_wanted) return absl::OkStatus();
  absl::Status failure = Keep(runtime, *std::move(instance), describe, {});
  instance = Open(kept_runtime, id);
  CHM_RETURN_IF_ERROR(instance.status());
  // Whose it is by now, they restart it.
  if (instance->record.monitor.pid != getpid()) return failure;
  CHM_RETURN_IF_ERROR(RestartOrEnd(runtime, *instance));
  return failure;
}

}  // namespace chmdocker::container
