// Instructions that change an image's configuration: the simple ones of
// Dockerfiles. Pure.
#ifndef CHMDOCKER_CLI_IMAGE_CHANGE_H_
#define CHMDOCKER_CLI_IMAGE_CHANGE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/image/config.h"

namespace chmdocker::cli {

// Sets "NAME=value" among `all`, in the place of the same name's.
void SetVariable(absl::string_view entry, std::vector<std::string>& all);
// The same of labels; without "=" the value is empty.
void SetLabel(absl::string_view entry, image::ImageConfig& config);

// Does what the lines say, "CMD [\"sh\"]" for example: CMD, ENTRYPOINT, ENV,
// EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR. An ENTRYPOINT without a CMD
// in front of it takes the command away that there was, as docker's does.
// InvalidArgument for anything else, and for what can't be understood.
absl::Status ApplyChanges(const std::vector<std::string>& lines,
                          image::ImageConfig& config);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_IMAGE_CHANGE_H_
