#include "runtime/image/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/digest.h"
#include "runtime/image/manifest.h"
#include "runtime/image/remove_tree.h"
#include "runtime/image/with_ids.h"
#include "runtime/state/root.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

constexpr char kIndexFile[] = "index.json";
constexpr char kLayoutName[] = "oci-layout";
constexpr char kLock[] = ".lock";
constexpr char kNewIndex[] = ".index.json";

absl::StatusOr<UniqueFd> MakeDirectory(int parent, const std::string& name) {
  const raw::Result made = raw::MkdirAt(parent, name.c_str(), 0700);
  if (!made.ok() && made.error() != EEXIST) {
    return sys::CallStatus(made, sys::Quoted(name));
  }
  return sys::OpenDirectory(parent, name);
}

// A regular file of a layout; a pipe would make the caller wait.
absl::StatusOr<UniqueFd> OpenFile(int directory, const std::string& name,
                                  struct stat& status) {
  CHM_ASSIGN_OR_RETURN(
      UniqueFd file,
      sys::CallFd(raw::OpenAt(directory, name.c_str(),
                              O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
                  sys::Quoted(name)));
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fstat(file.get(), &status), sys::Quoted(name)));
  if (S_ISREG(status.st_mode)) return file;
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(name), ": is no regular file"));
}

// Written beside it, to the disk, and renamed.
absl::Status ReplaceFile(int directory, const char* temporary,
                         const std::string& name, absl::string_view content) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(directory, temporary,
                              O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600),
                  sys::Quoted(temporary)));
  CHM_RETURN_IF_ERROR(sys::WriteAll(file.get(), content, temporary));
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fsync(file.get()), sys::Quoted(temporary)));
  CHM_RETURN_IF_ERROR(sys::CallStatus(
      raw::RenameAt(directory, temporary, name.c_str()), sys::Quoted(name)));
  return sys::CallStatus(raw::Fsync(directory), sys::Quoted(name));
}

absl::StatusOr<UniqueFd> LockFile(int directory) {
  CHM_ASSIGN_OR_RETURN(
      UniqueFd file,
      sys::CallFd(
          raw::OpenAt(directory, kLock, O_RDWR | O_CREAT | O_NOFOLLOW, 0600),
          sys::Quoted(kLock)));
  CHM_RETURN_IF_ERROR(sys::Lock(file.get(), kLock));
  return file;
}

bool IsUnfinished(absl::string_view name) {
  return absl::StartsWith(name, ".") && name != kLock;
}

absl::Status RemoveUnfinishedIn(int directory) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd entries,
      sys::CallFd(raw::OpenAt(directory, ".", O_RDONLY | O_DIRECTORY)));
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> names,
                       sys::ReadDirectory(entries.get(), "the store"));
  std::erase_if(names,
                [](const std::string& name) { return !IsUnfinished(name); });
  if (names.empty()) return absl::OkStatus();
  return CallWithIds([&]() -> absl::StatusOr<std::string> {
           for (const std::string& name : names) {
             CHM_RETURN_IF_ERROR(RemoveTree(directory, name));
           }
           return std::string();
         })
      .status();
}

}  // namespace

absl::StatusOr<Layout> Layout::Open(const std::string& directory) {
  CHM_ASSIGN_OR_RETURN(UniqueFd root,
                       sys::CallFd(raw::OpenAt(AT_FDCWD, directory.c_str(),
                                               O_RDONLY | O_DIRECTORY),
                                   sys::Quoted(directory)));
  struct stat status;
  const absl::StatusOr<UniqueFd> layout =
      OpenFile(root.get(), kLayoutName, status);
  if (!layout.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quote(directory), ": is no OCI image layout: it has no oci-layout"));
  }
  CHM_ASSIGN_OR_RETURN(const UniqueFd blobs,
                       sys::OpenDirectory(root.get(), "blobs"));
  CHM_ASSIGN_OR_RETURN(UniqueFd sha256,
                       sys::OpenDirectory(blobs.get(), "sha256"));
  return Layout(directory, std::move(root), std::move(sha256));
}

absl::StatusOr<Index> Layout::ReadIndex() const {
  struct stat status;
  const absl::StatusOr<UniqueFd> file =
      OpenFile(directory(), kIndexFile, status);
  if (absl::IsNotFound(file.status())) return Index();
  CHM_RETURN_IF_ERROR(file.status());
  const std::string path = absl::StrCat(path_, "/", kIndexFile);
  CHM_ASSIGN_OR_RETURN(const std::string json,
                       sys::ReadToEnd(file->get(), kMostDocument, path));
  absl::StatusOr<Index> index = ParseIndex(json);
  if (index.ok()) return index;
  return absl::DataLossError(
      absl::StrCat(Quote(path), ": ", index.status().message()));
}

