#include "testing/bench/measure.h"

#include <stdlib.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/growth.h"
#include "testing/bench/options.h"
#include "testing/bench/processes.h"
#include "testing/bench/programs.h"
#include "testing/bench/result.h"
#include "testing/bench/rounds.h"
#include "testing/bench/runner.h"
#include "testing/bench/throughput.h"
#include "testing/bench/trace.h"
#include "testing/bench/workspace.h"

namespace chmdocker::bench {
namespace {

namespace fs = std::filesystem;

// The containers that are entered, and what has come to run with each.
class Residents {
 public:
  // Those that do not start are left out, and so is who would enter them.
  void Start(Field& field, std::vector<std::string>& skipped) {
    for (const Running& running : field.running) {
      const std::string why_not = WhyNot(running);
      if (why_not.empty()) continue;
      RunOutside(running.end).IgnoreError();
      std::erase_if(field.contestants, [&](const Contestant& contestant) {
        if (contestant.beside != running.runtime) return false;
        skipped.push_back(absl::StrCat(contestant.name, ": ", why_not));
        return true;
      });
    }
  }

  std::vector<Left> End() {
    std::vector<Left> left;
    for (const Resident& resident : all_) {
      pid_t container = 0;
      std::ifstream(resident.running->pid_file) >> container;
      left.push_back({resident.running->runtime,
                      FootprintBeside(resident.processes, container)});
    }
    for (const Resident& resident : all_) {
      RunOutside(resident.running->end).IgnoreError();
    }
    return left;
  }

 private:
  struct Resident {
    const Running* running;
    std::vector<pid_t> processes;
  };

  std::string WhyNot(const Running& running) {
    if (running.start[0][0].empty()) return "is not installed";
    const std::vector<pid_t> before = ProcessesOutside();
    const absl::Status started = RunOutside(running.start);
    if (!started.ok()) return std::string(started.message());
    Resident resident = {&running, ProcessesOutside()};
    std::erase_if(resident.processes, [&](pid_t pid) {
      return std::find(before.begin(), before.end(), pid) != before.end();
    });
    all_.push_back(std::move(resident));
    return "";
  }

  std::vector<Resident> all_;
};

void AddSize(const std::string& name, const std::string& file,
             std::vector<Size>& sizes) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error) return;
  sizes.push_back({name, static_cast<double>(bytes) / 1024});
}

// Of each program once: of chmdocker, its other builds and all peers.
std::vector<Size> SizesOf(const Programs& programs, const Options& options,
                          const std::vector<Contestant>& contestants) {
  std::vector<Size> sizes;
  AddSize("chmdocker", programs.chmdocker, sizes);
  AddSize("chmdocker-init", programs.init, sizes);
  for (const Build& build : programs.builds) {
    AddSize(build.name, build.file, sizes);
  }
  for (const Build& peer : options.peers) AddSize(peer.name, peer.file, sizes);
  std::vector<std::string> seen;
  for (const Contestant& contestant : contestants) {
    const std::string& file = contestant.commands[0][0];
    const bool ours = fs::path(file).parent_path() ==
                      fs::path(programs.chmdocker).parent_path();
    const bool peer =
        std::any_of(options.peers.begin(), options.peers.end(),
                    [&](const Build& build) { return build.file == file; });
    if (ours || peer ||
        std::find(seen.begin(), seen.end(), file) != seen.end()) {
      continue;
    }
    seen.push_back(file);
    AddSize(fs::path(file).filename(), file, sizes);
  }
  return sizes;
}

void CountAll(const std::vector<Contestant>& contestants, Result& result) {
  for (size_t i = 0; i < contestants.size(); ++i) {
    absl::StatusOr<Counts> counts = Count(contestants[i].commands);
    if (counts.ok()) {
      result.series[i].counts = *counts;
    } else {
      result.skipped.push_back(absl::StrCat(
          contestants[i].name, ", counted: ", counts.status().message()));
    }
  }
}

absl::Status MeasureStarts(const std::vector<Contestant>& contestants,
                           const Options& options, Result& result) {
  if (options.rounds == 0) return absl::OkStatus();
  absl::StatusOr<std::vector<Series>> series =
      RunRounds(contestants, options.warm_up, options.rounds);
  if (!series.ok()) return series.status();
  result.series = *std::move(series);
  CountAll(contestants, result);
  return absl::OkStatus();
}

absl::Status MeasureMany(const std::vector<Contestant>& contestants,
                         const Options& options, Result& result) {
  if (options.throughput) {
    absl::StatusOr<std::vector<Throughput>> all =
        MeasureThroughput(contestants, options);
    if (!all.ok()) return all.status();
    result.throughput = *std::move(all);
  }
  if (options.at_once > 0) {
    result.at_once =
        MeasureAtOnce(contestants, options.at_once, result.skipped);
  }
  return absl::OkStatus();
}

// Engines write settings of their own at the first start.
void KeepHomeClean(const Workspace& workspace) {
  for (const char* name :
       {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"}) {
    setenv(name, workspace.directory().c_str(), 1);
  }
}

void DescribeHost(Result& result) {
  utsname host = {};
  uname(&host);
  result.kernel = host.release;
  result.cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  result.cgroups = CgroupVersions();
}

}  // namespace

absl::StatusOr<Result> Compare(const Options& options,
                               const Workspace& workspace) {
  if (absl::Status status = AdoptOrphans(); !status.ok()) return status;
  Result result;
  DescribeHost(result);
  KeepHomeClean(workspace);
  const absl::StatusOr<Programs> programs =
      InstallPrograms(options, workspace.directory());
  if (!programs.ok()) return programs.status();
  const absl::StatusOr<Bundles> bundles = MakeBundles(workspace, *programs);
  if (!bundles.ok()) return bundles.status();
  Field field = Contestants(options, *programs, *bundles, workspace);
  Residents residents;
  residents.Start(field, result.skipped);
  const absl::StatusOr<std::vector<Contestant>> ready =
      TryOut(field.contestants, result.skipped);
  if (!ready.ok()) return ready.status();
  result.sizes = SizesOf(*programs, options, *ready);
  absl::Status status = MeasureStarts(*ready, options, result);
  result.left = residents.End();
  if (status.ok()) status = MeasureMany(*ready, options, result);
  if (!status.ok()) return status;
  if (options.growth) {
    absl::StatusOr<std::vector<Growth>> growth =
        MeasureGrowth(*ready, options, *programs, *bundles, workspace);
    if (!growth.ok()) return growth.status();
    result.growth = *std::move(growth);
  }
  return result;
}

}  // namespace chmdocker::bench
