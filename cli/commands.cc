#include "cli/commands.h"

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/file_commands.h"
#include "cli/image_commands.h"
#include "cli/kept_commands.h"
#include "cli/oci_commands.h"
#include "cli/run_command.h"

namespace chmdocker::cli {
namespace {

constexpr Command kInitCommand = {
    "init",
    "init",
    "Init container process run user's process in container. Do not call it "
    "outside",
    "init",
    "",
    {},
    nullptr,
    kExitFailure};

constexpr Command kHelpCommand = {
    "help",
    "help, h",
    "Shows a list of commands or help for one command",
    "help [command]",
    "",
    {},
    nullptr,
    kExitFailure};

constexpr Command kCompletionCommand = {
    "completion",
    "completion",
    "Print what makes a shell complete chmdocker's words",
    "completion bash|zsh|fish",
    "source <(chmdocker completion bash), or put it where the shell looks for "
    "it.",
    {},
    nullptr,
    kExitFailure};

constexpr Command kManCommand = {
    "man",
    "man",
    "Print the manual page",
    "man",
    "chmdocker man >/usr/local/share/man/man1/chmdocker.1",
    {},
    nullptr,
    kExitFailure};

constexpr const Command* kCommands[] = {
    &kInitCommand,    &kRunCommand,    &kImagesCommand,
    &kLoadCommand,    &kImportCommand, &kSaveCommand,
    &kTagCommand,     &kRmiCommand,    &kHistoryCommand,
    &kCreateCommand,  &kStartCommand,  &kExecCommand,
    &kStateCommand,   &kListCommand,   &kPsCommand,
    &kLogsCommand,    &kAttachCommand, &kInspectCommand,
    &kWhyCommand,     &kPortCommand,   &kStatsCommand,
    &kTopCommand,     &kKillCommand,   &kStopCommand,
    &kRestartCommand, &kWaitCommand,   &kRenameCommand,
    &kRmCommand,      &kPruneCommand,  &kCpCommand,
    &kDiffCommand,    &kCommitCommand, &kExportCommand,
    &kDeleteCommand,  &kPauseCommand,  &kResumeCommand,
    &kUpdateCommand,  &kEventsCommand, &kCheckpointCommand,
    &kRestoreCommand, &kSpecCommand,   &kFeaturesCommand,
    &kDoctorCommand,  &kEndedCommand,  &kCompletionCommand,
    &kManCommand,     &kHelpCommand,
};

}  // namespace

absl::Span<const Command* const> Commands() { return kCommands; }

const Command* FindCommand(absl::string_view name) {
  for (const Command* command : kCommands) {
    for (const absl::string_view alias : absl::StrSplit(command->names, ", ")) {
      if (name == alias) return command;
    }
  }
  return nullptr;
}

}  // namespace chmdocker::cli