absl::StatusOr<UniqueFd> Layout::OpenBlob(const Descriptor& descriptor) const {
  struct stat status;
  absl::StatusOr<UniqueFd> file =
      OpenFile(blobs(), std::string(HexOf(descriptor.digest)), status);
  if (absl::IsNotFound(file.status())) {
    return absl::DataLossError(
        absl::StrCat("blob ", descriptor.digest, " is not in ", Quote(path_)));
  }
  if (!file.ok()) return file.status();
  if (static_cast<uint64_t>(status.st_size) != descriptor.size) {
    return absl::DataLossError(
        absl::StrCat("blob ", descriptor.digest, " has ", status.st_size,
                     " bytes, and should have ", descriptor.size));
  }
  return file;
}

absl::StatusOr<std::string> Layout::ReadBlob(
    const Descriptor& descriptor) const {
  CHM_ASSIGN_OR_RETURN(const UniqueFd file, OpenBlob(descriptor));
  CHM_ASSIGN_OR_RETURN(
      std::string content,
      sys::ReadToEnd(file.get(), kMostDocument,
                     absl::StrCat("blob ", descriptor.digest)));
  if (DigestOf(content) == descriptor.digest) return content;
  return absl::DataLossError(absl::StrCat(
      "blob ", descriptor.digest, " has the digest ", DigestOf(content)));
}

absl::StatusOr<Store> Store::Open(const std::string& data_root) {
  CHM_ASSIGN_OR_RETURN(const UniqueFd root,
                       state::MakeRoot(data_root, "--data-root"));
  CHM_ASSIGN_OR_RETURN(UniqueFd images, MakeDirectory(root.get(), "images"));
  CHM_ASSIGN_OR_RETURN(const UniqueFd blobs,
                       MakeDirectory(images.get(), "blobs"));
  CHM_ASSIGN_OR_RETURN(UniqueFd sha256, MakeDirectory(blobs.get(), "sha256"));
  CHM_ASSIGN_OR_RETURN(UniqueFd layers, MakeDirectory(root.get(), "layers"));
  CHM_ASSIGN_OR_RETURN(UniqueFd containers,
                       MakeDirectory(root.get(), "containers"));
  return Store(data_root,
               Layout(absl::StrCat(data_root, "/images"), std::move(images),
                      std::move(sha256)),
               std::move(layers), std::move(containers));
}

absl::Status Store::LockForChange() {
  CHM_ASSIGN_OR_RETURN(lock_, LockFile(layout_.directory()));
  return RemoveUnfinished();
}

absl::StatusOr<UniqueFd> Store::LockLayers() const {
  return LockFile(layers());
}

absl::Status Store::RemoveUnfinished() const {
  for (const int directory : {layout_.directory(), layout_.blobs(), layers()}) {
    CHM_RETURN_IF_ERROR(RemoveUnfinishedIn(directory));
  }
  return absl::OkStatus();
}

absl::Status Store::WriteIndex(const Index& index) const {
  CHM_RETURN_IF_ERROR(
      ReplaceFile(layout_.directory(), kNewIndex, kLayoutName, kLayoutFile));
  return ReplaceFile(layout_.directory(), kNewIndex, kIndexFile,
                     IndexToJson(index));
}

absl::StatusOr<Descriptor> Store::WriteBlob(absl::string_view media_type,
                                            absl::string_view content) const {
  CHM_ASSIGN_OR_RETURN(NewBlob blob, NewBlob::Create(*this));
  CHM_RETURN_IF_ERROR(blob.Append(content));
  blob.Close();
  CHM_RETURN_IF_ERROR(blob.Keep());
  Descriptor descriptor;
  descriptor.media_type = std::string(media_type);
  descriptor.digest = blob.digest();
  descriptor.size = blob.size();
  return descriptor;
}

absl::StatusOr<NewBlob> NewBlob::Create(const Store& store) {
  // There is one writer, whose names are free after LockForChange.
  static unsigned count = 0;
  const std::string name = absl::StrCat(".blob", ++count);
  const int directory = store.layout().blobs();
  CHM_ASSIGN_OR_RETURN(
      UniqueFd file,
      sys::CallFd(raw::OpenAt(directory, name.c_str(),
                              O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600),
                  sys::Quoted(name)));
  return NewBlob(store, name, std::move(file));
}

NewBlob::~NewBlob() {
  if (!name_.empty()) (void)raw::UnlinkAt(directory_, name_.c_str(), 0);
}

absl::Status NewBlob::Append(absl::string_view data) {
  hash_.Update(data);
  size_ += data.size();
  if (*progress_) (*progress_)(data.size(), /*total=*/0);
  return sys::WriteAll(file_.get(), data, name_);
}

absl::StatusOr<std::string> NewBlob::Read(size_t most) const {
  std::string text(most, '\0');
  const raw::Result read = raw::Pread(file_.get(), text.data(), most, 0);
  CHM_RETURN_IF_ERROR(sys::CallStatus(read, sys::Quoted(name_)));
  text.resize(static_cast<size_t>(read.value));
  return text;
}

absl::Status NewBlob::Keep() {
  if (name_.empty()) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::Fsync(file_.get()), sys::Quoted(name_)));
  CHM_RETURN_IF_ERROR(
      sys::CallStatus(raw::RenameAt(directory_, name_.c_str(),
                                    std::string(HexOf(digest_)).c_str()),
                      sys::Quoted(name_)));
  name_.clear();
  return absl::OkStatus();
}

}  // namespace chmdocker::image
