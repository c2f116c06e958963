#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "testing/bench/json.h"
#include "testing/bench/report.h"
#include "testing/bench/result.h"
#include "testing/bench/summary.h"
#include "testing/bench/targets.h"

namespace chmdocker::bench {
namespace {

// The members of one object on one line.
class Object {
 public:
  Object& Text(absl::string_view key, absl::string_view value) {
    return Raw(key, JsonString(value));
  }
  Object& Number(absl::string_view key, double value) {
    return Raw(key, absl::StrFormat("%.4f", value));
  }
  Object& Count(absl::string_view key, double value) {
    return Raw(key, absl::StrFormat("%.0f", value));
  }
  Object& Spreads(absl::string_view key, const Spread& spread) {
    return Raw(
        key, absl::StrFormat("{\"median\": %.4f, \"p10\": %.4f, \"p90\": %.4f}",
                             spread.median, spread.p10, spread.p90));
  }
  Object& Raw(absl::string_view key, absl::string_view value) {
    members_.push_back(absl::StrCat(JsonString(key), ": ", value));
    return *this;
  }
  std::string text() const {
    return absl::StrCat("{", absl::StrJoin(members_, ", "), "}");
  }

 private:
  std::vector<std::string> members_;
};

template <class Values, class ToText>
std::string List(const Values& values, ToText to_text) {
  if (values.empty()) return "[]";
  std::vector<std::string> texts;
  for (const auto& value : values) {
    texts.push_back(absl::StrCat("    ", to_text(value)));
  }
  return absl::StrCat("[\n", absl::StrJoin(texts, ",\n"), "\n  ]");
}

Object ObjectOf(const Series& series, const std::vector<Series>& all) {
  const Summary line = Summarize(series, FloorOf(series, all));
  Object object;
  object.Text("name", series.name)
      .Text("floor", series.floor)
      .Spreads("wall_ms", line.wall)
      .Number("wall_ratio", line.wall_ratio)
      .Spreads("cpu_ms", line.cpu)
      .Number("cpu_ratio", line.cpu_ratio)
      .Count("page_faults", line.page_faults)
      .Count("switches", line.switches);
  if (!series.counts) return object;
  return object.Count("system_calls", series.counts->system_calls)
      .Count("peak_kib", series.counts->peak_kib);
}

// Of each contestant to every other of its group, by wall time.
std::string Ratios(const Result& result) {
  std::vector<std::string> lines;
  for (const Series& series : result.series) {
    Object object;
    for (const Series& other : result.series) {
      if (other.floor != series.floor || &other == &series) continue;
      object.Number(
          other.name,
          WallRatio(result.series, series.name, other.name).value_or(0));
    }
    lines.push_back(absl::StrCat(JsonString(series.name), ": ", object.text()));
  }
  return absl::StrCat("{\n    ", absl::StrJoin(lines, ",\n    "), "\n  }");
}

std::string ThroughputText(const Throughput& one) {
  return Object()
      .Text("name", one.name)
      .Text("floor", one.floor)
      .Count("at_a_time", one.at_a_time)
      .Spreads("starts_per_second", SpreadOf(one.rates))
      .Spreads("cpu_ms", SpreadOf(one.cpu_ms))
      .text();
}

std::string GrowthText(const Growth& growth, const Result& result) {
  return ObjectOf(growth.series, StageOf(result, growth.of, growth.count))
      .Text("beside", growth.of)
      .Count("count", growth.count)
      .text();
}

std::string TargetText(const Target& target) {
  Object object;
  object.Text("name", target.name)
      .Text("at", target.at_least ? "least" : "most")
      .Number("bound", target.bound)
      .Text("unit", target.unit);
  if (!target.value) {
    return object.Raw("value", "null").Raw("met", "null").text();
  }
  return object.Number("value", *target.value)
      .Raw("met", target.met() ? "true" : "false")
      .text();
}

std::string SizeText(const Size& size) {
  return Object().Text("name", size.name).Number("kib", size.kib).text();
}

std::string LeftText(const Left& left) {
  return Object()
      .Text("name", left.name)
      .Count("processes", left.footprint.processes)
      .Count("pss_kib", left.footprint.kib)
      .text();
}

}  // namespace

std::string Json(const Result& result) {
  const auto series_text = [&](const Series& series) {
    return ObjectOf(series, result.series).text();
  };
  const auto growth_text = [&](const Growth& growth) {
    return GrowthText(growth, result);
  };
  const std::vector<std::string> members = {
      absl::StrCat("\"kernel\": ", JsonString(result.kernel)),
      absl::StrCat("\"cpus\": ", result.cpus),
      absl::StrCat("\"cgroups\": ", JsonString(result.cgroups)),
      absl::StrCat("\"rounds\": ",
                   result.series.empty() ? 0 : result.series[0].runs.size()),
      absl::StrCat("\"contestants\": ", List(result.series, series_text)),
      absl::StrCat("\"ratios\": ", Ratios(result)),
      absl::StrCat("\"throughput\": ", List(result.throughput, ThroughputText)),
      absl::StrCat("\"at_once\": ", List(result.at_once, ThroughputText)),
      absl::StrCat("\"growth\": ", List(result.growth, growth_text)),
      absl::StrCat("\"left\": ", List(result.left, LeftText)),
      absl::StrCat("\"files\": ", List(result.sizes, SizeText)),
      absl::StrCat("\"targets\": ", List(Targets(result), TargetText)),
      absl::StrCat("\"skipped\": ", List(result.skipped, JsonString))};
  return absl::StrCat("{\n  ", absl::StrJoin(members, ",\n  "), "\n}\n");
}

}  // namespace chmdocker::bench
