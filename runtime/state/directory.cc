#include "runtime/state/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/state/record.h"
#include "runtime/state/record_json.h"
#include "runtime/state/root.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::state {
namespace {

constexpr char kRecord[] = "state.json";
constexpr char kConfig[] = "config.json";
constexpr char kReserve[] = "reserve";
constexpr size_t kMostBytes = 64 << 20;

absl::Status DoesNotExist(const std::string& id) {
  return absl::NotFoundError(
      absl::StrCat("container ", Quote(id), " does not exist"));
}

absl::Status AlreadyExists(const std::string& id) {
  return absl::AlreadyExistsError(
      absl::StrCat("container with given ID already exists: ", Quote(id)));
}

// Waits for the lock of a directory. False: it has been removed meanwhile.
absl::StatusOr<bool> LockDirectory(int fd, const std::string& path) {
  CHM_RETURN_IF_ERROR(sys::Lock(fd, path));
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(fd, &status), sys::Quoted(path)));
  return status.st_nlink != 0;
}

// No file of that name: an empty text and false.
absl::StatusOr<bool> ReadFile(int directory, const char* name,
                              const std::string& path, std::string& content) {
  const raw::Result opened =
      raw::OpenAt(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (opened.error() == ENOENT) return false;
  CHM_ASSIGN_OR_RETURN(const UniqueFd file,
                       sys::CallFd(opened, sys::Quoted(path)));
  CHM_ASSIGN_OR_RETURN(content, sys::ReadToEnd(file.get(), kMostBytes, path));
  return true;
}

absl::StatusOr<Record> LoadRecord(int directory, const std::string& id,
                                  const std::string& path) {
  std::string json;
  CHM_ASSIGN_OR_RETURN(const bool found,
                       ReadFile(directory, kRecord, path, json));
  if (!found) {
    Record record;
    record.id = id;
    return record;
  }
  absl::StatusOr<Record> record = RecordFromJson(json);
  if (!record.ok()) {
    return absl::DataLossError(
        absl::StrCat(Quote(path), ": ", record.status().message(),
                     "; 'delete --force ", id, "' removes the container"));
  }
  if (record->id != id) {
    return absl::DataLossError(absl::StrCat(
        Quote(path), ": id: ", Quote(record->id), " is not ", Quote(id),
        "; 'delete --force ", id, "' removes the container"));
  }
  return record;
}

bool IsFile(int directory, const char* name) {
  return UniqueFd(raw::OpenAt(directory, name, O_PATH | O_NOFOLLOW).fd())
      .valid();
}

absl::StatusOr<UniqueFd> OpenExisting(int root, const std::string& id,
                                      const std::string& path) {
  const raw::Result opened =
      raw::OpenAt(root, id.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (opened.error() == ENOENT) return DoesNotExist(id);
  return sys::CallFd(opened, sys::Quoted(path));
}

// Not if another one has taken it over meanwhile.
void RemoveEmpty(int root, const std::string& id) {
  (void)raw::UnlinkAt(root, id.c_str(), AT_REMOVEDIR);
}

absl::StatusOr<UniqueFd> OpenRootFor(const std::string& root,
                                     const std::string& id) {
  CHM_RETURN_IF_ERROR(CheckId(id));
  absl::StatusOr<UniqueFd> opened = OpenRoot(root);
  if (absl::IsNotFound(opened.status())) return DoesNotExist(id);
  return opened;
}

}  // namespace

absl::Status CheckId(absl::string_view id) {
  constexpr size_t kMost = 255;
  const auto allowed = [](unsigned char c) {
    return absl::ascii_isalnum(c) ||
           absl::string_view("_+.-").find(static_cast<char>(c)) !=
               absl::string_view::npos;
  };
  if (id.empty() || id == "." || id == ".." ||
      !std::all_of(id.begin(), id.end(), allowed)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "container id ", Quote(id), ": wants letters, digits and any of _+.-"));
  }
  if (id.size() > kMost) {
    return absl::InvalidArgumentError(absl::StrCat(
        "container id ", Quote(id), ": is longer than ", kMost, " bytes"));
  }
  return absl::OkStatus();
}

std::string DefaultRoot(bool ordinary_user, absl::string_view runtime_dir) {
  if (!ordinary_user || runtime_dir.empty()) return "/run/chmdocker";
  return absl::StrCat(runtime_dir, "/chmdocker");
}

