#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/container_table.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/image_store.h"
#include "cli/inspect_container.h"
#include "cli/inspect_image.h"
#include "cli/kept_commands.h"
#include "cli/print.h"
#include "cli/template.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/image/images.h"
#include "runtime/image/store.h"
#include "runtime/state/kept.h"
#include "runtime/state/record.h"

namespace chmdocker::cli {
namespace {

struct InspectWords {
  std::string type;  // "container", "image", or empty: either
  std::string format;
};

absl::Status ReadType(absl::string_view text, std::string& out) {
  out = std::string(text);
  return text == "image" || text == "container"
             ? absl::OkStatus()
             : absl::InvalidArgumentError("wants container or image");
}

constexpr Flag kFlags[] = {
    {"format", "f", "TEMPLATE", "print fields, as {{.State.Status}}",
     Into<&InspectWords::format>},
    {"type", "", "TYPE", "what is meant: container or image",
     ReadInto<ReadType, &InspectWords::type>},
};

absl::StatusOr<container::Snapshot> Find(const container::Runtime& runtime,
                                         const std::string& word) {
  CHM_ASSIGN_OR_RETURN(const std::string id,
                       container::FindKept(runtime, word));
  CHM_ASSIGN_OR_RETURN(container::Snapshot snapshot,
                       container::State(container::KeptRuntime(runtime), id));
  if (!snapshot.record.kept) {
    return absl::NotFoundError(absl::StrCat("No such container: ", word));
  }
  return snapshot;
}

absl::Status WriteImageNamed(const Session& session, const std::string& word,
                             JsonWriter& json) {
  if (!HasStore(session.runtime)) {
    return absl::NotFoundError(absl::StrCat("Error: No such image: ", word));
  }
  CHM_ASSIGN_OR_RETURN(const image::Store store, OpenStore(session.runtime));
  CHM_ASSIGN_OR_RETURN(const image::Image image, image::FindImage(store, word));
  WriteImage(store, image, json);
  return absl::OkStatus();
}

// A container, or else an image, unless the caller says which.
absl::Status WriteOne(const Session& session, const InspectWords& inspect,
                      const std::string& word, JsonWriter& json) {
  if (inspect.type != "image") {
    const absl::StatusOr<container::Snapshot> snapshot =
        Find(session.runtime, word);
    if (snapshot.ok()) {
      WriteContainer(session.runtime, *snapshot, json);
      return absl::OkStatus();
    }
    if (inspect.type == "container" || !absl::IsNotFound(snapshot.status())) {
      return snapshot.status();
    }
  }
  const absl::Status status = WriteImageNamed(session, word, json);
  return absl::IsNotFound(status) && inspect.type.empty()
             ? absl::NotFoundError(absl::StrCat("No such object: ", word))
             : status;
}

absl::Status PrintByTemplate(const Session& session,
                             const InspectWords& inspect,
                             const std::string& word) {
  JsonWriter json("");
  CHM_RETURN_IF_ERROR(WriteOne(session, inspect, word, json));
  CHM_ASSIGN_OR_RETURN(const std::string line,
                       ExpandTemplate(inspect.format, json.text()));
  return PrintToStdout(absl::StrCat(line, "\n"));
}

// What is there is printed, and what is not is told.
absl::Status Inspect(const Session& session, const InspectWords& inspect,
                     const std::vector<std::string>& words) {
  absl::Status first;
  JsonWriter all("    ");
  all.BeginArray();
  for (const std::string& word : words) {
    first.Update(inspect.format.empty()
                     ? WriteOne(session, inspect, word, all)
                     : PrintByTemplate(session, inspect, word));
  }
  all.EndArray();
  if (inspect.format.empty()) {
    CHM_RETURN_IF_ERROR(PrintToStdout(absl::StrCat(all.text(), "\n")));
  }
  return first;
}

absl::StatusOr<Action> Parse(Words words) {
  InspectWords inspect;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &inspect}, words));
  if (rest.empty()) {
    return absl::InvalidArgumentError("wants a container or an image");
  }
  // The whole, as without a format.
  if (inspect.format == "json") inspect.format.clear();
  return Doing([inspect, rest](const Session& session) {
    return Inspect(session, inspect, rest);
  });
}

// Recorded facts only: what was not seen is not guessed.
std::string Why(const container::Snapshot& snapshot) {
  constexpr int kSignalBase = 128, kKill = 9, kSys = 31;
  const state::Kept& kept = *snapshot.record.kept;
  const absl::string_view word = StateWord(snapshot);
  if (word == "running" || word == "paused") {
    return absl::StrCat("it has not ended: ", word, " since ", kept.started);
  }
  if (!kept.error.empty()) {
    return absl::StrCat("it could not be run: ", kept.error);
  }
  if (word == "created") return "it has never run";
  if (kept.exit_code < 0) {
    return "not known: its monitor was killed, or the host was started anew";
  }
  const int signal = kept.exit_code - kSignalBase;
  std::string reason =
      signal > 0 ? absl::StrCat("signal ", signal, " ended it")
                 : absl::StrCat("its command returned ", kept.exit_code);
  if (kept.oom_kills > 0) {
    absl::StrAppend(&reason, "; the kernel killed ", kept.oom_kills,
                    " of its processes for it had reached its memory limit");
  } else if (kept.stop_wanted && signal > 0) {
    absl::StrAppend(&reason, "; it was stopped by chmdocker",
                    signal == kKill ? ", and had not ended by itself" : "");
  } else if (signal == kSys) {
    absl::StrAppend(&reason,
                    "; it made a system call that its seccomp profile kills");
  }
  if (kept.refused_forks > 0) {
    absl::StrAppend(&reason, "; it was refused ", kept.refused_forks,
                    " processes or threads for it had reached its limit of "
                    "them");
  }
  absl::StrAppend(&reason, "; at ", kept.finished);
  if (word == "restarting") absl::StrAppend(&reason, "; it will start again");
  return reason;
}

absl::StatusOr<Action> ParseWhy(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  CHM_ASSIGN_OR_RETURN(const std::string word, OnlyId(rest));
  return Doing([word](const Session& session) -> absl::Status {
    CHM_ASSIGN_OR_RETURN(const container::Snapshot snapshot,
                         Find(session.runtime, word));
    return PrintToStdout(absl::StrCat(Why(snapshot), "\n"));
  });
}

}  // namespace

constexpr Command kInspectCommand = {"inspect",
                                     "inspect",
                                     "Show all that is known of detached "
                                     "containers or images, as JSON",
                                     "inspect [options] CONTAINER|IMAGE...",
                                     "",
                                     kFlags,
                                     Parse,
                                     kExitOciFailure};

constexpr Command kWhyCommand = {
    "why",
    "why",
    "Tell why a detached container has ended",
    "why CONTAINER",
    "From what was recorded: its exit code or signal, the memory limit, what "
    "failed before\n   it ran.",
    {},
    ParseWhy,
    kExitOciFailure};

}  // namespace chmdocker::cli
