#include "cli/selection.h"

#include <regex.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/print.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/state/directory.h"

namespace chmdocker::cli {

absl::Status ForEach(
    const container::Runtime& runtime, const Selection& which,
    const std::function<absl::Status(const container::Target& target)>& work) {
  if (!which.regex) return work(container::FindTarget(runtime, which.id));
  // The ids and not container::List: also what can't be read can be deleted.
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                       state::ListIds(runtime.root));
  regex_t regex;
  if (const int error =
          regcomp(&regex, which.id.c_str(), REG_EXTENDED | REG_NOSUB);
      error != 0) {
    char reason[128];
    regerror(error, &regex, reason, sizeof(reason));
    return absl::InvalidArgumentError(
        absl::StrCat("--regex ", Quote(which.id), ": ", reason));
  }
  absl::Status result;
  for (const std::string& id : ids) {
    if (regexec(&regex, id.c_str(), 0, nullptr, 0) == 0) {
      result.Update(work({runtime, id}));
    }
  }
  regfree(&regex);
  return result;
}

absl::Status ForEachId(
    const std::vector<std::string>& ids,
    absl::FunctionRef<absl::Status(const std::string& id)> work) {
  absl::Status result;
  for (const std::string& id : ids) {
    const absl::Status status = work(id);
    // With several, it is not clear which one it is about.
    result.Update(
        status.ok() || ids.size() == 1
            ? status
            : absl::Status(status.code(), absl::StrCat("container ", id, ": ",
                                                       status.message())));
  }
  return result;
}

absl::StatusOr<Action> DoingEach(const std::vector<std::string>& ids,
                                 absl::Status (*work)(const container::Runtime&,
                                                      const std::string&)) {
  if (ids.empty()) return absl::InvalidArgumentError("wants a container id");
  return Doing([ids, work](const Session& session) {
    return ForEachId(ids, [&](const std::string& word) {
      const container::Target target =
          container::FindTarget(session.runtime, word);
      return work(target.runtime, target.id);
    });
  });
}

absl::StatusOr<Action> DoingEachKept(const std::vector<std::string>& words,
                                     KeptWork work) {
  if (words.empty()) return absl::InvalidArgumentError("wants a container");
  return Doing([words, work = std::move(work)](const Session& session) {
    return ForEachId(words, [&](const std::string& word) -> absl::Status {
      CHM_ASSIGN_OR_RETURN(const std::string id,
                           container::FindKept(session.runtime, word));
      CHM_RETURN_IF_ERROR(work(session.runtime, id));
      return PrintToStdout(absl::StrCat(word, "\n"));
    });
  });
}

}  // namespace chmdocker::cli
