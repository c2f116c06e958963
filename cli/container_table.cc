#include "cli/container_table.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/age.h"
#include "cli/columns.h"
#include "cli/field_format.h"
#include "runtime/base/quote.h"
#include "runtime/base/timestamp.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/kept.h"
#include "runtime/state/process.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

using container::Snapshot;
using container::Status;

constexpr size_t kShort = 12;

constexpr Field kFields[] = {
    {"ID", "CONTAINER ID"},      {"Image", "IMAGE"},
    {"Command", "COMMAND"},      {"RunningFor", "CREATED"},
    {"Status", "STATUS"},        {"Ports", "PORTS"},
    {"Names", "NAMES"},          {"State", "STATE"},
    {"CreatedAt", "CREATED AT"}, {"Labels", "LABELS"},
};
constexpr size_t kColumns = 7;
using Cells = std::vector<std::string>;

// How long ago that was.
std::string Since(const std::string& text, UnixTime now) {
  const std::optional<UnixTime> time = ParseTime(text);
  return time ? Roughly((now - *time) / kSecond) : "";
}

std::string Ago(const std::string& text, UnixTime now) {
  const std::string since = Since(text, now);
  return since.empty() ? "" : absl::StrCat(since, " ago");
}

std::string StatusText(const Snapshot& snapshot, UnixTime now) {
  const absl::string_view state = StateWord(snapshot);
  if (!snapshot.record.kept) {
    return std::string(container::StatusName(snapshot.status));
  }
  const state::Kept& kept = *snapshot.record.kept;
  if (state == "created") return "Created";
  const std::string code =
      kept.exit_code < 0 ? "unknown" : absl::StrCat(kept.exit_code);
  if (state == "restarting") {
    return absl::StrCat("Restarting (", code, ") ", Ago(kept.finished, now));
  }
  if (state == "exited") {
    return absl::StrCat("Exited (", code, ") ", Ago(kept.finished, now));
  }
  return absl::StrCat("Up ", Since(kept.started, now),
                      state == "paused" ? " (Paused)" : "");
}

std::string Command(const state::Kept& kept, bool whole) {
  constexpr size_t kMost = 20;
  std::string command = absl::StrJoin(kept.command, " ");
  if (!whole && command.size() > kMost) {
    command.resize(kMost - 1);
    command += "…";
  }
  return absl::StrCat("\"", Printable(command), "\"");
}

Cells CellsOf(const Snapshot& snapshot, UnixTime now, bool whole) {
  const state::Record& record = snapshot.record;
  Cells cells(std::size(kFields));
  cells[0] = whole ? record.id : ShortId(record);
  cells[3] = Ago(record.created, now);
  cells[4] = StatusText(snapshot, now);
  cells[6] = record.id;
  cells[7] = std::string(StateWord(snapshot));
  cells[8] = record.created;
  if (!record.kept) return cells;
  cells[1] = Printable(record.kept->image);
  cells[2] = Command(*record.kept, whole);
  cells[6] = record.kept->name;
  cells[9] = absl::StrJoin(record.kept->labels, ",");
  return cells;
}

bool Matches(const Snapshot& snapshot, const ContainerFilter& filter) {
  const state::Record& record = snapshot.record;
  if (filter.key == "id") return absl::StartsWith(record.id, filter.value);
  if (filter.key == "status") return StateWord(snapshot) == filter.value;
  if (!record.kept) {
    return filter.key == "name" && absl::StrContains(record.id, filter.value);
  }
  const state::Kept& kept = *record.kept;
  if (filter.key == "name") return absl::StrContains(kept.name, filter.value);
  if (filter.key == "ancestor") return kept.image == filter.value;
  if (filter.key == "exited") {
    return StateWord(snapshot) == "exited" &&
           absl::StrCat(kept.exit_code) == filter.value;
  }
  // "label=NAME" or "label=NAME=VALUE".
  return std::any_of(kept.labels.begin(), kept.labels.end(),
                     [&](absl::string_view label) {
                       return label == filter.value ||
                              (absl::ConsumePrefix(&label, filter.value) &&
                               absl::StartsWith(label, "=") &&
                               !absl::StrContains(filter.value, '='));
                     });
}

}  // namespace

absl::Status ReadFilter(absl::string_view text,
                        std::vector<ContainerFilter>& out) {
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  for (const absl::string_view key :
       {"name", "id", "status", "label", "exited", "ancestor"}) {
    if (halves.first != key || halves.second.empty()) continue;
    out.push_back({std::string(key), std::string(halves.second)});
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "wants name=, id=, status=, label=, exited= or ancestor=VALUE");
}

bool IsFound(const Snapshot& snapshot,
             const std::vector<ContainerFilter>& filters) {
  return std::all_of(
      filters.begin(), filters.end(), [&](const ContainerFilter& one) {
        return std::any_of(
            filters.begin(), filters.end(), [&](const ContainerFilter& other) {
              return other.key == one.key && Matches(snapshot, other);
            });
      });
}

absl::string_view StateWord(const Snapshot& snapshot) {
  switch (snapshot.status) {
    case Status::kRunning:
      return "running";
    case Status::kPaused:
      return "paused";
    case Status::kCreating:
    case Status::kCreated:
      return "created";
    case Status::kStopped:
      break;
  }
  if (!snapshot.record.kept) return "exited";
  if (snapshot.record.kept->started.empty()) return "created";
  // Its end is about to be on record, with the exit code.
  if (snapshot.record.phase == state::Phase::kStarted &&
      state::IsAlive(snapshot.record.monitor)) {
    return "running";
  }
  const bool waits = !snapshot.record.kept->stop_wanted &&
                     snapshot.record.kept->restart != state::Restart::kNo &&
                     state::IsAlive(snapshot.record.monitor);
  return waits ? "restarting" : "exited";
}

std::string ShortId(const state::Record& record) {
  return record.kept ? record.id.substr(0, kShort) : record.id;
}

std::string ContainersTable(const std::vector<Snapshot>& snapshots,
                            UnixTime now, bool whole) {
  std::vector<Row> rows(1);
  for (size_t i = 0; i < kColumns; ++i) rows[0].push_back(kFields[i].heading);
  for (const Snapshot& snapshot : snapshots) {
    const Cells cells = CellsOf(snapshot, now, whole);
    rows.emplace_back(cells.begin(), cells.begin() + kColumns);
  }
  return Columns(rows);
}

absl::StatusOr<std::string> ContainersText(
    const std::vector<Snapshot>& snapshots, UnixTime now, bool whole,
    absl::string_view format) {
  std::vector<Cells> rows;
  rows.reserve(snapshots.size());
  for (const Snapshot& snapshot : snapshots) {
    rows.push_back(CellsOf(snapshot, now, whole));
  }
  return FormatRows(format, kFields, rows);
}

}  // namespace chmdocker::cli
