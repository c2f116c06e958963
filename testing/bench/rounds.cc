#include "testing/bench/rounds.h"

#include <stdio.h>

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
#include "testing/bench/contestants.h"
#include "testing/bench/result.h"
#include "testing/bench/runner.h"

namespace chmdocker::bench {
namespace {

constexpr absl::string_view kNoNamespaces =
    "the floor program can't make its namespaces: run as root (CAP_SYS_ADMIN), "
    "or let ordinary users make user namespaces (sysctl "
    "user.max_user_namespaces, and where they exist "
    "kernel.unprivileged_userns_clone and "
    "kernel.apparmor_restrict_unprivileged_userns)";

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
    Measure({contestant.cleanup}, Errors::kHidden).IgnoreError();
  }
  return run;
}

// Empty if it works here.
std::string WhyNot(const Contestant& contestant,
                   const std::vector<Contestant>& ready) {
  if (!contestant.installed()) return "is not installed";
  if (!HasFloorOf(contestant, ready)) return "has no floor here";
  for (const Argv& command : contestant.prepare) {
    const absl::Status prepared = Measure({command}, Errors::kShown).status();
    if (!prepared.ok()) return std::string(prepared.message());
  }
  return std::string(
      MeasureOrCleanUp(contestant, Errors::kShown).status().message());
}

// The kernel takes the namespaces of one run down while the next one goes on,
// so nobody may always come after the same one.
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

}  // namespace

absl::StatusOr<std::vector<Contestant>> TryOut(
    const std::vector<Contestant>& all, std::vector<std::string>& skipped) {
  std::vector<Contestant> ready;
  for (const Contestant& contestant : all) {
    const std::string why_not = WhyNot(contestant, ready);
    if (why_not.empty()) {
      ready.push_back(contestant);
    } else if (contestant.name == kFloor) {
      return absl::FailedPreconditionError(
          absl::StrCat(why_not, "; ", kNoNamespaces));
    } else {
      skipped.push_back(absl::StrCat(contestant.name, ": ", why_not));
    }
  }
  return ready;
}

absl::StatusOr<std::vector<Series>> RunRounds(
    const std::vector<Contestant>& contestants, int warm_up, int rounds) {
  std::vector<Series> all;
  for (const Contestant& contestant : contestants) {
    all.push_back({contestant.name, contestant.floor, {}, {}});
  }
  std::minstd_rand random(1);
  std::vector<Run> runs;
  for (int round = -warm_up; round < rounds; ++round) {
    absl::Status status = RunRound(contestants, random, runs);
    if (!status.ok()) return status;
    if (round < 0) continue;
    for (size_t i = 0; i < runs.size(); ++i) all[i].runs.push_back(runs[i]);
  }
  return all;
}

void Tell(absl::string_view what) {
  fprintf(stderr, "bench: %.*s\n", static_cast<int>(what.size()), what.data());
}

}  // namespace chmdocker::bench
