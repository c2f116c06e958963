#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/image_commands.h"
#include "cli/image_store.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/save.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

struct SaveWords {
  std::string output;
  std::vector<std::string> images;
};

constexpr Flag kFlags[] = {
    {"output", "o", "FILE", "write to FILE instead of standard output",
     Into<&SaveWords::output>},
};

absl::StatusOr<Action> Parse(Words words) {
  SaveWords save;
  CHM_ASSIGN_OR_RETURN(save.images, ReadFlags({kFlags, &save}, words));
  if (save.images.empty()) {
    return absl::InvalidArgumentError("wants at least one image");
  }
  return WithStore([save](const Session&, image::Store& store) {
    ProgressLine line("Saving");
    store.Watch(line.progress());
    return WriteArchive(save.output, [&](int archive, const std::string& name) {
      return image::Save(store, save.images, archive, name);
    });
  });
}

}  // namespace

constexpr Command kSaveCommand = {
    "save",
    "save",
    "Save images to an archive",
    "save [-o FILE] IMAGE...",
    "The archive is an OCI image layout that has docker's manifest.json, too: "
    "docker load,\n   podman load and skopeo read it.",
    kFlags,
    Parse,
    kExitOciFailure};

}  // namespace chmdocker::cli
