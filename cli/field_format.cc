#include "cli/field_format.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "cli/columns.h"
#include "cli/template_pieces.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"

namespace chmdocker::cli {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

// Literal text, and the field behind it, or kNone.
struct Piece {
  std::string text;
  size_t field = kNone;
};
using Template = std::vector<Piece>;

absl::StatusOr<size_t> FindField(absl::string_view format,
                                 absl::string_view action,
                                 absl::Span<const Field> fields) {
  absl::string_view name = absl::StripAsciiWhitespace(action);
  if (absl::ConsumePrefix(&name, ".")) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (name == fields[i].name) return i;
    }
  }
  std::string known;
  for (const Field& field : fields) absl::StrAppend(&known, " .", field.name);
  return absl::InvalidArgumentError(absl::StrCat("--format ", Quote(format),
                                                 ": knows no ", Quote(action),
                                                 "; fields are", known));
}

absl::StatusOr<Template> Parse(absl::string_view format, absl::string_view text,
                               absl::Span<const Field> fields) {
  CHM_ASSIGN_OR_RETURN(std::vector<TemplatePiece> split, SplitTemplate(text));
  Template pieces;
  for (TemplatePiece& one : split) {
    Piece& piece = pieces.emplace_back();
    piece.text = std::move(one.text);
    if (!one.action) continue;
    CHM_ASSIGN_OR_RETURN(piece.field, FindField(format, *one.action, fields));
  }
  return pieces;
}

std::string Fill(const Template& pieces, const std::vector<std::string>& row) {
  std::string out;
  for (const Piece& piece : pieces) {
    out += piece.text;
    if (piece.field != kNone) out += row[piece.field];
  }
  return out;
}

std::string JsonLines(absl::Span<const Field> fields,
                      const std::vector<std::vector<std::string>>& rows) {
  std::string out;
  for (const std::vector<std::string>& row : rows) {
    JsonWriter json("");
    json.BeginObject();
    for (size_t i = 0; i < fields.size(); ++i) {
      json.Key(fields[i].name).String(row[i]);
    }
    json.EndObject();
    absl::StrAppend(&out, json.text(), "\n");
  }
  return out;
}

}  // namespace

absl::StatusOr<std::string> FormatRows(
    absl::string_view format, absl::Span<const Field> fields,
    const std::vector<std::vector<std::string>>& rows) {
  if (format == "json" || format == "{{json .}}") {
    return JsonLines(fields, rows);
  }
  absl::string_view text = format;
  const bool is_table = absl::ConsumePrefix(&text, "table ");
  CHM_ASSIGN_OR_RETURN(const Template pieces, Parse(format, text, fields));
  if (!is_table) {
    std::string out;
    for (const auto& row : rows) absl::StrAppend(&out, Fill(pieces, row), "\n");
    return out;
  }
  std::vector<std::string> headings;
  for (const Field& field : fields) headings.emplace_back(field.heading);
  std::vector<Row> table = {absl::StrSplit(Fill(pieces, headings), '\t')};
  for (const std::vector<std::string>& row : rows) {
    Row& cells = table.emplace_back(absl::StrSplit(Fill(pieces, row), '\t'));
    cells.resize(table[0].size());
  }
  return Columns(table);
}

}  // namespace chmdocker::cli
