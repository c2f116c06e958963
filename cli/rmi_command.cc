#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/image_commands.h"
#include "cli/image_store.h"
#include "cli/print.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/images.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

struct RmiWords {
  bool force = false;
  std::vector<std::string> images;
};

constexpr Flag kFlags[] = {
    {"force", "f", "",
     "with all its names; an image that is not there is no error",
     Into<&RmiWords::force>},
};

absl::Status RemoveOne(const image::Store& store, const std::string& text,
                       bool force) {
  const absl::StatusOr<image::Removed> removed =
      image::RemoveImage(store, text, force);
  if (force && absl::IsNotFound(removed.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(removed.status());
  std::string out;
  for (const std::string& name : removed->untagged) {
    absl::StrAppend(&out, "Untagged: ", name, "\n");
  }
  for (const std::string& id : removed->deleted) {
    absl::StrAppend(&out, "Deleted: ", id, "\n");
  }
  return PrintToStdout(out);
}

// All are tried; the first error is told.
absl::Status Remove(image::Store& store, const RmiWords& words) {
  CHM_RETURN_IF_ERROR(store.LockForChange());
  absl::Status first;
  for (const std::string& text : words.images) {
    first.Update(RemoveOne(store, text, words.force));
  }
  return first;
}

absl::StatusOr<Action> Parse(Words words) {
  RmiWords rmi;
  CHM_ASSIGN_OR_RETURN(rmi.images, ReadFlags({kFlags, &rmi}, words));
  if (rmi.images.empty()) {
    return absl::InvalidArgumentError("wants at least one image");
  }
  return WithStore([rmi](const Session&, image::Store& store) {
    return Remove(store, rmi);
  });
}

}  // namespace

constexpr Command kRmiCommand = {
    "rmi",
    "rmi",
    "Remove images",
    "rmi [-f] IMAGE...",
    "By a name, that name is removed, and the image with its last one. Layers "
    "go when\n   neither an image nor a container needs them.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
