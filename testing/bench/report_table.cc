#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "testing/bench/report.h"
#include "testing/bench/result.h"
#include "testing/bench/statistics.h"
#include "testing/bench/summary.h"
#include "testing/bench/targets.h"

namespace chmdocker::bench {
namespace {

void AppendStarts(const Result& result, std::string& text) {
  if (result.series.empty()) return;
  absl::StrAppendFormat(
      &text,
      "\n%d rounds; ms, and ratios to the floor of the group\n"
      "%-30s%8s%8s%8s%7s%8s%8s%8s%7s%8s%10s%7s%8s\n",
      result.series[0].runs.size(), "", "wall", "p10", "p90", "ratio", "CPU",
      "p10", "p90", "ratio", "faults", "switches", "calls", "MiB");
  for (const Series& series : result.series) {
    if (series.name == series.floor) text += "\n";
    const Summary line = Summarize(series, FloorOf(series, result.series));
    absl::StrAppendFormat(
        &text, "%-30s%8.3f%8.3f%8.3f%7.2f%8.3f%8.3f%8.3f%7.2f%8.0f%10.0f",
        series.name, line.wall.median, line.wall.p10, line.wall.p90,
        line.wall_ratio, line.cpu.median, line.cpu.p10, line.cpu.p90,
        line.cpu_ratio, line.page_faults, line.switches);
    if (series.counts) {
      absl::StrAppendFormat(&text, "%7.0f%8.2f", series.counts->system_calls,
                            series.counts->peak_kib / 1024);
    }
    text += "\n";
  }
}

// By wall time, of chmdocker and everybody else of its group.
void AppendPeers(const Result& result, std::string& text) {
  for (const Series& own : result.series) {
    if (!IsOwn(own.name) || own.name == own.floor) continue;
    std::string peers;
    for (const Series& other : result.series) {
      if (other.floor != own.floor || other.name == own.floor ||
          IsOwn(other.name)) {
        continue;
      }
      absl::StrAppendFormat(
          &peers, "  %.2f x %s",
          WallRatio(result.series, own.name, other.name).value_or(0),
          other.name);
    }
    if (!peers.empty()) {
      absl::StrAppendFormat(&text, "%-30s%s\n", own.name, peers);
    }
  }
}

void AppendThroughput(const std::vector<Throughput>& all, std::string& text) {
  int at_a_time = 0;
  for (const Throughput& one : all) {
    if (one.at_a_time != at_a_time) {
      at_a_time = one.at_a_time;
      absl::StrAppendFormat(&text, "\n%-30s%8s%8s%8s%7s%8s\n",
                            absl::StrCat("starts/s, ", at_a_time, " at a time"),
                            "median", "p10", "p90", "ratio", "CPU ms");
    }
    const Spread rate = SpreadOf(one.rates);
    absl::StrAppendFormat(
        &text, "%-30s%8.0f%8.0f%8.0f%7.2f%8.3f\n", one.name, rate.median,
        rate.p10, rate.p90,
        RateRatio(all, one.name, one.floor, at_a_time).value_or(0),
        Median(one.cpu_ms));
  }
}

void AppendGrowth(const Result& result, std::string& text) {
  if (result.growth.empty()) return;
  absl::StrAppendFormat(&text, "\n%-30s%8s%8s%8s%7s%8s\n", "beside", "wall",
                        "p10", "p90", "ratio", "CPU");
  const Growth* before = nullptr;
  for (const Growth& growth : result.growth) {
    if (before == nullptr || before->of != growth.of ||
        before->count != growth.count) {
      absl::StrAppend(&text, growth.count, " ", growth.of, "\n");
    }
    before = &growth;
    const std::vector<Series> stage = StageOf(result, growth.of, growth.count);
    const Summary line =
        Summarize(growth.series, FloorOf(growth.series, stage));
    absl::StrAppendFormat(&text, "  %-28s%8.3f%8.3f%8.3f%7.2f%8.3f\n",
                          growth.series.name, line.wall.median, line.wall.p10,
                          line.wall.p90, line.wall_ratio, line.cpu.median);
  }
}

void AppendSizes(const Result& result, std::string& text) {
  if (!result.left.empty()) {
    absl::StrAppendFormat(&text, "\n%-30s%10s%10s\n", "left beside a container",
                          "processes", "PSS KiB");
  }
  for (const Left& left : result.left) {
    absl::StrAppendFormat(&text, "%-30s%10d%10.0f\n", left.name,
                          left.footprint.processes, left.footprint.kib);
  }
  absl::StrAppendFormat(&text, "\n%-30s%10s\n", "file", "KiB");
  for (const Size& size : result.sizes) {
    absl::StrAppendFormat(&text, "%-30s%10.0f\n", size.name, size.kib);
  }
}

void AppendTargets(const Result& result, std::string& text) {
  absl::StrAppendFormat(&text, "\n%-58s%10s%14s\n", "target", "value", "bound");
  for (const Target& target : Targets(result)) {
    absl::StrAppendFormat(
        &text, "%-58s%10s%14s  %s\n", target.name,
        target.value ? absl::StrFormat("%.2f", *target.value) : "-",
        absl::StrFormat("%s %g %s", target.at_least ? ">=" : "<=", target.bound,
                        target.unit == "processes" ? "" : target.unit),
        !target.value  ? "not measured"
        : target.met() ? "met"
                       : "NOT MET");
  }
}

}  // namespace

std::string Table(const Result& result) {
  std::string text =
      absl::StrFormat("Linux %s, %d CPUs, cgroups %s\n", result.kernel,
                      result.cpus, result.cgroups);
  AppendStarts(result, text);
  text += "\n";
  AppendPeers(result, text);
  AppendThroughput(result.throughput, text);
  AppendThroughput(result.at_once, text);
  AppendGrowth(result, text);
  AppendSizes(result, text);
  AppendTargets(result, text);
  for (const std::string& skipped : result.skipped) {
    absl::StrAppend(&text, "skipped: ", skipped, "\n");
  }
  return text;
}

}  // namespace chmdocker::bench
