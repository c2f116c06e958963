// What docker's --format is made of: text, and actions in braces. Pure.
#ifndef CHMDOCKER_CLI_TEMPLATE_PIECES_H_
#define CHMDOCKER_CLI_TEMPLATE_PIECES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

struct TemplatePiece {
  std::string text;                         // with \t and \n as what they mean
  std::optional<absl::string_view> action;  // behind it, between {{ and }}
};

// The actions are parts of `text`.
absl::StatusOr<std::vector<TemplatePiece>> SplitTemplate(
    absl::string_view text);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_TEMPLATE_PIECES_H_
