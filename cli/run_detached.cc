#include "cli/run_detached.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/keeping.h"
#include "cli/limit_names.h"
#include "cli/options_to_spec.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "cli/run_words.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/kept.h"
#include "runtime/sys/files.h"

namespace chmdocker::cli {
namespace {

// As docker's.
constexpr uint32_t kStopSeconds = 10;

// Of the caller's environment what the container gets: on the host's own root
// file system all of it, else what --env names.
std::vector<std::string> EnvironmentFor(const RunOptions& options,
                                        const Caller& caller) {
  std::vector<std::string> kept;
  for (const absl::string_view entry : caller.environment) {
    bool wanted = options.rootfs.empty();
    for (const std::string& name : options.env) {
      absl::string_view rest = entry;
      wanted |= absl::ConsumePrefix(&rest, name) && absl::StartsWith(rest, "=");
    }
    if (wanted) kept.emplace_back(entry);
  }
  return kept;
}

state::Kept KeptFor(const RunOptions& options, const Caller& caller) {
  const Keeping& keeping = options.keeping;
  state::Kept kept;
  kept.name = options.limits.name;
  kept.command = options.command;
  kept.words = options.words;
  kept.directory = caller.working_directory;
  kept.environment = EnvironmentFor(options, caller);
  kept.labels = keeping.labels;
  kept.restart = keeping.restart.policy;
  kept.most_restarts = keeping.restart.most;
  kept.remove = keeping.remove;
  kept.stop_signal = keeping.stop_signal.value_or(SIGTERM);
  kept.stop_timeout = keeping.stop_timeout.value_or(kStopSeconds);
  kept.log_size = keeping.log.max_size;
  kept.log_files = keeping.log.max_files;
  kept.terminal = options.tty;
  kept.stdin_open = options.interactive;
  return kept;
}

absl::StatusOr<container::Description> DescribeKept(const state::Kept& kept) {
  CHM_ASSIGN_OR_RETURN(RunWords words,
                       ParseRun(kept.words, [] { return false; }));
  const auto* options = std::get_if<RunOptions>(&words);
  if (options == nullptr) {
    return absl::InternalError("the container's words are not those of run");
  }
  Caller caller;
  caller.working_directory = kept.directory;
  caller.environment.assign(kept.environment.begin(), kept.environment.end());
  absl::StatusOr<container::Description> description =
      DescribeOptions(*options, caller);
  if (!description.ok()) return WithFlagName(description.status());
  // On the host's own root file system, where it was made; not where it is
  // started again.
  if (options->rootfs.empty() && options->workdir.empty()) {
    description->spec.process.cwd = caller.working_directory;
  }
  return description;
}

// Docker's: the file must not be there yet, so that no two are told apart by
// luck.
absl::StatusOr<UniqueFd> CreateCidfile(const std::string& path) {
  if (path.empty()) return UniqueFd();
  UniqueFd file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file.valid()) return file;
  return WithHint(ErrnoError(errno, absl::StrCat("--cidfile ", Quote(path))),
                  errno == EEXIST ? "remove it, or name another file" : "");
}

absl::Status Announce(const Keeping& keeping, int cidfile,
                      const std::string& id) {
  if (cidfile >= 0) {
    CHM_RETURN_IF_ERROR(sys::WriteAll(cidfile, id, keeping.cidfile));
  }
  return PrintToStdout(absl::StrCat(id, "\n"));
}

}  // namespace

container::Describe DescribeWords(const container::Runtime&) {
  return DescribeKept;
}

absl::StatusOr<int> RunDetached(const RunOptions& options,
                                const Session& session) {
  const container::Runtime& runtime = session.runtime;
  if (options.explain) {
    return absl::InvalidArgumentError(
        "conflicting options: --explain and --detach");
  }
  CHM_ASSIGN_OR_RETURN(const UniqueFd cidfile,
                       CreateCidfile(options.keeping.cidfile));
  absl::Status status;
  const absl::StatusOr<std::string> id =
      container::CreateKept(runtime, KeptFor(options, session.caller));
  status = id.status();
  if (status.ok()) {
    status = container::StartKept(runtime, *id, DescribeWords(runtime));
    if (status.ok()) status = Announce(options.keeping, cidfile.get(), *id);
    if (!status.ok()) {
      (void)container::RemoveKept(runtime, *id, /*force=*/true);
    }
  }
  if (status.ok()) return 0;
  if (cidfile.valid()) (void)unlink(options.keeping.cidfile.c_str());
  return status;
}

}  // namespace chmdocker::cli
