// The state directory: one directory a container, ROOT/ID, mode 0700,
// flock(2)ed by the command that works on the container.
//
//   state.json   the Record, written by atomic rename
//   config.json  the configuration that the container was created from
//   notify/      what a service manager's container says: sd_notify(3)
//   start.sock   where a created container waits for its start
//   hosts, ...   files that the container is shown: container/own_files.h
//   reserve      space for the record, of a container that is kept
#ifndef CHMDOCKER_RUNTIME_STATE_DIRECTORY_H_
#define CHMDOCKER_RUNTIME_STATE_DIRECTORY_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/unique_fd.h"
#include "runtime/state/record.h"

namespace chmdocker::state {

inline constexpr char kStartSocket[] = "start.sock";
// A directory that the container is shown, with the socket by which it says
// that it is ready.
inline constexpr char kNotifyDirectory[] = "notify";

// OK for what may be an id: [A-Za-z0-9_+.-]+, not "." or "..", at most 255
// bytes (NAME_MAX).
absl::Status CheckId(absl::string_view id);

// /run/chmdocker, or chmdocker below XDG_RUNTIME_DIR for an ordinary user who
// has one. `ordinary_user`: not root, or root of a user namespace only.
// `runtime_dir`: the value of XDG_RUNTIME_DIR, may be empty.
std::string DefaultRoot(bool ordinary_user, absl::string_view runtime_dir);

// One container's directory, locked as long as the object lives: two commands
// on one container never overlap.
//
// A root that others may write, or that belongs to another user, is refused:
// who can write there can name any process as a container's.
class Directory {
 public:
  // Makes ROOT (with parents) and ROOT/ID. AlreadyExists: "container with given
  // ID already exists". What a killed Create or Remove left, which is a
  // directory without a state.json that nobody has locked, is taken over,
  // empty: Save comes before the first Unlock.
  static absl::StatusOr<Directory> Create(const std::string& root,
                                          const std::string& id);

  // Waits for the lock. NotFound: `container "ID" does not exist`.
  static absl::StatusOr<Directory> Open(const std::string& root,
                                        const std::string& id);

  Directory(Directory&&) = default;
  Directory& operator=(Directory&&) = default;

  // Of ROOT/ID; owned by this object, which keeps the lock with it.
  int fd() const { return directory_.get(); }
  const std::string& path() const { return path_; }

  // The old record stays when the new one can't be written.
  absl::Status Save(const Record& record) const;
  // Sets space aside, for the one Save that finds none left: how a container
  // ended must not get lost because its log has filled the disk.
  absl::Status Reserve() const;
  // Of a create that was killed before its first Save: a Record in phase
  // kCreating with no more than its id. DataLoss names the file that can't be
  // understood.
  absl::StatusOr<Record> Load() const;

  // Makes kNotifyDirectory and returns its path.
  absl::StatusOr<std::string> MakeNotifyDirectory() const;

  // A file that the container's users may read, with `content`, unless there is
  // one of that name.
  absl::Status MakeFile(const char* name, absl::string_view content) const;

  absl::Status SaveConfig(absl::string_view json) const;
  absl::StatusOr<std::string> LoadConfig() const;  // empty: there is none

  // Lets others work on the container while this process waits for it.
  void Unlock();
  // NotFound when another command has removed it meanwhile.
  absl::Status Lock();

  // Removes all of it, the record last of the files, and the directory. What is
  // gone already is no error.
  absl::Status Remove();

 private:
  Directory(std::string path, std::string id, UniqueFd root, UniqueFd directory)
      : path_(std::move(path)),
        id_(std::move(id)),
        root_(std::move(root)),
        directory_(std::move(directory)) {}

  std::string PathOf(const char* name) const { return path_ + "/" + name; }
  absl::Status Replace(const char* name, absl::string_view content,
                       mode_t mode = 0600) const;
  absl::Status RemoveFiles() const;
  absl::Status RemoveNotifyDirectory() const;

  std::string path_;
  std::string id_;
  UniqueFd root_;
  UniqueFd directory_;
};

// The record of a container without waiting for whoever works on it: a rename
// is atomic. Errors as of Directory::Open and Load.
absl::StatusOr<Record> Peek(const std::string& root, const std::string& id);

// All ids below `root`, sorted; none when it does not exist.
absl::StatusOr<std::vector<std::string>> ListIds(const std::string& root);

}  // namespace chmdocker::state

#endif  // CHMDOCKER_RUNTIME_STATE_DIRECTORY_H_
