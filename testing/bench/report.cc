#include "testing/bench/report.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "testing/bench/runner.h"
#include "testing/bench/statistics.h"

namespace chmdocker::bench {
namespace {

// What both forms say of a contestant.
struct Line {
  double wall_median, wall_p10, wall_p90, wall_ratio;
  double cpu_median, cpu_ratio;
  double page_faults, switches;
};

std::vector<double> Column(const Series& series, double Run::* member) {
  std::vector<double> values;
  for (const Run& run : series.runs) values.push_back(run.*member);
  return values;
}

Line Summarize(const Series& series, const Series& floor) {
  const std::vector<double> wall = Column(series, &Run::wall_ms);
  const std::vector<double> cpu = Column(series, &Run::cpu_ms);
  return {
      .wall_median = Median(wall),
      .wall_p10 = Quantile(wall, 0.1),
      .wall_p90 = Quantile(wall, 0.9),
      .wall_ratio = MedianRatio(wall, Column(floor, &Run::wall_ms)),
      .cpu_median = Median(cpu),
      .cpu_ratio = MedianRatio(cpu, Column(floor, &Run::cpu_ms)),
      .page_faults = Median(Column(series, &Run::page_faults)),
      .switches = Median(Column(series, &Run::switches)),
  };
}

// TryOut lets nobody in whose floor does not work here.
const Series& FloorOf(const Series& series, const Result& result) {
  return *std::find_if(
      result.series.begin(), result.series.end(),
      [&](const Series& other) { return other.name == series.floor; });
}

std::string JsonString(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return quoted + "\"";
}

}  // namespace

std::string Table(const Result& result) {
  std::string text = absl::StrFormat(
      "Linux %s, %d CPUs, %d rounds; ms, and ratios to the floor above\n\n"
      "%-30s%8s%8s%8s%8s%8s%8s%8s%10s\n",
      result.kernel, result.cpus, result.series[0].runs.size(), "", "wall",
      "p10", "p90", "ratio", "CPU", "ratio", "faults", "switches");
  for (const Series& series : result.series) {
    const Line line = Summarize(series, FloorOf(series, result));
    absl::StrAppendFormat(
        &text, "%-30s%8.3f%8.3f%8.3f%8.2f%8.3f%8.2f%8.0f%10.0f\n", series.name,
        line.wall_median, line.wall_p10, line.wall_p90, line.wall_ratio,
        line.cpu_median, line.cpu_ratio, line.page_faults, line.switches);
  }
  for (const std::string& skipped : result.skipped) {
    absl::StrAppend(&text, "skipped: ", skipped, "\n");
  }
  return text;
}

std::string Json(const Result& result) {
  const auto append_series = [&](std::string* out, const Series& series) {
    const Line line = Summarize(series, FloorOf(series, result));
    absl::StrAppendFormat(
        out,
        "    {\"name\": %s, \"floor\": %s, \"wall_ms\": {\"median\": %.4f, "
        "\"p10\": %.4f, "
        "\"p90\": %.4f}, \"wall_ratio\": %.4f, \"cpu_ms\": {\"median\": %.4f}, "
        "\"cpu_ratio\": %.4f, \"page_faults\": %.0f, \"switches\": %.0f}",
        JsonString(series.name), JsonString(series.floor), line.wall_median,
        line.wall_p10, line.wall_p90, line.wall_ratio, line.cpu_median,
        line.cpu_ratio, line.page_faults, line.switches);
  };
  const auto append_string = [](std::string* out, const std::string& text) {
    out->append(JsonString(text));
  };
  return absl::StrFormat(
      "{\n  \"kernel\": %s,\n  \"cpus\": %d,\n  \"rounds\": %d,\n"
      "  \"contestants\": [\n%s\n  ],\n  \"skipped\": [%s]\n}\n",
      JsonString(result.kernel), result.cpus, result.series[0].runs.size(),
      absl::StrJoin(result.series, ",\n", append_series),
      absl::StrJoin(result.skipped, ", ", append_string));
}

}  // namespace chmdocker::bench
