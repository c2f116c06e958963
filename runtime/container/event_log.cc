#include "runtime/container/event_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/timestamp.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/event.h"
#include "runtime/container/lifecycle.h"
#include "runtime/state/kept.h"
#include "runtime/state/record.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

constexpr off_t kMostBytes = off_t{1} << 20;

// The file, locked, and how much it has. Another's rotation may come between
// open and lock: then it is not the file of that name any more.
absl::StatusOr<UniqueFd> OpenLocked(const std::string& path,
                                    struct stat& status) {
  for (;;) {
    CHM_ASSIGN_OR_RETURN(
        UniqueFd file,
        sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(),
                                O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0600),
                    sys::Quoted(path)));
    CHM_RETURN_IF_ERROR(sys::Lock(file.get(), path));
    CHM_RETURN_IF_ERROR(
        sys::CallStatus(raw::Fstat(file.get(), &status), sys::Quoted(path)));
    struct stat named;
    if (lstat(path.c_str(), &named) == 0 && named.st_ino == status.st_ino) {
      return file;
    }
  }
}

absl::Status Append(const std::string& path, std::string line) {
  struct stat status;
  CHM_ASSIGN_OR_RETURN(UniqueFd file, OpenLocked(path, status));
  if (status.st_size > 0 &&
      status.st_size + static_cast<off_t>(line.size()) > kMostBytes) {
    CHM_RETURN_IF_ERROR(sys::CallStatus(
        raw::RenameAt(AT_FDCWD, path.c_str(), absl::StrCat(path, ".1").c_str()),
        sys::Quoted(path)));
    CHM_ASSIGN_OR_RETURN(file, OpenLocked(path, status));
  }
  // Behind what a crash has left of a line it would be lost with that.
  char last = '\n';
  if (status.st_size > 0 &&
      pread(file.get(), &last, 1, status.st_size - 1) == 1 && last != '\n') {
    line.insert(0, 1, '\n');
  }
  // At once, so that no reader sees half of it.
  const raw::Result wrote = raw::Write(file.get(), line.data(), line.size());
  if (wrote.ok() && static_cast<size_t>(wrote.value) == line.size()) {
    return absl::OkStatus();
  }
  (void)ftruncate(file.get(), status.st_size);
  CHM_RETURN_IF_ERROR(sys::CallStatus(wrote, sys::Quoted(path)));
  return absl::ResourceExhaustedError(
      absl::StrCat(Quote(path), ": the disk is full"));
}

}  // namespace

void Tell(const Runtime& runtime, Event event) {
  event.time = TimeNow();
  const absl::Status written =
      Append(absl::StrCat(runtime.data_root, "/", kEventFile),
             absl::StrCat(EventJson(event, EventKeys::kJson), "\n"));
  if (written.ok()) return;
  runtime.warn(absl::StrCat("the event \"", event.action,
                            "\" is not recorded: ", written.message()));
}

void TellOf(const Runtime& runtime, const state::Record& record,
            std::string action, EventAttributes more) {
  if (!record.kept) return;
  Event event;
  event.type = "container";
  event.action = std::move(action);
  event.id = record.id;
  for (const absl::string_view label : record.kept->labels) {
    event.attributes.push_back(absl::StrSplit(label, absl::MaxSplits('=', 1)));
  }
  // No label is taken for the image, even where there is none, or for what else
  // is said.
  EventAttributes own = {{"image", record.kept->image},
                         {"name", record.kept->name}};
  own.insert(own.end(), std::make_move_iterator(more.begin()),
             std::make_move_iterator(more.end()));
  for (auto& one : own) {
    std::erase_if(event.attributes,
                  [&](const auto& label) { return label.first == one.first; });
    if (!one.second.empty()) event.attributes.push_back(std::move(one));
  }
  Tell(runtime, std::move(event));
}

}  // namespace chmdocker::container
