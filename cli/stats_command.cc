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
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

constexpr Flag kFlags[] = {
    {"no-stream", "", "", "print once, and end", Into<&StatsWords::once>},
    {"format", "", "FORMAT", "print a table or json (default: table)",
     Into<&StatsWords::format>},
};

struct Sample {
  std::string name;
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
    for (const std::string& word : words_.ids) {
      const container::Target target = container::FindTarget(runtime_, word);
      CHM_ASSIGN_OR_RETURN(const container::Snapshot snapshot,
                           container::State(target.runtime, target.id));
      if (Runs(snapshot)) continue;
      return absl::FailedPreconditionError(
          absl::StrCat("container ", word, ": container not running"));
    }
    return absl::OkStatus();
  }

  // One that ends meanwhile is left out from then on.
  absl::StatusOr<std::vector<Sample>> Look() const {
    std::vector<Sample> samples;
    const auto look = [&](const container::Runtime& runtime,
                          const std::string& id, const std::string& name) {
      absl::StatusOr<cgroups::Stats> stats = container::GetStats(runtime, id);
      if (!stats.ok()) return;
      samples.push_back({name, *std::move(stats), Nanoseconds()});
    };
    for (const std::string& word : words_.ids) {
      const container::Target target = container::FindTarget(runtime_, word);
      look(target.runtime, target.id, word);
    }
    if (!words_.ids.empty()) return samples;
    for (const container::Runtime& runtime :
         {runtime_, container::KeptRuntime(runtime_)}) {
      CHM_ASSIGN_OR_RETURN(const std::vector<container::Snapshot> all,
                           container::List(runtime));
      for (const container::Snapshot& one : all) {
        const state::Record& record = one.record;
        if (Runs(one)) {
          look(runtime, record.id, record.kept ? record.kept->name : record.id);
        }
      }
    }
    return samples;
  }

  absl::Status Print(const std::vector<Sample>& before,
                     const std::vector<Sample>& now) const {
    std::vector<Usage> all;
    for (const Sample& sample : now) {
      const Sample* first = &sample;
      for (const Sample& other : before) {
        if (other.name == sample.name) first = &other;
      }
      all.push_back(UsageFrom(sample.name, first->stats, sample.stats,
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
