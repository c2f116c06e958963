#include "runtime/container/copy_files.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/copy_place.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/root_view.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/child_answer.h"
#include "runtime/image/layer_tree.h"
#include "runtime/image/receive.h"
#include "runtime/image/tar_writer.h"
#include "runtime/image/tree_to_tar.h"
#include "runtime/image/tree_walk.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/pipe.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

using Answer = absl::StatusOr<std::string>;

std::string TextOf(const image::LeftOut& left_out) {
  std::string text;
  if (left_out.devices > 0) {
    absl::StrAppend(&text, "device nodes left out: ", left_out.devices);
  }
  if (left_out.owners > 0) {
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    "files that belong to the caller instead of their user or "
                    "group: ",
                    left_out.owners);
  }
  return text;
}

void Warn(const Runtime& runtime, const std::string& text) {
  if (!text.empty()) runtime.warn(text);
}

absl::Status WriteTree(int source, const image::TarWish& wish, int archive,
                       const std::string& name) {
  CHM_ASSIGN_OR_RETURN(const std::unique_ptr<image::TarWriter> tar,
                       image::TarWriter::Open(archive, name));
  return image::TreeToTar(source, wish, *tar);
}

absl::Status SendTree(int source, int pipe) {
  image::TarWish wish;
  wish.name = image::kSentRoot;
  return WriteTree(source, wish, pipe, "the files");
}

Answer ReceiveIn(const CopyRoot& root, const std::string& path,
                 const std::string& source, int pipe,
                 const image::ReceiveWish& wish) {
  CHM_ASSIGN_OR_RETURN(const image::LeftOut left_out,
                       image::ReceiveTree(
                           pipe,
                           [&](const image::ArchiveEntry& first) {
                             return ChooseArrival(root, path, CopyName(source),
                                                  S_ISDIR(first.mode));
                           },
                           wish));
  return TextOf(left_out);
}

image::ReceiveWish ToContainer(const CopyWish& wish) {
  image::ReceiveWish receive;
  if (!wish.keep_owners) receive.owner = {0, 0};
  return receive;
}

// The names that paths in a container begin with are those of its root.
std::string Inside(const std::string& path) {
  return absl::StartsWith(path, "/") ? path : absl::StrCat("/", path);
}

absl::Status ArchiveToContainer(const Runtime& runtime, const CopyWish& wish,
                                const Describe& describe) {
  UniqueFd none;
  CHM_ASSIGN_OR_RETURN(
      RootView view,
      RootView::Start(
          runtime, wish.id, describe, /*volumes=*/true, none,
          [&](int root) -> Answer {
            CHM_ASSIGN_OR_RETURN(
                UniqueFd directory,
                OpenCopyDirectory({root}, Inside(wish.container_path)));
            // As the archive says, like docker.
            CHM_ASSIGN_OR_RETURN(
                const image::LeftOut left_out,
                image::ReceiveArchive(STDIN_FILENO, "standard input",
                                      std::move(directory), {}));
            return TextOf(left_out);
          }));
  CHM_ASSIGN_OR_RETURN(const std::string note, view.Finish());
  Warn(runtime, note);
  return absl::OkStatus();
}

absl::Status ArchiveFromContainer(const Runtime& runtime, const CopyWish& wish,
                                  const Describe& describe) {
  UniqueFd none;
  CHM_ASSIGN_OR_RETURN(
      RootView view,
      RootView::Start(
          runtime, wish.id, describe, /*volumes=*/true, none,
          [&](int root) -> Answer {
            const std::string path = Inside(wish.container_path);
            CHM_ASSIGN_OR_RETURN(const UniqueFd source,
                                 OpenCopySource({root}, path, wish.follow));
            image::TarWish tar;
            tar.name = CopyName(path);
            if (tar.name.empty()) tar.name = ".";
            CHM_RETURN_IF_ERROR(
                WriteTree(source.get(), tar, STDOUT_FILENO, "standard output"));
            return std::string();
          }));
  return view.Finish().status();
}

}  // namespace

absl::Status CopyToContainer(const Runtime& runtime, const CopyWish& wish,
                             const Describe& describe) {
  (void)signal(SIGPIPE, SIG_IGN);
  if (wish.host_path == "-") return ArchiveToContainer(runtime, wish, describe);
  CHM_ASSIGN_OR_RETURN(const UniqueFd source,
                       OpenCopySource({}, wish.host_path, wish.follow));
  CHM_ASSIGN_OR_RETURN(sys::Pipe pipe, sys::MakePipe());
  CHM_ASSIGN_OR_RETURN(
      RootView view,
      RootView::Start(runtime, wish.id, describe, /*volumes=*/true, pipe.write,
                      [&](int root) {
                        return ReceiveIn({root}, Inside(wish.container_path),
                                         wish.host_path, pipe.read.get(),
                                         ToContainer(wish));
                      }));
  pipe.read.reset();
  absl::Status sent = SendTree(source.get(), pipe.write.get());
  // Who got no more of it says why.
  if (!sent.ok() && ErrnoOf(sent) != EPIPE) return sent;
  pipe.write.reset();
  CHM_ASSIGN_OR_RETURN(const std::string note, view.Finish());
  Warn(runtime, note);
  return sent;
}

absl::Status CopyFromContainer(const Runtime& runtime, const CopyWish& wish,
                               const Describe& describe) {
  if (wish.host_path == "-") {
    return ArchiveFromContainer(runtime, wish, describe);
  }
  CHM_ASSIGN_OR_RETURN(sys::Pipe pipe, sys::MakePipe());
  const std::string path = Inside(wish.container_path);
  CHM_ASSIGN_OR_RETURN(
      RootView view,
      RootView::Start(
          runtime, wish.id, describe, /*volumes=*/true, pipe.read,
          [&](int root) -> Answer {
            CHM_ASSIGN_OR_RETURN(const UniqueFd source,
                                 OpenCopySource({root}, path, wish.follow));
            CHM_RETURN_IF_ERROR(SendTree(source.get(), pipe.write.get()));
            return std::string();
          }));
  pipe.write.reset();
  image::ReceiveWish receive;
  receive.to_host = true;
  if (!wish.keep_owners) receive.owner = {geteuid(), getegid()};
  const Answer received =
      ReceiveIn({}, wish.host_path, path, pipe.read.get(), receive);
  // One that still sends ends by this.
  pipe.read.reset();
  absl::Status sent = view.Finish().status();
  if (!sent.ok() && !absl::IsCancelled(sent)) return sent;
  CHM_RETURN_IF_ERROR(received.status());
  Warn(runtime, *received);
  return sent;
}

absl::Status Export(const Runtime& runtime, const std::string& id,
                    const Describe& describe, int archive,
                    const std::string& name) {
  UniqueFd none;
  CHM_ASSIGN_OR_RETURN(RootView view,
                       RootView::Start(runtime, id, describe, /*volumes=*/false,
                                       none, [&](int root) -> Answer {
                                         image::TarWish wish;
                                         wish.mounts = image::Mounts::kLeaveOut;
                                         CHM_RETURN_IF_ERROR(WriteTree(
                                             root, wish, archive, name));
                                         return std::string();
                                       }));
  return view.Finish().status();
}

}  // namespace chmdocker::container
