#include "cli/image_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/event.h"
#include "runtime/container/event_log.h"
#include "runtime/container/lifecycle.h"
#include "runtime/image/store.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cli {

bool HasStore(const container::Runtime& runtime) {
  return access((runtime.data_root + "/images").c_str(), F_OK) == 0;
}

absl::StatusOr<image::Store> OpenStore(const container::Runtime& runtime) {
  return image::Store::Open(runtime.data_root);
}

void TellOfImage(const Session& session, const std::string& action,
                 const std::string& id, const std::string& name) {
  container::Event event;
  event.type = "image";
  event.action = action;
  event.id = id;
  event.attributes = {{"name", name.empty() ? id : name}};
  container::Tell(session.runtime, std::move(event));
}

absl::StatusOr<Archive> OpenArchive(const std::string& path) {
  if (path != "-") {
    CHM_ASSIGN_OR_RETURN(
        UniqueFd file,
        sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(), O_RDONLY),
                    sys::Quoted(path)));
    return Archive{std::move(file), path};
  }
  if (isatty(STDIN_FILENO) != 0) {
    return absl::InvalidArgumentError(
        "an archive can't come from a terminal; name a file, or redirect "
        "standard input");
  }
  // A copy, for it is closed in the end.
  CHM_ASSIGN_OR_RETURN(
      UniqueFd file,
      sys::CallFd(raw::Call(SYS_fcntl, STDIN_FILENO, F_DUPFD_CLOEXEC, 3)));
  return Archive{std::move(file), "stdin"};
}

}  // namespace chmdocker::cli
