#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "cli/stats_table.h"
#include "runtime/base/status_macros.h"
#include "runtime/cgroups/stats.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

constexpr Flag kFlags[] = {
    {"no-stream", "", "", "print once, and end", Into<&StatsWords::once>},
    {"format", "", "FORMAT", "print a table or json (default: table)",
     Into<&StatsWords::format>},
};

struct Sample {
  std::string id;
  cgroups::Stats stats;
  uint64_t time = 0;  // nanoseconds of the monotonic clock
};

uint64_t Nanoseconds() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(now.tv_nsec);
}

uint64_t HostMemory() {
  struct sysinfo info;
  if (sysinfo(&info) != 0) return ~uint64_t{0};
  return uint64_t{info.totalram} * info.mem_unit;
}

bool Runs(const container::Snapshot& snapshot) {
  return snapshot.status == container::Status::kRunning ||
         snapshot.status == container::Status::kPaused;
}

// Looks again and again at the same containers, or at all that run.
class Viewer {
 public:
  Viewer(const container::Runtime& runtime, const StatsWords& words)
      : runtime_(runtime), words_(words), is_screen_(isatty(STDOUT_FILENO)) {}

  absl::Status Run() {
    CHM_RETURN_IF_ERROR(CheckNames());
    CHM_ASSIGN_OR_RETURN(std::vector<Sample> before, Look());
    for (;;) {
      constexpr timespec kInterval = {1, 0};
      (void)nanosleep(&kInterval, nullptr);
      CHM_ASSIGN_OR_RETURN(std::vector<Sample> now, Look());
      CHM_RETURN_IF_ERROR(Print(before, now));
      if (words_.once || (now.empty() && !words_.ids.empty())) {
        return absl::OkStatus();
      }
      before = std::move(now);
    }
  }

 private:
  absl::Status CheckNames() const {
    for (const std::string& id : words_.ids) {
      CHM_ASSIGN_OR_RETURN(const container::Snapshot snapshot,
                           container::State(runtime_, id));
      if (Runs(snapshot)) continue;
      return absl::FailedPreconditionError(
          absl::StrCat("container ", id, ": container not running"));
    }
    return absl::OkStatus();
  }

  // One that ends meanwhile is left out from then on.
  absl::StatusOr<std::vector<Sample>> Look() const {
    std::vector<std::string> ids = words_.ids;
    if (ids.empty()) {
      CHM_ASSIGN_OR_RETURN(const std::vector<container::Snapshot> all,
                           container::List(runtime_));
      for (const container::Snapshot& one : all) {
        if (Runs(one)) ids.push_back(one.record.id);
      }
    }
    std::vector<Sample> samples;
    for (const std::string& id : ids) {
      absl::StatusOr<cgroups::Stats> stats = container::GetStats(runtime_, id);
      if (!stats.ok()) continue;
      samples.push_back({id, *std::move(stats), Nanoseconds()});
    }
    return samples;
  }

  absl::Status Print(const std::vector<Sample>& before,
                     const std::vector<Sample>& now) const {
    std::vector<Usage> all;
    for (const Sample& sample : now) {
      const Sample* first = &sample;
      for (const Sample& other : before) {
        if (other.id == sample.id) first = &other;
      }
      all.push_back(UsageFrom(sample.id, first->stats, sample.stats,
                              sample.time - first->time, host_memory_));
    }
    if (words_.format == Format::kJson) return PrintToStdout(UsageLines(all));
    // Home, and what was there before is cleared: ECMA-48, CUP and ED.
    const bool redraws = is_screen_ && !words_.once;
    return PrintToStdout(
        absl::StrCat(redraws ? "\033[H\033[2J" : "", UsageTable(all)));
  }

  const container::Runtime& runtime_;
  const StatsWords& words_;
  const bool is_screen_;
  const uint64_t host_memory_ = HostMemory();
};

absl::StatusOr<Action> Parse(Words words) {
  StatsWords stats;
  CHM_ASSIGN_OR_RETURN(stats.ids, ReadFlags({kFlags, &stats}, words));
  return Doing([stats](const Session& session) {
    return Viewer(session.runtime, stats).Run();
  });
}

}  // namespace

constexpr Command kStatsCommand = {
    "stats",
    "stats",
    "Show what containers use, again each second",
    "stats [options] [CONTAINER...]",
    "Without a CONTAINER, all that run.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
