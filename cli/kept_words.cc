#include "cli/kept_words.h"

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
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/describe.h"
#include "cli/image_options.h"
#include "cli/image_root.h"
#include "cli/input.h"
#include "cli/keeping.h"
#include "cli/limit_names.h"
#include "cli/options_to_spec.h"
#include "cli/run_options.h"
#include "cli/run_words.h"
#include "cli/signal_name.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/kept.h"
#include "runtime/state/record.h"

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
    bool wanted = options.rootfs.empty() && options.image.empty();
    wanted |= options.tty && absl::StartsWith(entry, "TERM=");
    for (const std::string& name : options.env) {
      absl::string_view rest = entry;
      wanted |= absl::ConsumePrefix(&rest, name) && absl::StartsWith(rest, "=");
    }
    if (wanted) kept.emplace_back(entry);
  }
  return kept;
}

state::Kept RecordFor(const RunOptions& options, const Caller& caller) {
  const Keeping& keeping = options.keeping;
  state::Kept kept;
  kept.name = options.limits.name;
  kept.command = options.command;
  kept.words = options.words;
  kept.directory = caller.working_directory;
  kept.environment = EnvironmentFor(options, caller);
  kept.env = options.env;
  kept.image = options.image;
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

// With what the image says, as long as nothing has been made of it.
absl::Status AddImage(const RunOptions& options,
                      const container::Runtime& runtime, state::Kept& kept) {
  CHM_ASSIGN_OR_RETURN(const ImageOptions image,
                       OptionsOfImage(runtime, options, "", "ID"));
  kept.image_id = image.id;
  kept.command = image.options.command;
  if (options.keeping.stop_signal || image.stop_signal.empty()) {
    return absl::OkStatus();
  }
  CHM_ASSIGN_OR_RETURN(kept.stop_signal, ParseSignal(image.stop_signal));
  return absl::OkStatus();
}

absl::StatusOr<RunOptions> OptionsOf(const container::Runtime& runtime,
                                     const state::Kept& kept) {
  CHM_ASSIGN_OR_RETURN(RunOptions options, ReadKeptWords(kept));
  // It has a cgroup anyway, and so docker's rules for devices.
  if (!options.rootfs.empty() && geteuid() == 0 && !runtime.no_cgroup) {
    options.limits.need_cgroup = true;
  }
  return options;
}

absl::StatusOr<container::Description> Describe(
    const container::Runtime& runtime, const state::Record& record) {
  const state::Kept& kept = *record.kept;
  CHM_ASSIGN_OR_RETURN(const RunOptions options, OptionsOf(runtime, kept));
  Caller caller;
  caller.working_directory = kept.directory;
  caller.environment.assign(kept.environment.begin(), kept.environment.end());
  if (!options.image.empty()) {
    CHM_ASSIGN_OR_RETURN(const ImageOptions image,
                         MakeRootOfImage(runtime, options, kept.image_id,
                                         record.id, kept.copied));
    return DescribeOptions(runtime, image.options, &image.files, caller);
  }
  CHM_ASSIGN_OR_RETURN(container::Description description,
                       DescribeOptions(runtime, options, nullptr, caller));
  // On the host's own root file system, where it was made; not where it is
  // started again.
  if (options.rootfs.empty() && options.workdir.empty()) {
    description.spec.process.cwd = caller.working_directory;
  }
  return description;
}

}  // namespace

// The first file first, and --env behind all of them.
absl::StatusOr<RunOptions> WithEnvFiles(const RunOptions& options) {
  RunOptions complete = options;
  const std::vector<std::string>& names = options.env_files;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    CHM_ASSIGN_OR_RETURN(const std::string text, ReadInput(*name));
    CHM_RETURN_IF_ERROR(AddEnvFile(*name, text, complete));
  }
  return complete;
}

absl::StatusOr<std::string> CreateFor(const RunOptions& options,
                                      const container::Runtime& runtime,
                                      const Caller& caller) {
  state::Kept kept = RecordFor(options, caller);
  if (!options.image.empty()) {
    CHM_RETURN_IF_ERROR(AddImage(options, runtime, kept));
  }
  return container::CreateKept(runtime, std::move(kept));
}

absl::StatusOr<RunOptions> ReadKeptWords(const state::Kept& kept) {
  CHM_ASSIGN_OR_RETURN(RunWords words,
                       ParseRun(kept.words, [] { return false; }));
  auto* options = std::get_if<RunOptions>(&words);
  if (options == nullptr) {
    return absl::InternalError("the container's words are not those of run");
  }
  options->env = kept.env;
  options->env_files.clear();
  return std::move(*options);
}

container::Describe DescribeWords(const container::Runtime& runtime) {
  return [runtime](const state::Record& record)
             -> absl::StatusOr<container::Description> {
    absl::StatusOr<container::Description> description =
        Describe(runtime, record);
    if (!description.ok()) return WithFlagName(description.status());
    return description;
  };
}

}  // namespace chmdocker::cli
