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
#include "cli/flags.h"

namespace chmdocker::cli {
namespace {

constexpr CommandHelp kCommands[] = {
    {"init", "init",
     "Init container process run user's process in container. Do not call it "
     "outside",
     "", "", nullptr},
    {"run", "run", "Create a container with namespace and cgroups limit",
     "chmdocker run --ti [command]",
     "The command runs as pid 1 in new uts, pid, mount, net and ipc "
     "namespaces with a\n"
     "   /proc of its own, on the host's root file system or on --rootfs DIR. "
     "Flags\n"
     "   behind the command belong to it. An ordinary user gets a user "
     "namespace, too,\n"
     "   and is root in it.\n\n"
     "   The exit code is the command's; 128+N when signal N ended it, 127 "
     "when it was\n"
     "   not found, 126 when it could not be executed, 125 when chmdocker "
     "itself failed.",
     RunFlags},
    {"help", "help, h", "Shows a list of commands or help for one command",
     "chmdocker help [command]", "", nullptr},
};

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

}  // namespace

const CommandHelp* FindCommand(absl::string_view name) {
  for (const CommandHelp& command : kCommands) {
    for (const absl::string_view alias : absl::StrSplit(command.names, ", ")) {
      if (name == alias) return &command;
    }
  }
  return nullptr;
}

std::string MainHelp() {
  std::vector<Row> commands;
  for (const CommandHelp& command : kCommands) {
    commands.emplace_back(
        command.names,
        absl::StrCat(command.summary, command.flags == nullptr ? "" : "\n",
                     command.flags == nullptr ? "" : command.usage));
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

std::string HelpFor(const CommandHelp& command) {
  std::string out = absl::StrCat("NAME:\n   chmdocker ", command.name, " - ",
                                 command.summary, "\n");
  absl::StrAppend(&out, "\nUSAGE:\n   ",
                  *command.usage == '\0'
                      ? absl::StrCat("chmdocker ", command.name)
                      : std::string(command.usage),
                  "\n");
  if (*command.details != '\0') {
    absl::StrAppend(&out, "\nDESCRIPTION:\n   ", command.details, "\n");
  }
  if (command.flags == nullptr) return out;
  std::vector<Row> rows = FlagRows(command.flags());
  rows.emplace_back("--help, -h", "show help");
  absl::StrAppend(&out, "\nOPTIONS:\n", Table(rows), "\nGLOBAL OPTIONS:\n",
                  Table(FlagRows(GlobalFlags())));
  return out;
}

}  // namespace chmdocker::cli
