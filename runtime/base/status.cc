#include "runtime/base/status.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/errno_name.h"

namespace chmdocker {
namespace {
constexpr absl::string_view kErrnoPayload = "chmdocker/errno";
}  // namespace

absl::Status ErrnoError(int error, absl::string_view call) {
  absl::Status status(absl::ErrnoToStatusCode(error),
                      absl::StrCat(call, ": ", ErrnoText(error)));
  status.SetPayload(kErrnoPayload, absl::Cord(absl::StrCat(error)));
  return status;
}

std::optional<int> ErrnoOf(const absl::Status& status) {
  std::optional<absl::Cord> payload = status.GetPayload(kErrnoPayload);
  int error = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &error)) {
    return std::nullopt;
  }
  return error;
}

absl::Status WithHint(const absl::Status& status, absl::string_view hint) {
  if (status.ok() || hint.empty()) return status;
  absl::Status hinted(status.code(),
                      absl::StrCat(status.message(), "; ", hint));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    hinted.SetPayload(url, payload);
  });
  return hinted;
}

}  // namespace chmdocker
