// An image's configuration: what its command is, and what its layers are
// (OCI image specification, config.md; docker's has the same fields). Pure.
#ifndef CHMDOCKER_RUNTIME_IMAGE_CONFIG_H_
#define CHMDOCKER_RUNTIME_IMAGE_CONFIG_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_writer.h"

namespace chmdocker::image {

struct HistoryEntry {
  std::string created;  // RFC 3339, or ""
  std::string created_by;
  std::string comment;
  bool empty_layer = false;
};

struct ImageConfig {
  std::string created;  // RFC 3339, or ""
  std::string author;
  std::string architecture;
  std::string variant;
  std::string os;

  std::string user;  // as --user has it
  std::vector<std::string> env;
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::string working_dir;
  std::string stop_signal;
  std::vector<std::string> exposed_ports;  // "80/tcp"
  std::vector<std::string> volumes;        // paths in the container
  std::vector<std::pair<std::string, std::string>> labels;

  std::vector<std::string> diff_ids;  // IsDigest; the lowest layer first
  std::vector<HistoryEntry> history;  // the oldest first
};

// InvalidArgument names the field that is wrong.
absl::StatusOr<ImageConfig> ParseConfig(absl::string_view json);

std::string ConfigToJson(const ImageConfig& config);

// The part of it that is about the command.
void WriteProcess(const ImageConfig& config, JsonWriter& json);

}  // namespace chmdocker::image

#endif  // CHMDOCKER_RUNTIME_IMAGE_CONFIG_H_
