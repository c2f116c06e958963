#include <algorithm>
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
#include "runtime/container/lifecycle.h"
#include "runtime/container/places.h"
#include "runtime/image/images.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"
#include "runtime/state/record.h"

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

// Whether it is a name of an image that has others, too.
bool OnlyUntags(const image::Image& image, const std::string& text) {
  return image.names.size() > 1 &&
         std::any_of(image.names.begin(), image.names.end(),
                     [&](const image::Reference& name) {
                       return name.Familiar() == text ||
                              name.Familiar() == text + ":latest";
                     });
}

// A container that was made from an image can't be started without it.
absl::Status CheckUnused(const container::Runtime& runtime,
                         const image::Store& store, const std::string& text,
                         bool force) {
  const absl::StatusOr<image::Image> image = image::FindAnyImage(store, text);
  if (!image.ok() || OnlyUntags(*image, text)) return absl::OkStatus();
  CHM_ASSIGN_OR_RETURN(const std::vector<container::Snapshot> containers,
                       container::List(container::KeptRuntime(runtime)));
  for (const container::Snapshot& one : containers) {
    const state::Record& record = one.record;
    if (!record.kept || record.kept->image_id != image->id) continue;
    const bool runs = one.status != container::Status::kStopped;
    if (!runs && force) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "conflict: image ", text, " is used by ",
        runs ? "running container " : "stopped container ", record.kept->name,
        runs ? "; stop and remove that first"
             : "; remove that first, or use -f"));
  }
  return absl::OkStatus();
}

absl::Status RemoveOne(const Session& session, const image::Store& store,
                       const std::string& text, bool force) {
  CHM_RETURN_IF_ERROR(CheckUnused(session.runtime, store, text, force));
  const absl::StatusOr<image::Removed> removed =
      image::RemoveImage(store, text, force);
  if (force && absl::IsNotFound(removed.status())) return absl::OkStatus();
  CHM_RETURN_IF_ERROR(removed.status());
  std::string out;
  for (const std::string& name : removed->untagged) {
    absl::StrAppend(&out, "Untagged: ", name, "\n");
    TellOfImage(session, "untag", removed->id, name);
  }
  if (removed->deleted) {
    absl::StrAppend(&out, "Deleted: ", removed->id, "\n");
    TellOfImage(session, "delete", removed->id, "");
  }
  return PrintToStdout(out);
}

// All are tried; the first error is told.
absl::Status Remove(const Session& session, image::Store& store,
                    const RmiWords& words) {
  CHM_RETURN_IF_ERROR(store.LockForChange());
  absl::Status first;
  for (const std::string& text : words.images) {
    first.Update(RemoveOne(session, store, text, words.force));
  }
  return first;
}

absl::StatusOr<Action> Parse(Words words) {
  RmiWords rmi;
  CHM_ASSIGN_OR_RETURN(rmi.images, ReadFlags({kFlags, &rmi}, words));
  if (rmi.images.empty()) {
    return absl::InvalidArgumentError("wants at least one image");
  }
  return WithStore([rmi](const Session& session, image::Store& store) {
    return Remove(session, store, rmi);
  });
}

}  // namespace

constexpr Command kRmiCommand = {
    "rmi",
    "rmi",
    "Remove images",
    "rmi [-f] IMAGE...",
    "By a name, that name is removed, and the image with its last one, unless "
    "a "
    "container\n   needs it. Layers "
    "go when\n   neither an image nor a container needs them.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