absl::StatusOr<Directory> Directory::Create(const std::string& root,
                                            const std::string& id) {
  CHM_RETURN_IF_ERROR(CheckId(id));
  CHM_ASSIGN_OR_RETURN(UniqueFd root_fd, MakeRoot(root));
  const std::string path = absl::StrCat(root, "/", id);
  for (;;) {
    const raw::Result made = raw::MkdirAt(root_fd.get(), id.c_str(), 0700);
    if (!made.ok() && made.error() != EEXIST) {
      return sys::CallStatus(made, sys::Quoted(path));
    }
    absl::StatusOr<UniqueFd> fd = OpenExisting(root_fd.get(), id, path);
    if (absl::IsNotFound(fd.status())) continue;  // removed meanwhile
    if (!fd.ok()) {
      if (made.ok()) RemoveEmpty(root_fd.get(), id);
      return fd.status();
    }
    // Asked once without waiting, and once under the lock.
    if (!made.ok() && IsFile(fd->get(), kRecord)) return AlreadyExists(id);
    CHM_ASSIGN_OR_RETURN(const bool exists, LockDirectory(fd->get(), path));
    if (!exists) continue;
    if (IsFile(fd->get(), kRecord)) return AlreadyExists(id);
    Directory directory(path, id, std::move(root_fd), *std::move(fd));
    if (!made.ok()) CHM_RETURN_IF_ERROR(directory.RemoveFiles());
    return directory;
  }
}

absl::StatusOr<Directory> Directory::Open(const std::string& root,
                                          const std::string& id) {
  CHM_ASSIGN_OR_RETURN(UniqueFd root_fd, OpenRootFor(root, id));
  const std::string path = absl::StrCat(root, "/", id);
  for (;;) {
    CHM_ASSIGN_OR_RETURN(UniqueFd fd, OpenExisting(root_fd.get(), id, path));
    CHM_ASSIGN_OR_RETURN(const bool exists, LockDirectory(fd.get(), path));
    // Another one of this name may be there by now.
    if (!exists) continue;
    return Directory(path, id, std::move(root_fd), std::move(fd));
  }
}

absl::Status Directory::Replace(const char* name, absl::string_view content,
                                mode_t mode) const {
  const std::string temporary = absl::StrCat(name, ".new");
  const std::string path = PathOf(temporary.c_str());
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(fd(), temporary.c_str(),
                              O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600),
                  sys::Quoted(path)));
  absl::Status status = sys::WriteAll(file.get(), content, path);
  // Whatever the umask.
  if (status.ok() && mode != 0600) {
    status = sys::CallStatus(raw::Fchmod(file.get(), mode), sys::Quoted(path));
  }
  if (status.ok()) {
    status = sys::CallStatus(raw::RenameAt(fd(), temporary.c_str(), name),
                             sys::Quoted(path));
  }
  if (!status.ok()) (void)raw::UnlinkAt(fd(), temporary.c_str(), 0);
  return status;
}

absl::Status Directory::Save(const Record& record) const {
  const std::string json = RecordToJson(record);
  absl::Status saved = Replace(kRecord, json);
  const int error = ErrnoOf(saved).value_or(0);
  const bool is_full = error == ENOSPC || error == EDQUOT;
  if (!is_full || !raw::UnlinkAt(fd(), kReserve, 0).ok()) return saved;
  return Replace(kRecord, json);
}

absl::Status Directory::Reserve() const {
  // A record is written beside the old one.
  constexpr off_t kBytes = 64 << 10;
  const std::string path = PathOf(kReserve);
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(
          raw::OpenAt(fd(), kReserve, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600),
          sys::Quoted(path)));
  const raw::Result reserved =
      raw::Call(SYS_fallocate, file.get(), 0, off_t{0}, kBytes);
  // Not all file systems can.
  if (reserved.error() == EOPNOTSUPP) return absl::OkStatus();
  return sys::CallStatus(reserved, sys::Quoted(path));
}

absl::StatusOr<Record> Directory::Load() const {
  return LoadRecord(fd(), id_, PathOf(kRecord));
}

