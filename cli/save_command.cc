#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/image/save.h"
#include "runtime/image/store.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

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

// What is half written is no archive.
absl::Status SaveToFile(const image::Store& store, const SaveWords& words) {
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(AT_FDCWD, words.output.c_str(),
                              O_WRONLY | O_CREAT | O_TRUNC, 0666),
                  sys::Quoted(words.output)));
  const absl::Status saved =
      image::Save(store, words.images, file.get(), words.output);
  struct stat status;
  if (!saved.ok() && raw::Fstat(file.get(), &status).ok() &&
      S_ISREG(status.st_mode)) {
    (void)raw::UnlinkAt(AT_FDCWD, words.output.c_str(), 0);
  }
  return saved;
}

absl::Status Save(const image::Store& store, const SaveWords& words) {
  if (!words.output.empty() && words.output != "-") {
    return SaveToFile(store, words);
  }
  if (isatty(STDOUT_FILENO) != 0) {
    return absl::InvalidArgumentError(
        "cowardly refusing to save to a terminal. Use the -o flag or redirect");
  }
  return image::Save(store, words.images, STDOUT_FILENO, "standard output");
}

absl::StatusOr<Action> Parse(Words words) {
  SaveWords save;
  CHM_ASSIGN_OR_RETURN(save.images, ReadFlags({kFlags, &save}, words));
  if (save.images.empty()) {
    return absl::InvalidArgumentError("wants at least one image");
  }
  return WithStore([save](const Session&, const image::Store& store) {
    return Save(store, save);
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
