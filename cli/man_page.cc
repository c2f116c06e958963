#include "cli/man_page.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/version.h"

namespace chmdocker::cli {
namespace {

// Hyphens that are typed, and what would be a request at a line's beginning.
std::string Escaped(absl::string_view text) {
  std::string out = absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}});
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

void AddFlags(absl::Span<const Flag> flags, std::string& out) {
  for (const Flag& flag : flags) {
    absl::StrAppend(&out, ".TP\n.B ", Escaped(absl::StrCat("--", flag.name)));
    if (*flag.short_name != '\0') {
      absl::StrAppend(&out, Escaped(absl::StrCat(", -", flag.short_name)));
    }
    if (*flag.value != '\0') absl::StrAppend(&out, " ", Escaped(flag.value));
    absl::StrAppend(&out, "\n", Escaped(Description(flag)), "\n");
  }
}

// A paragraph at an empty line; the lines of the help are broken anew.
void AddText(absl::string_view text, std::string& out) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view words = absl::StripAsciiWhitespace(line);
    absl::StrAppend(&out, words.empty() ? ".PP" : Escaped(words), "\n");
  }
}

}  // namespace

std::string ManPage() {
  std::string out = absl::StrCat(
      ".TH CHMDOCKER 1 \"\" \"chmdocker ", kVersion,
      "\" \"\"\n.SH NAME\nchmdocker \\- run containers from one static file, "
      "with no daemon\n.SH SYNOPSIS\n.B chmdocker\n[global options] command "
      "[command options] [arguments...]\n.SH GLOBAL OPTIONS\n");
  AddFlags(GlobalFlags(), out);
  absl::StrAppend(&out, ".SH COMMANDS\n");
  for (const Command* command : Commands()) {
    if (command->hidden) continue;
    absl::StrAppend(&out, ".SS chmdocker ", Escaped(command->usage), "\n",
                    Escaped(command->summary), ".\n");
    if (*command->details != '\0') {
      absl::StrAppend(&out, ".PP\n");
      AddText(command->details, out);
    }
    AddFlags(command->flags, out);
  }
  return out;
}

}  // namespace chmdocker::cli
