#include "cli/commands.h"

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/exit_code.h"
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

constexpr const Command* kCommands[] = {
    &kInitCommand,    &kRunCommand,      &kCreateCommand,     &kStartCommand,
    &kExecCommand,    &kStateCommand,    &kListCommand,       &kPsCommand,
    &kLogsCommand,    &kAttachCommand,   &kInspectCommand,    &kWhyCommand,
    &kStatsCommand,   &kTopCommand,      &kKillCommand,       &kStopCommand,
    &kRestartCommand, &kWaitCommand,     &kRenameCommand,     &kRmCommand,
    &kPruneCommand,   &kDeleteCommand,   &kPauseCommand,      &kResumeCommand,
    &kUpdateCommand,  &kEventsCommand,   &kCheckpointCommand, &kRestoreCommand,
    &kSpecCommand,    &kFeaturesCommand, &kDoctorCommand,     &kEndedCommand,
    &kHelpCommand,
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
