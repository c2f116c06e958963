// The help pages, in the layout of the tutorial's program.
#ifndef CHMDOCKER_CLI_HELP_H_
#define CHMDOCKER_CLI_HELP_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/flags.h"

namespace chmdocker::cli {

inline constexpr char kVersion[] = "0.1.0";

struct CommandHelp {
  const char* name;
  const char* names;  // as listed: "help, h"
  const char* summary;
  const char* usage;    // an example under the summary, or ""
  const char* details;  // paragraphs for the command's own page, or ""
  absl::Span<const Flag> (*flags)();  // null: none
};

// By name or alias; null when there is none.
const CommandHelp* FindCommand(absl::string_view name);

std::string MainHelp();
std::string HelpFor(const CommandHelp& command);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_HELP_H_
