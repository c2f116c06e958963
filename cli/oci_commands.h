// The commands that engines call: those of runc, with what crun has beside. And
// docker's stats, top and events, and doctor, for people.
//
// Exit codes, which engines read as success or failure, and take the reason
// from the text of the error: 0, 1 for a command that failed, 255 for an exec
// that did. run and exec in the foreground have their process's own; see
// exit_code.h.
//
// Each Parse function is the command line of one command as data.
#ifndef CHMDOCKER_CLI_OCI_COMMANDS_H_
#define CHMDOCKER_CLI_OCI_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/container_table.h"
#include "cli/event_view.h"
#include "cli/flags.h"
#include "cli/run_options.h"
#include "cli/selection_words.h"
#include "runtime/container/lifecycle.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cli {

absl::StatusOr<container::CreateOptions> ParseCreate(Words words);

struct ExecWords {
  container::ExecOptions options;
  std::string process_file;  // --process; its text becomes process_json
  bool interactive = false;
  bool is_kept = false;  // what the container turned out to be
};
absl::StatusOr<ExecWords> ParseExec(Words words);

struct KillWords {
  Selection which;
  std::string signal_option;  // --signal
  int signal = 0;
  bool signal_given = false;
  std::vector<std::string> more;  // several containers, in place of `which`
  bool all = false;
};
absl::StatusOr<KillWords> ParseKill(Words words);

struct DeleteWords {
  Selection which;
  bool force = false;
};
absl::StatusOr<DeleteWords> ParseDelete(Words words);

struct ListWords {
  bool quiet = false;
  Format format = Format::kText;
};
absl::StatusOr<ListWords> ParseList(Words words);

struct PsWords {
  std::string id;                     // empty: containers are listed
  std::string format;                 // "table", "json", or a template
  std::vector<std::string> ps_words;  // for ps(1)
  // For the list.
  bool all = false;
  bool quiet = false;
  bool whole = false;
  bool latest = false;
  std::optional<uint64_t> last;
  std::vector<ContainerFilter> filters;
};
absl::StatusOr<PsWords> ParsePs(Words words);

struct UpdateWords {
  std::vector<std::string> ids;
  spec::Resources resources;
  std::optional<uint64_t> cpus;  // billionths, of which `resources` has a quota
  std::string resources_file;    // in their place; "-": standard input
};
absl::StatusOr<UpdateWords> ParseUpdate(Words words);

struct EventsWords {
  std::string id;     // empty: what becomes of containers and images, by `view`
  bool once = false;  // --stats
  std::optional<absl::Duration> interval;
  EventViewOptions view;
};
absl::StatusOr<EventsWords> ParseEvents(Words words);

struct StatsWords {
  std::vector<std::string> ids;  // none: all that run
  bool once = false;             // --no-stream
  Format format = Format::kText;
};

struct SpecWords {
  std::string bundle = ".";
  bool rootless = false;
};
absl::StatusOr<SpecWords> ParseSpec(Words words);

extern const Command kCheckpointCommand;
extern const Command kCreateCommand;
extern const Command kDeleteCommand;
extern const Command kDoctorCommand;
extern const Command kEventsCommand;
extern const Command kExecCommand;
extern const Command kFeaturesCommand;
extern const Command kKillCommand;
extern const Command kListCommand;
extern const Command kPauseCommand;
extern const Command kPsCommand;
extern const Command kRestoreCommand;
extern const Command kResumeCommand;
extern const Command kSpecCommand;
extern const Command kStartCommand;
extern const Command kStateCommand;
extern const Command kStatsCommand;
extern const Command kTopCommand;
extern const Command kUpdateCommand;

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_OCI_COMMANDS_H_
