#include "cli/template_pieces.h"

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"

namespace chmdocker::cli {

absl::StatusOr<std::vector<TemplatePiece>> SplitTemplate(
    absl::string_view text) {
  const absl::string_view whole = text;
  std::vector<TemplatePiece> pieces;
  while (!text.empty()) {
    const size_t open = text.find("{{");
    TemplatePiece& piece = pieces.emplace_back();
    piece.text = absl::StrReplaceAll(text.substr(0, open),
                                     {{"\\t", "\t"}, {"\\n", "\n"}});
    if (open == absl::string_view::npos) break;
    const size_t close = text.find("}}", open);
    if (close == absl::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("--format ", Quote(whole), ": wants }} behind {{"));
    }
    piece.action = text.substr(open + 2, close - open - 2);
    text.remove_prefix(close + 2);
  }
  return pieces;
}

}  // namespace chmdocker::cli
