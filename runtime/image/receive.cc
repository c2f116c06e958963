#include "runtime/image/receive.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/layer_tree.h"

namespace chmdocker::image {
namespace {

bool IsDevice(const ArchiveEntry& entry) {
  return S_ISCHR(entry.mode) || S_ISBLK(entry.mode);
}

// Changes an entry on its way; false: it is left out.
bool Adapt(const ReceiveWish& wish, LeftOut& left_out, ArchiveEntry& entry) {
  if (wish.owner) {
    entry.uid = wish.owner->first;
    entry.gid = wish.owner->second;
  }
  if (!wish.to_host) return true;
  entry.xattrs.clear();
  if (wish.owner) entry.mode &= ~mode_t{S_ISUID | S_ISGID};
  if (!IsDevice(entry)) return true;
  ++left_out.devices;
  return false;
}

// "root/a" becomes "NAME/a", or "./a".
void Rename(const std::string& name, std::string& path) {
  path = absl::StrCat(name.empty() ? "." : name,
                      absl::StripPrefix(path, kSentRoot));
}

// An archive as it comes in.
struct Incoming {
  std::unique_ptr<Decompressor> source;
  std::unique_ptr<ArchiveReader> reader;
};

absl::StatusOr<Incoming> OpenIncoming(int archive, const std::string& name) {
  Incoming in;
  CHM_ASSIGN_OR_RETURN(in.source, Decompressor::Open(archive, name));
  CHM_ASSIGN_OR_RETURN(
      in.reader,
      ArchiveReader::Open([source = in.source.get()] { return source->Read(); },
                          name));
  return in;
}

// Adds `entry` and all that follow. With a `name` they are renamed.
absl::StatusOr<LeftOut> AddAll(ArchiveReader& reader,
                               std::optional<ArchiveEntry> entry,
                               UniqueFd directory, const std::string* name,
                               const ReceiveWish& wish) {
  LayerTree tree(std::move(directory), Whiteouts::kNames);
  LeftOut left_out;
  while (entry) {
    if (name != nullptr) {
      Rename(*name, entry->path);
      if (!entry->hardlink.empty()) Rename(*name, entry->hardlink);
    }
    if (Adapt(wish, left_out, *entry)) {
      CHM_RETURN_IF_ERROR(tree.Add(*entry, reader));
    }
    CHM_ASSIGN_OR_RETURN(entry, reader.Next());
  }
  CHM_RETURN_IF_ERROR(tree.Finish());
  left_out.devices += tree.left_out().devices;
  left_out.owners += tree.left_out().owners;
  left_out.attributes += tree.left_out().attributes;
  return left_out;
}

}  // namespace

absl::StatusOr<LeftOut> ReceiveTree(
    int archive,
    absl::FunctionRef<absl::StatusOr<Arrival>(const ArchiveEntry&)> choose,
    const ReceiveWish& wish) {
  CHM_ASSIGN_OR_RETURN(const Incoming in, OpenIncoming(archive, "the files"));
  CHM_ASSIGN_OR_RETURN(std::optional<ArchiveEntry> entry, in.reader->Next());
  if (!entry) return absl::DataLossError("no files have come");
  CHM_ASSIGN_OR_RETURN(Arrival arrival, choose(*entry));
  return AddAll(*in.reader, std::move(entry), std::move(arrival.directory),
                &arrival.name, wish);
}

absl::StatusOr<LeftOut> ReceiveArchive(int archive, const std::string& name,
                                       UniqueFd directory,
                                       const ReceiveWish& wish) {
  CHM_ASSIGN_OR_RETURN(const Incoming in, OpenIncoming(archive, name));
  CHM_ASSIGN_OR_RETURN(std::optional<ArchiveEntry> entry, in.reader->Next());
  return AddAll(*in.reader, std::move(entry), std::move(directory), nullptr,
                wish);
}

}  // namespace chmdocker::image
