#include "runtime/container/keeper_report.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/sys/files.h"

namespace chmdocker::container {
namespace {

constexpr char kField = '\0';   // ends a field
constexpr char kRecord = '\1';  // ends a status
constexpr size_t kMost = 1 << 20;

std::string Clean(absl::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    if (c == kField || c == kRecord) c = '?';
  }
  return clean;
}

absl::Status StatusFrom(absl::string_view record) {
  const std::vector<absl::string_view> fields = absl::StrSplit(record, kField);
  int code = 0;
  if (fields.size() < 2 || !absl::SimpleAtoi(fields[0], &code)) {
    return absl::InternalError("what the starting process said is garbled");
  }
  absl::Status status(static_cast<absl::StatusCode>(code), fields[1]);
  for (size_t i = 2; i + 1 < fields.size(); i += 2) {
    status.SetPayload(fields[i], absl::Cord(fields[i + 1]));
  }
  return status;
}

}  // namespace

void Report(int fd, const absl::Status& status) {
  std::string text = absl::StrCat(static_cast<int>(status.code()));
  text += kField;
  text += Clean(status.message());
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    text += kField;
    text += Clean(url);
    text += kField;
    text += Clean(std::string(payload));
  });
  text += kRecord;
  // Nobody may be there any more to hear it.
  (void)sys::WriteAll(fd, text, "report");
}

absl::Status ReadReport(int fd) {
  const absl::StatusOr<std::string> text = sys::ReadToEnd(fd, kMost, "report");
  if (!text.ok()) return text.status();
  const std::vector<absl::string_view> records =
      absl::StrSplit(*text, kRecord, absl::SkipEmpty());
  if (records.empty()) {
    return absl::AbortedError(
        "the process that starts the container was killed");
  }
  return StatusFrom(records.back());
}

}  // namespace chmdocker::container
