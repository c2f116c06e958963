#include "cli/help.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
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

using Row = std::pair<std::string, std::string>;

// Two columns; further lines of the second one are aligned with it.
std::string Table(const std::vector<Row>& rows) {
  size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.first.size());
  std::string out;
  for (const Row& row : rows) {
    std::string left = row.first;
    for (const absl::string_view line : absl::StrSplit(row.second, '\n')) {
      left.resize(width, ' ');
      absl::StrAppend(&out, "   ", left, "  ", line, "\n");
      left.clear();
    }
  }
  return out;
}

std::string FlagColumn(const Flag& flag) {
  std::string column = absl::StrCat("--", flag.name);
  if (*flag.short_name != '\0') {
    absl::StrAppend(&column, ", -", flag.short_name);
  }
  if (*flag.value != '\0') absl::StrAppend(&column, " ", flag.value);
  return column;
}

std::vector<Row> FlagRows(absl::Span<const Flag> flags) {
  std::vector<Row> rows;
  for (const Flag& flag : flags) {
    rows.emplace_back(FlagColumn(flag), Description(flag));
  }
  return rows;
}

// A table for each heading; the first has --help.
std::string OptionTables(absl::Span<const Flag> flags) {
  std::string out;
  for (size_t begin = 0, end = 0; out.empty() || begin < flags.size();
       begin = end) {
    do {
      ++end;
    } while (end < flags.size() && flags[end].heading == nullptr);
    std::vector<Row> rows = FlagRows(flags.subspan(begin, end - begin));
    if (begin == 0) rows.emplace_back("--help, -h", "show help");
    absl::StrAppend(&out, "\n", begin == 0 ? "OPTIONS" : flags[begin].heading,
                    ":\n", Table(rows));
  }
  return out;
}

}  // namespace

std::string MainHelp() {
  std::vector<Row> commands;
  for (const Command* command : Commands()) {
    if (command->hidden) continue;
    // The tutorial's program shows how to run a container.
    const bool is_run = absl::string_view(command->name) == "run";
    commands.emplace_back(
        command->names,
        absl::StrCat(command->summary, is_run ? "\nchmdocker " : "",
                     is_run ? command->usage : ""));
  }
  std::vector<Row> global = FlagRows(GlobalFlags());
  global.emplace_back("--help, -h", "show help");
  global.emplace_back("--version, -v", "print the version");
  return absl::StrCat(
      "NAME:\n"
      "   chmdocker - chmdocker is a simple container runtime implementation. "
      "Enjoy it, just for fun.\n\n"
      "USAGE:\n"
      "   chmdocker [global options] command [command options] "
      "[arguments...]\n\n"
      "VERSION:\n   ",
      kVersion, "\n\nCOMMANDS:\n", Table(commands), "\nGLOBAL OPTIONS:\n",
      Table(global));
}

std::string HelpFor(const Command& command) {
  std::string out =
      absl::StrCat("NAME:\n   chmdocker ", command.name, " - ", command.summary,
                   "\n\nUSAGE:\n   chmdocker ", command.usage, "\n");
  if (*command.details != '\0') {
    absl::StrAppend(&out, "\nDESCRIPTION:\n   ", command.details, "\n");
  }
  if (command.parse == nullptr) return out;
  absl::StrAppend(&out, OptionTables(command.flags), "\nGLOBAL OPTIONS:\n",
                  Table(FlagRows(GlobalFlags())));
  return out;
}

}  // namespace chmdocker::cli
