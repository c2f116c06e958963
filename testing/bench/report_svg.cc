#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "testing/bench/report.h"
#include "testing/bench/result.h"
#include "testing/bench/summary.h"

namespace chmdocker::bench {
namespace {

// In pixels.
constexpr double kWidth = 860;
constexpr double kBarsLeft = 250;
constexpr double kBarsWidth = 440;
constexpr double kRow = 22;
constexpr double kBar = 12;
constexpr double kHeading = 40;
constexpr double kTop = 64;

// One hue for what is measured and grey for what it is measured against; the
// text says the same.
constexpr absl::string_view kStyle = R"(<style>
  svg { background: #ffffff; font: 12px system-ui, sans-serif; }
  text { fill: #1f2328; }
  .faint { fill: #59636e; }
  .title { font-size: 16px; font-weight: 600; }
  .group { font-weight: 600; }
  .bar { fill: #8b949e; }
  .floor { fill: #c5ccd3; }
  .own { fill: #2f6fde; }
  .whisker { stroke: #1f2328; stroke-width: 1.2; }
  .axis { stroke: #c5ccd3; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; }
    text { fill: #e6edf3; }
    .faint { fill: #9198a1; }
    .bar { fill: #6e7681; }
    .floor { fill: #3d444d; }
    .own { fill: #4c8dff; }
    .whisker { stroke: #e6edf3; }
    .axis { stroke: #3d444d; }
  }
</style>
)";

struct Row {
  std::string name;
  std::string kind;  // a class of kStyle
  Spread value;
  std::string label;
};

// Rows on a scale of their own.
struct Group {
  std::string title;
  std::vector<Row> rows;
};

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string KindOf(absl::string_view name, absl::string_view floor) {
  if (name == floor) return "floor";
  return IsOwn(name) ? "own" : "bar";
}

std::vector<Group> StartGroups(const Result& result) {
  std::vector<Group> groups;
  for (const Series& series : result.series) {
    const Summary line = Summarize(series, FloorOf(series, result.series));
    if (series.name == series.floor) {
      groups.push_back({absl::StrCat("ms, beside: ", series.name), {}});
    }
    groups.back().rows.push_back(
        {series.name, KindOf(series.name, series.floor), line.wall,
         absl::StrFormat("%.2f ms · %.2f×", line.wall.median,
                         line.wall_ratio)});
  }
  return groups;
}

void AddRates(const std::vector<Throughput>& all, std::vector<Group>& groups) {
  int at_a_time = 0;
  for (const Throughput& one : all) {
    if (one.at_a_time != at_a_time) {
      at_a_time = one.at_a_time;
      groups.push_back(
          {absl::StrCat("starts per second, ", at_a_time, " at a time"), {}});
    }
    const Spread rate = SpreadOf(one.rates);
    groups.back().rows.push_back(
        {one.name, KindOf(one.name, one.floor), rate,
         absl::StrFormat(
             "%.0f/s · %.2f×", rate.median,
             RateRatio(all, one.name, one.floor, at_a_time).value_or(0))});
  }
}

void AddGrowth(const Result& result, std::vector<Group>& groups) {
  std::string title;
  for (const Growth& growth : result.growth) {
    std::string own = absl::StrCat("ms, beside ", growth.count, " ", growth.of);
    if (own != title) {
      title = std::move(own);
      groups.push_back({title, {}});
    }
    const Spread wall = SpreadOf(Column(growth.series, &Run::wall_ms));
    groups.back().rows.push_back(
        {growth.series.name, KindOf(growth.series.name, growth.series.floor),
         wall, absl::StrFormat("%.2f ms", wall.median)});
  }
}

void AppendText(double x, double y, absl::string_view style,
                absl::string_view anchor, absl::string_view text,
                std::string& svg) {
  absl::StrAppendFormat(
      &svg,
      "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s"
      "</text>\n",
      x, y, style, anchor, Escape(text));
}

void AppendWhisker(double from, double to, double y, std::string& svg) {
  absl::StrAppendFormat(&svg,
                        "<path class=\"whisker\" d=\"M%.1f %.1fH%.1fM%.1f "
                        "%.1fv6M%.1f %.1fv6\"/>\n",
                        from, y, to, from, y - 3, to, y - 3);
}

void AppendRow(const Row& row, double scale, double y, std::string& svg) {
  const auto place = [&](double value) { return kBarsLeft + value * scale; };
  AppendText(kBarsLeft - 8, y + 10, "", "end", row.name, svg);
  absl::StrAppendFormat(&svg,
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" "
                        "width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>\n",
                        row.kind, kBarsLeft, y, row.value.median * scale, kBar);
  AppendWhisker(place(row.value.p10), place(row.value.p90), y + kBar / 2, svg);
  AppendText(std::max(place(row.value.median), place(row.value.p90)) + 8,
             y + 10, "", "start", row.label, svg);
}

// Returns where the next one begins.
double AppendGroup(const Group& group, double y, std::string& svg) {
  double most = 0;
  for (const Row& row : group.rows) {
    most = std::max({most, row.value.median, row.value.p90});
  }
  const double scale = most > 0 ? kBarsWidth / most : 0;
  AppendText(16, y + 24, "group", "start", group.title, svg);
  y += kHeading;
  const double height = kRow * static_cast<double>(group.rows.size());
  absl::StrAppendFormat(&svg, "<path class=\"axis\" d=\"M%.1f %.1fv%.1f\"/>\n",
                        kBarsLeft, y - 6, height + 4);
  for (const Row& row : group.rows) {
    AppendRow(row, scale, y, svg);
    y += kRow;
  }
  return y;
}

}  // namespace

std::string Svg(const Result& result) {
  std::vector<Group> groups = StartGroups(result);
  AddRates(result.throughput, groups);
  AddRates(result.at_once, groups);
  AddGrowth(result, groups);
  std::string body;
  double y = kTop;
  for (const Group& group : groups) y = AppendGroup(group, y, body);
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
      "aria-label=\"What a container's start costs\" width=\"%.0f\" "
      "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n%s",
      kWidth, y + 16, kWidth, y + 16, kStyle);
  AppendText(16, 28, "title", "start", "What a container's start costs", svg);
  AppendText(16, 48, "faint", "start",
             absl::StrFormat(
                 "Linux %s, %d CPUs, cgroups %s. Bar: median; whisker: p10 to "
                 "p90; ×: by the floor, which is the lightest bar.",
                 result.kernel, result.cpus, result.cgroups),
             svg);
  return absl::StrCat(svg, body, "</svg>\n");
}

}  // namespace chmdocker::bench
