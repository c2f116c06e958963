// The benchmark: bazel run //testing/bench -- --help
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "testing/bench/bundle.h"
#include "testing/bench/contestants.h"
#include "testing/bench/options.h"
#include "testing/bench/programs.h"
#include "testing/bench/report.h"
#include "testing/bench/runner.h"

namespace {

using chmdocker::bench::AdoptOrphans;
using chmdocker::bench::Bundle;
using chmdocker::bench::Contestant;
using chmdocker::bench::Contestants;
using chmdocker::bench::Errors;
using chmdocker::bench::InstallPrograms;
using chmdocker::bench::kBuiltChmdocker;
using chmdocker::bench::kBuiltCommand;
using chmdocker::bench::kFloor;
using chmdocker::bench::Measure;
using chmdocker::bench::Options;
using chmdocker::bench::ParseOptions;
using chmdocker::bench::Programs;
using chmdocker::bench::Result;
using chmdocker::bench::Run;

constexpr absl::string_view kNoNamespaces =
    "the floor program can't make its namespaces: run as root (CAP_SYS_ADMIN), "
    "or let ordinary users make user namespaces (sysctl "
    "user.max_user_namespaces, and where they exist "
    "kernel.unprivileged_userns_clone and "
    "kernel.apparmor_restrict_unprivileged_userns)";

int Print(FILE* file, absl::string_view text) {
  fwrite(text.data(), 1, text.size(), file);
  return fflush(file) == 0 ? 0 : 1;
}

int Fail(const absl::Status& status) {
  (void)Print(stderr, absl::StrCat("bench: ", status.message(), "\n"));
  return 1;
}

bool HasFloorOf(const Contestant& contestant,
                const std::vector<Contestant>& ready) {
  return contestant.is_floor() ||
         std::any_of(ready.begin(), ready.end(), [&](const Contestant& other) {
           return other.name == contestant.floor;
         });
}

absl::StatusOr<Run> MeasureOrCleanUp(const Contestant& contestant,
                                     Errors errors) {
  absl::StatusOr<Run> run = Measure(contestant.commands, errors);
  if (!run.ok() && !contestant.cleanup.empty()) {
    Measure({contestant.cleanup}, errors).IgnoreError();
  }
  return run;
}

// Leaves those that work here. Why one does not is seen on standard error.
absl::StatusOr<std::vector<Contestant>> TryOut(
    const std::vector<Contestant>& all, std::vector<std::string>& skipped) {
  std::vector<Contestant> ready;
  for (const Contestant& contestant : all) {
    if (!contestant.installed()) {
      skipped.push_back(absl::StrCat(contestant.name, ": is not installed"));
      continue;
    }
    if (!HasFloorOf(contestant, ready)) {
      skipped.push_back(absl::StrCat(contestant.name, ": has no floor here"));
      continue;
    }
    const absl::Status tried =
        MeasureOrCleanUp(contestant, Errors::kShown).status();
    if (tried.ok()) {
      ready.push_back(contestant);
    } else if (contestant.name == kFloor) {
      return absl::FailedPreconditionError(
          absl::StrCat(tried.message(), "; ", kNoNamespaces));
    } else {
      skipped.push_back(absl::StrCat(contestant.name, ": ", tried.message()));
    }
  }
  return ready;
}

// Everything once. The kernel takes the namespaces of one run down while the
// next one goes on, so nobody may always come after the same one.
absl::Status RunRound(const std::vector<Contestant>& contestants,
                      std::minstd_rand& random, std::vector<Run>& runs) {
  std::vector<size_t> order(contestants.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  runs.resize(contestants.size());
  for (const size_t i : order) {
    const absl::StatusOr<Run> run =
        MeasureOrCleanUp(contestants[i], Errors::kHidden);
    if (!run.ok()) return run.status();
    runs[i] = *run;
  }
  return absl::OkStatus();
}

absl::StatusOr<Result> Compare(const Options& options) {
  if (absl::Status status = AdoptOrphans(); !status.ok()) return status;
  Result result;
  const absl::StatusOr<Bundle> bundle =
      Bundle::Create(kBuiltChmdocker, kBuiltCommand);
  if (!bundle.ok()) return bundle.status();
  const absl::StatusOr<Programs> programs =
      InstallPrograms(options, bundle->directory());
  if (!programs.ok()) return programs.status();
  const absl::StatusOr<std::vector<Contestant>> contestants =
      TryOut(Contestants(options, *programs, *bundle), result.skipped);
  if (!contestants.ok()) return contestants.status();
  for (const Contestant& contestant : *contestants) {
    result.series.push_back({contestant.name, contestant.floor, {}});
  }
  std::minstd_rand random(1);
  std::vector<Run> runs;
  for (int round = -options.warm_up; round < options.rounds; ++round) {
    const absl::Status status = RunRound(*contestants, random, runs);
    if (!status.ok()) return status;
    if (round < 0) continue;
    for (size_t i = 0; i < runs.size(); ++i) {
      result.series[i].runs.push_back(runs[i]);
    }
  }
  utsname host = {};
  uname(&host);
  result.kernel = host.release;
  result.cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const absl::StatusOr<Options> options =
      ParseOptions(std::vector<std::string>(argv + (argc > 0), argv + argc));
  if (!options.ok()) return Fail(options.status());
  if (options->help) return Print(stdout, chmdocker::bench::HelpText());
  const absl::StatusOr<Result> result = Compare(*options);
  if (!result.ok()) return Fail(result.status());
  return Print(stdout, options->json ? chmdocker::bench::Json(*result)
                                     : chmdocker::bench::Table(*result));
}
