#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/file_commands.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/image_change.h"
#include "cli/kept_words.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/run_options.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/container/kept_layer.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/image/config.h"
#include "runtime/image/reference.h"
#include "runtime/state/kept.h"

namespace chmdocker::cli {
namespace {

struct CommitWords {
  std::string author;
  std::string message;
  std::vector<std::string> changes;
  bool pause = true;
  std::string container;
  std::optional<image::Reference> name;
};

constexpr Flag kFlags[] = {
    {"author", "a", "TEXT", "who made the image", Into<&CommitWords::author>},
    {"message", "m", "TEXT", "a comment for its history",
     Into<&CommitWords::message>},
    {"change", "c", "INSTRUCTION",
     "change its configuration, as a line of a Dockerfile does: CMD, "
     "ENTRYPOINT (without the CMD so far), ENV, EXPOSE, LABEL, STOPSIGNAL, "
     "USER, VOLUME, WORKDIR (repeatable)",
     Into<&CommitWords::changes>},
    {"pause", "p", "",
     "pause the container meanwhile, if it runs (default: true)",
     Into<&CommitWords::pause>},
};

// What `run` was told counts as the image's from now on.
absl::Status AddWords(const state::Kept& kept, image::ImageConfig& config) {
  CHM_ASSIGN_OR_RETURN(const RunOptions options, ReadKeptWords(kept));
  if (options.entrypoint) {
    config.cmd.clear();
    config.entrypoint.clear();
    if (!options.entrypoint->empty()) {
      config.entrypoint = {*options.entrypoint};
    }
  }
  if (!options.command.empty()) config.cmd = options.command;
  if (!options.workdir.empty()) config.working_dir = options.workdir;
  if (!options.rights.user.empty()) config.user = options.rights.user;
  for (const std::string& entry : kept.env) {
    if (absl::StrContains(entry, '=')) {
      SetVariable(entry, config.env);
      continue;
    }
    for (const std::string& known : kept.environment) {
      if (absl::StartsWith(known, absl::StrCat(entry, "="))) {
        SetVariable(known, config.env);
      }
    }
  }
  for (const std::string& label : kept.labels) SetLabel(label, config);
  return absl::OkStatus();
}

absl::Status Commit(const Session& session, const CommitWords& words) {
  container::CommitWish wish;
  CHM_ASSIGN_OR_RETURN(wish.id,
                       container::FindKept(session.runtime, words.container));
  wish.name = words.name ? &*words.name : nullptr;
  wish.pause = words.pause;
  wish.created = Now();
  wish.author = words.author;
  wish.message = words.message;
  wish.configure = [&](const state::Kept& kept,
                       image::ImageConfig& config) -> absl::Status {
    CHM_RETURN_IF_ERROR(AddWords(kept, config));
    return ApplyChanges(words.changes, config);
  };
  ProgressLine line("Reading");
  wish.progress = line.progress();
  container::Runtime runtime = session.runtime;
  runtime.warn = line.Over(session.runtime.warn);
  CHM_ASSIGN_OR_RETURN(const std::string id, container::Commit(runtime, wish));
  line.Clear();
  return PrintToStdout(absl::StrCat(id, "\n"));
}

absl::StatusOr<Action> Parse(Words words) {
  CommitWords commit;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &commit}, words));
  if (rest.empty() || rest.size() > 2) {
    return absl::InvalidArgumentError(
        "wants a container and, if any, NAME[:TAG]");
  }
  commit.container = rest[0];
  if (rest.size() == 2) {
    CHM_ASSIGN_OR_RETURN(commit.name, image::ParseReference(rest[1]));
  }
  // Told before anything is done.
  image::ImageConfig nothing;
  CHM_RETURN_IF_ERROR(ApplyChanges(commit.changes, nothing));
  return Doing(
      [commit](const Session& session) { return Commit(session, commit); });
}

}  // namespace

constexpr Command kCommitCommand = {
    "commit",
    "commit",
    "Make an image of a container",
    "commit [options] CONTAINER [NAME[:TAG]]",
    "It has one layer more than the container's image: what the container has "
    "written,\n   without volumes. Its command, variables, user and directory "
    "are the container's. The\n   image's id is printed.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
