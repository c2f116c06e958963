#include "runtime/container/kept_layer.h"

#include <errno.h>
#include <fcntl.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/instance.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/image/changes.h"
#include "runtime/image/with_ids.h"
#include "runtime/state/record.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::container {
namespace {

// image::ContainerRoot's directories, once it is known that they are what the
// container's root is made of.
absl::StatusOr<UniqueFd> OpenUpper(const Instance& instance) {
  if (instance.record.kept->image.empty()) {
    return absl::FailedPreconditionError(
        "the container has no image that its files could be compared with; "
        "'export' writes all of them");
  }
  const int directory = instance.directory.fd();
  if (UniqueFd(raw::OpenAt(directory, "fs/copied", O_PATH | O_NOFOLLOW).fd())
          .valid()) {
    return absl::FailedPreconditionError(
        "what the container has written can't be told from its image's files, "
        "for they were copied, as their layers could not be mounted; 'export' "
        "writes all of them");
  }
  return sys::CallFd(
      raw::OpenAt(directory, "fs/upper", O_PATH | O_DIRECTORY | O_NOFOLLOW),
      "\"fs/upper\"");
}

absl::StatusOr<std::vector<UniqueFd>> OpenLower(const Instance& instance) {
  std::vector<UniqueFd> layers;
  for (;;) {
    const std::string path = absl::StrCat("fs/lower/", layers.size());
    const raw::Result opened = raw::OpenAt(instance.directory.fd(),
                                           path.c_str(), O_PATH | O_DIRECTORY);
    if (opened.error() == ENOENT) return layers;
    CHM_ASSIGN_OR_RETURN(UniqueFd layer,
                         sys::CallFd(opened, sys::Quoted(path)));
    layers.push_back(std::move(layer));
  }
}

}  // namespace

absl::StatusOr<std::string> Diff(const Runtime& runtime,
                                 const std::string& id) {
  CHM_ASSIGN_OR_RETURN(const Instance instance, Open(KeptRuntime(runtime), id));
  CHM_ASSIGN_OR_RETURN(const UniqueFd upper, OpenUpper(instance));
  CHM_ASSIGN_OR_RETURN(const std::vector<UniqueFd> layers, OpenLower(instance));
  CHM_ASSIGN_OR_RETURN(image::WithIds changes, image::CallWithIds([&] {
                         return image::ListChanges(upper.get(), layers);
                       }));
  return std::move(changes.answer);
}

}  // namespace chmdocker::container
