#include "cli/completion.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/flag.h"
#include "cli/flags.h"

namespace chmdocker::cli {
namespace {

// What lists containers by name; errors are nothing to complete with.
constexpr char kNames[] = "chmdocker ps -a --format '{{.Names}}' 2>/dev/null";

std::vector<std::string> FlagWords(absl::Span<const Flag> flags) {
  std::vector<std::string> words;
  for (const Flag& flag : flags) {
    words.push_back(absl::StrCat("--", flag.name));
    if (*flag.short_name != '\0') {
      words.push_back(absl::StrCat("-", flag.short_name));
    }
  }
  return words;
}

std::vector<std::string> CommandNames(const Command& command) {
  return absl::StrSplit(command.names, ", ");
}

bool TakesContainers(const Command& command) {
  return absl::StrContains(command.usage, "CONTAINER");
}

// For commands that take containers and for those that take files.
std::string Words(const Command& command) {
  return absl::StrCat(
      absl::StrJoin(FlagWords(command.flags), " "),
      TakesContainers(command) ? absl::StrCat(" $(", kNames, ")") : "");
}

std::string Bash() {
  std::vector<std::string> names;
  std::string cases;
  for (const Command* command : Commands()) {
    if (command->parse == nullptr || command->hidden) continue;
    for (std::string& name : CommandNames(*command)) {
      names.push_back(std::move(name));
    }
    absl::StrAppend(&cases, "    ", absl::StrJoin(CommandNames(*command), "|"),
                    ") words=\"", Words(*command), "\" ;;\n");
  }
  return absl::StrCat(
      "# Completion of chmdocker for bash: source <(chmdocker completion "
      "bash)\n"
      "_chmdocker() {\n"
      "  local command='' word words\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    [[ $word == -* ]] || { command=$word; break; }\n"
      "  done\n"
      "  case $command in\n"
      "    '') words=\"",
      absl::StrJoin(names, " "), " ",
      absl::StrJoin(FlagWords(GlobalFlags()), " "), "\" ;;\n", cases,
      "    *) words='' ;;\n"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- "
      "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
      "}\n"
      "complete -o default -F _chmdocker chmdocker\n");
}

// zsh reads bash's.
std::string Zsh() {
  return absl::StrCat(
      "# Completion of chmdocker for zsh: source <(chmdocker completion zsh)\n"
      "autoload -Uz bashcompinit && bashcompinit\n",
      Bash());
}

std::string FishQuoted(absl::string_view text) {
  return absl::StrCat(
      "'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

std::string Fish() {
  std::string out =
      "# Completion of chmdocker for fish: chmdocker completion fish | source\n"
      "complete -c chmdocker -f\n";
  for (const Command* command : Commands()) {
    if (command->parse == nullptr || command->hidden) continue;
    for (const std::string& name : CommandNames(*command)) {
      absl::StrAppend(&out,
                      "complete -c chmdocker -n __fish_use_subcommand -a ",
                      name, " -d ", FishQuoted(command->summary), "\n");
      const std::string seen = absl::StrCat(
          "complete -c chmdocker -n '__fish_seen_subcommand_from ", name, "'");
      if (TakesContainers(*command)) {
        absl::StrAppend(&out, seen, " -a ",
                        FishQuoted(absl::StrCat("(", kNames, ")")), "\n");
      } else {
        absl::StrAppend(&out, seen, " -F\n");
      }
      for (const Flag& flag : command->flags) {
        absl::StrAppend(&out, seen, " -l ", flag.name);
        if (*flag.short_name != '\0') {
          absl::StrAppend(&out, " -s ", flag.short_name);
        }
        absl::StrAppend(&out, *flag.value == '\0' ? "" : " -r -F", " -d ",
                        FishQuoted(Description(flag)), "\n");
      }
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<std::string> CompletionFor(absl::string_view shell) {
  if (shell == "bash") return Bash();
  if (shell == "zsh") return Zsh();
  if (shell == "fish") return Fish();
  return absl::InvalidArgumentError("wants bash, zsh or fish");
}

}  // namespace chmdocker::cli