absl::Status Directory::MakeFile(const char* name,
                                 absl::string_view content) const {
  return IsFile(fd(), name) ? absl::OkStatus() : Replace(name, content, 0644);
}

absl::Status Directory::SaveConfig(absl::string_view json) const {
  return Replace(kConfig, json);
}

absl::StatusOr<std::string> Directory::LoadConfig() const {
  std::string json;
  CHM_RETURN_IF_ERROR(ReadFile(fd(), kConfig, PathOf(kConfig), json).status());
  return json;
}

void Directory::Unlock() { (void)raw::Flock(fd(), LOCK_UN); }

absl::Status Directory::Lock() {
  CHM_ASSIGN_OR_RETURN(const bool exists, LockDirectory(fd(), path_));
  return exists ? absl::OkStatus() : DoesNotExist(id_);
}

absl::StatusOr<std::string> Directory::MakeNotifyDirectory() const {
  std::string path = PathOf(kNotifyDirectory);
  const raw::Result made = raw::MkdirAt(fd(), kNotifyDirectory, 0755);
  if (made.error() == EEXIST) return path;
  CHM_RETURN_IF_ERROR(sys::CallStatus(made, sys::Quoted(path)));
  return path;
}

absl::Status Directory::RemoveNotifyDirectory() const {
  const std::string socket = absl::StrCat(kNotifyDirectory, "/notify.sock");
  (void)raw::UnlinkAt(fd(), socket.c_str(), 0);
  const raw::Result removed =
      raw::UnlinkAt(fd(), kNotifyDirectory, AT_REMOVEDIR);
  if (removed.error() == ENOENT) return absl::OkStatus();
  return sys::CallStatus(removed, sys::Quoted(PathOf(kNotifyDirectory)));
}

absl::Status Directory::RemoveFiles() const {
  // It may have been read to its end. Not by a descriptor more: that there are
  // no more may be why it is removed.
  (void)lseek(fd(), 0, SEEK_SET);
  absl::StatusOr<std::vector<std::string>> names =
      sys::ReadDirectory(fd(), path_);
  CHM_RETURN_IF_ERROR(names.status());
  names->emplace_back(kRecord);  // last, so that a second try can be made
  for (const std::string& name : *names) {
    if (name == kRecord && &name != &names->back()) continue;
    if (name == kNotifyDirectory) {
      CHM_RETURN_IF_ERROR(RemoveNotifyDirectory());
      continue;
    }
    const raw::Result removed = raw::UnlinkAt(fd(), name.c_str(), 0);
    if (!removed.ok() && removed.error() != ENOENT) {
      return sys::CallStatus(removed, sys::Quoted(PathOf(name.c_str())));
    }
  }
  return absl::OkStatus();
}

absl::Status Directory::Remove() {
  struct stat status;
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(fd(), &status), sys::Quoted(path_)));
  // A directory of this name would be another container's.
  if (status.st_nlink == 0) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(RemoveFiles());
  const raw::Result removed =
      raw::UnlinkAt(root_.get(), id_.c_str(), AT_REMOVEDIR);
  if (removed.error() == ENOENT) return absl::OkStatus();
  return sys::CallStatus(removed, sys::Quoted(path_));
}

absl::StatusOr<Record> Peek(const std::string& root, const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd root_fd, OpenRootFor(root, id));
  const std::string path = absl::StrCat(root, "/", id);
  CHM_ASSIGN_OR_RETURN(const UniqueFd fd,
                       OpenExisting(root_fd.get(), id, path));
  return LoadRecord(fd.get(), id, absl::StrCat(path, "/", kRecord));
}

absl::StatusOr<std::vector<std::string>> ListIds(const std::string& root) {
  const absl::StatusOr<UniqueFd> fd = OpenRoot(root);
  if (absl::IsNotFound(fd.status())) return std::vector<std::string>();
  CHM_RETURN_IF_ERROR(fd.status());
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       sys::ReadDirectory(fd->get(), root));
  const auto is_none = [&](const std::string& name) {
    return !CheckId(name).ok() ||
           !UniqueFd(raw::OpenAt(fd->get(), name.c_str(),
                                 O_PATH | O_DIRECTORY | O_NOFOLLOW)
                         .fd())
                .valid();
  };
  names.erase(std::remove_if(names.begin(), names.end(), is_none), names.end());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace chmdocker::state
