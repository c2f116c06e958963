#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/image_commands.h"
#include "cli/image_store.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/images.h"
#include "runtime/image/manifest.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

absl::Status Tag(const Session& session, image::Store& store,
                 const std::string& from, const image::Reference& name) {
  CHM_RETURN_IF_ERROR(store.LockForChange());
  CHM_ASSIGN_OR_RETURN(const image::Image image, image::FindImage(store, from));
  CHM_ASSIGN_OR_RETURN(image::Index index, store.layout().ReadIndex());
  image::AddToIndex(image.descriptor, &name, index);
  CHM_RETURN_IF_ERROR(store.WriteIndex(index));
  TellOfImage(session, "tag", image.id, name.Familiar());
  return absl::OkStatus();
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (rest.size() != 2) {
    return absl::InvalidArgumentError("wants an image and a name for it");
  }
  CHM_ASSIGN_OR_RETURN(const image::Reference name,
                       image::ParseReference(rest[1]));
  return WithStore(
      [from = rest[0], name](const Session& session, image::Store& store) {
        return Tag(session, store, from, name);
      });
}

}  // namespace

constexpr Command kTagCommand = {"tag",
                                 "tag",
                                 "Give an image another name",
                                 "tag IMAGE NAME[:TAG]",
                                 "An image that has had this name loses it.",
                                 {},
                                 Parse,
                                 kExitOciFailure};

}  // namespace chmdocker::cli
