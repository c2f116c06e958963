#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/file_commands.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/kept_words.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/copy_files.h"
#include "runtime/container/places.h"

namespace chmdocker::cli {
namespace {

struct CpWords {
  bool archive = false;
  bool follow = false;
  bool quiet = false;
};

constexpr Flag kFlags[] = {
    {"archive", "a", "",
     "keep the numbers of users and groups (default: the files are root's in "
     "the container, and the caller's on the host)",
     Into<&CpWords::archive>},
    {"follow-link", "L", "", "copy what a symlink SOURCE leads to",
     Into<&CpWords::follow>},
    {"quiet", "q", "", "accepted: it says nothing anyway",
     Into<&CpWords::quiet>},
};

// "CONTAINER:PATH", or a path of the host: what is absolute, begins with "." or
// has no colon.
struct Place {
  std::string container;  // empty: the host
  std::string path;
};

Place ReadPlace(const std::string& word) {
  const size_t colon = word.find(':');
  if (absl::StartsWith(word, "/") || absl::StartsWith(word, ".") ||
      colon == std::string::npos || colon == 0) {
    return {"", word};
  }
  return {word.substr(0, colon), word.substr(colon + 1)};
}

absl::Status Copy(const Session& session, const CpWords& cp, const Place& from,
                  const Place& to) {
  const bool is_out = !from.container.empty();
  const Place& inside = is_out ? from : to;
  container::CopyWish wish;
  CHM_ASSIGN_OR_RETURN(wish.id,
                       container::FindKept(session.runtime, inside.container));
  wish.container_path = inside.path;
  wish.host_path = is_out ? to.path : from.path;
  wish.follow = cp.follow;
  wish.keep_owners = cp.archive;
  const container::Describe describe = DescribeWords(session.runtime);
  if (!is_out) {
    return container::CopyToContainer(session.runtime, wish, describe);
  }
  if (wish.host_path == "-" && isatty(STDOUT_FILENO) != 0) {
    return absl::InvalidArgumentError(
        "an archive is not for a terminal; redirect standard output");
  }
  return container::CopyFromContainer(session.runtime, wish, describe);
}

absl::StatusOr<Action> Parse(Words words) {
  CpWords cp;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &cp}, words));
  if (rest.size() != 2 || rest[0].empty() || rest[1].empty()) {
    return absl::InvalidArgumentError("wants SOURCE and DESTINATION");
  }
  const Place from = ReadPlace(rest[0]);
  const Place to = ReadPlace(rest[1]);
  if (from.container.empty() && to.container.empty()) {
    return absl::InvalidArgumentError(
        "wants a container on one side, as CONTAINER:PATH");
  }
  if (!from.container.empty() && !to.container.empty()) {
    return absl::InvalidArgumentError(
        "copying between containers is not supported; go by way of the host, "
        "or of a pipe: cp A:PATH - | chmdocker cp - B:DIR");
  }
  return Doing([cp, from, to](const Session& session) {
    return Copy(session, cp, from, to);
  });
}

}  // namespace

constexpr Command kCpCommand = {
    "cp",
    "cp",
    "Copy files out of a container, or into one",
    "cp [options] CONTAINER:PATH DEST|-\n   "
    "chmdocker cp [options] SOURCE|- CONTAINER:PATH",
    "The container may run or not. A directory that is copied to where nothing "
    "is has that\n   name; to a directory, it is in it, or, as SOURCE/., its "
    "files are. - is a tar archive\n   by standard input or output. Paths of "
    "the container never lead out of it.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
