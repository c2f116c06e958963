#include "testing/bench/throughput.h"

#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "testing/bench/contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/result.h"
#include "testing/bench/rounds.h"
#include "testing/bench/runner.h"
#include "testing/bench/trace.h"

namespace chmdocker::bench {
namespace {

constexpr int kAtATime[] = {1, 2, 8, 32};
// Of one measurement: the slowest need not make hundreds.
constexpr double kMostMs = 3000;

// Starts one command again and again, so many side by side.
class Starter {
 public:
  Starter(const Argv& argv, int at_a_time) {
    for (int i = 0; i < at_a_time; ++i) numbered_.push_back(Numbered(argv, i));
  }

  // Adds a rate and the CPU time of a start.
  absl::Status Run(int starts, double most_ms, Throughput& throughput) {
    const double start = NowMs();
    for (size_t i = 0; i < numbered_.size() && started_ < starts; ++i) {
      Start(i);
    }
    while (!running_.empty()) {
      const int slot = Reap();
      if (status_.ok() && started_ < starts && slot >= 0 &&
          NowMs() - start < most_ms) {
        Start(static_cast<size_t>(slot));
      }
    }
    const double elapsed = NowMs() - start;
    while (Reap() >= 0 || !gone_) continue;
    if (!status_.ok()) return status_;
    throughput.rates.push_back(started_ * 1e3 / elapsed);
    throughput.cpu_ms.push_back(cpu_ms_ / started_);
    return absl::OkStatus();
  }

 private:
  void Start(size_t slot) {
    const absl::StatusOr<pid_t> pid = Spawn(numbered_[slot], Errors::kHidden);
    if (!pid.ok()) {
      status_.Update(pid.status());
      return;
    }
    running_[*pid] = slot;
    ++started_;
  }

  // The slot that has become free; -1 if that was what one had left running.
  int Reap() {
    rusage usage = {};
    int status = 0;
    const pid_t pid = wait4(-1, &status, 0, &usage);
    gone_ = pid < 0;
    if (gone_) return -1;
    cpu_ms_ += CpuMs(usage);
    const auto found = running_.find(pid);
    if (found == running_.end()) return -1;
    const size_t slot = found->second;
    running_.erase(found);
    status_.Update(CheckStatus(numbered_[slot], status));
    return static_cast<int>(slot);
  }

  std::vector<Argv> numbered_;
  std::map<pid_t, size_t> running_;
  int started_ = 0;
  double cpu_ms_ = 0;
  bool gone_ = false;
  absl::Status status_;
};

double AvailableKib() {
  return static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) *
         static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

}  // namespace

absl::StatusOr<std::vector<Throughput>> MeasureThroughput(
    const std::vector<Contestant>& contestants, const Options& options) {
  struct Entry {
    const Contestant* contestant;
    size_t result;
  };
  std::vector<Throughput> all;
  std::vector<Entry> entries;
  for (const int at_a_time : kAtATime) {
    for (const Contestant& contestant : contestants) {
      if (!contestant.is_start) continue;
      entries.push_back({&contestant, all.size()});
      all.push_back({contestant.name, contestant.floor, at_a_time, {}, {}});
    }
  }
  std::minstd_rand random(1);
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    Tell(absl::StrCat("throughput, ", repeat + 1, " of ", options.repeats));
    std::shuffle(entries.begin(), entries.end(), random);
    for (const Entry& entry : entries) {
      Throughput& throughput = all[entry.result];
      Starter starter(entry.contestant->commands[0], throughput.at_a_time);
      absl::Status status = starter.Run(options.starts, kMostMs, throughput);
      if (!status.ok()) return status;
    }
  }
  return all;
}

std::vector<Throughput> MeasureAtOnce(
    const std::vector<Contestant>& contestants, int count,
    std::vector<std::string>& skipped) {
  std::vector<Throughput> all;
  for (const Contestant& contestant : contestants) {
    if (!contestant.is_start) continue;
    Tell(absl::StrCat(count, " at once: ", contestant.name));
    absl::Status status;
    const absl::StatusOr<Counts> counts = Count(contestant.commands);
    if (!counts.ok()) {
      status = counts.status();
    } else if (counts->peak_kib * count > AvailableKib() / 2) {
      status =
          absl::ResourceExhaustedError("might want more memory than there is");
    }
    Throughput throughput = {contestant.name, contestant.floor, count, {}, {}};
    if (status.ok()) {
      Starter starter(contestant.commands[0], count);
      status = starter.Run(count, kMostMs, throughput);
    }
    if (status.ok()) {
      all.push_back(throughput);
    } else {
      skipped.push_back(absl::StrCat(contestant.name, ", ", count,
                                     " at once: ", status.message()));
    }
  }
  return all;
}

}  // namespace chmdocker::bench
