#include "testing/bench/targets.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "testing/bench/contestants.h"
#include "testing/bench/result.h"
#include "testing/bench/summary.h"

namespace chmdocker::bench {
namespace {

constexpr char kRun[] = "chmdocker run";
constexpr char kBundleRun[] = "chmdocker run (bundle)";

Target AtMost(std::string name, double bound, std::string unit,
              std::optional<double> value) {
  return {std::move(name), bound, false, std::move(unit), value};
}

std::optional<double> TailOf(const Result& result, absl::string_view name) {
  const Series* const series = FindSeries(result.series, name);
  if (series == nullptr || series->runs.empty()) return std::nullopt;
  const Spread wall = SpreadOf(Column(*series, &Run::wall_ms));
  if (wall.median <= 0) return std::nullopt;
  return wall.p90 / wall.median;
}

std::optional<double> PeakMib(const Result& result, absl::string_view name) {
  const Series* const series = FindSeries(result.series, name);
  if (series == nullptr || !series->counts) return std::nullopt;
  return series->counts->peak_kib / 1024;
}

std::optional<double> SizeKib(const Result& result, absl::string_view name) {
  for (const Size& size : result.sizes) {
    if (size.name == name) return size.kib;
  }
  return std::nullopt;
}

std::optional<double> LeftProcesses(const Result& result,
                                    absl::string_view name) {
  for (const Left& left : result.left) {
    if (left.name == name) return left.footprint.processes;
  }
  return std::nullopt;
}

// Which of the two ways to mount is the faster depends on the kernel, and on
// what a system call costs.
const char* BestOciFloor(const Result& result) {
  const std::optional<double> in_place =
      WallRatio(result.series, kOciFloorInPlace, kOciFloor);
  return in_place && *in_place < 1 ? kOciFloorInPlace : kOciFloor;
}

void AddTimes(const Result& result, std::vector<Target>& all) {
  all.push_back(AtMost("tutorial form, by its floor", 1.15, "x",
                       WallRatio(result.series, kRun, kFloor)));
  all.push_back(AtMost("tutorial form, by unshare", 1, "x",
                       WallRatio(result.series, kRun, "unshare")));
  all.push_back(
      AtMost("bundle, by the best known way", 1.25, "x",
             WallRatio(result.series, kBundleRun, BestOciFloor(result))));
  all.push_back(
      AtMost("bundle, by crun", 0.5, "x",
             WallRatio(result.series, kBundleRun, "crun run (bundle)")));
  all.push_back(
      AtMost("bundle with docker's profile, by one without", 1.05, "x",
             WallRatio(result.series, "chmdocker run (profile)", kBundleRun)));
  all.push_back(
      AtMost("tutorial form, p90 by median", 1.6, "x", TailOf(result, kRun)));
  all.push_back(
      AtMost("bundle, p90 by median", 1.6, "x", TailOf(result, kBundleRun)));
  all.push_back(
      AtMost("exec, by crun", 0.4, "x",
             WallRatio(result.series, "chmdocker exec", "crun exec")));
  all.push_back(
      AtMost("--version, by hello world", 1.5, "x",
             WallRatio(result.series, "chmdocker --version", kHello)));
}

void AddCosts(const Result& result, std::vector<Target>& all) {
  all.push_back(
      AtMost("peak memory, tutorial form", 2, "MiB", PeakMib(result, kRun)));
  all.push_back(
      AtMost("peak memory, bundle", 2, "MiB", PeakMib(result, kBundleRun)));
  all.push_back(AtMost("left running beside a container", 0, "processes",
                       LeftProcesses(result, "chmdocker")));
  all.push_back(
      AtMost("size of chmdocker", 1024, "KiB", SizeKib(result, "chmdocker")));
  all.push_back(AtMost("size of chmdocker-init", 64, "KiB",
                       SizeKib(result, "chmdocker-init")));
}

void AddManyAtATime(const Result& result, std::vector<Target>& all) {
  Target rate =
      AtMost("bundle, starts per second at 8 at a time, by crun", 2, "x",
             RateRatio(result.throughput, kBundleRun, "crun run (bundle)", 8));
  rate.at_least = true;
  all.push_back(std::move(rate));
  for (const char* of : {kContainers, kMounts}) {
    all.push_back(AtMost(
        absl::StrCat("tutorial form, growth with ", of, ", by its floor's"),
        1.1, "x", ExcessGrowth(result, of, kRun)));
    all.push_back(
        AtMost(absl::StrCat("bundle, growth with ", of, ", by its floor's"),
               1.1, "x", ExcessGrowth(result, of, kBundleRun)));
  }
}

}  // namespace

std::vector<Target> Targets(const Result& result) {
  std::vector<Target> all;
  AddTimes(result, all);
  AddCosts(result, all);
  AddManyAtATime(result, all);
  return all;
}

}  // namespace chmdocker::bench
