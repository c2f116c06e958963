#include "cli/image_options.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/run_options.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/config.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {
namespace {

void SetCommand(const image::ImageConfig& config, RunOptions& options) {
  std::vector<std::string> command =
      options.entrypoint ? std::vector<std::string>{*options.entrypoint}
                         : config.entrypoint;
  // An empty one is none.
  std::erase(command, "");
  const bool has_words = !options.command.empty() || options.entrypoint;
  const std::vector<std::string>& words =
      has_words ? options.command : config.cmd;
  command.insert(command.end(), words.begin(), words.end());
  options.command = std::move(command);
}

// What a container needs its own of (CVE-2019-16884).
bool IsTaken(absl::string_view path) {
  return path == "/" || path == "/dev" || path::IsWithin(path, "/proc") ||
         path::IsWithin(path, "/sys");
}

absl::Status AddVolumes(
    const image::ImageConfig& config,
    const std::function<std::string(size_t number)>& volume_path,
    RunOptions& options) {
  std::vector<spec::Mount> volumes;
  for (const std::string& text : config.volumes) {
    const std::string path = path::CleanPath(text);
    if (IsTaken(path)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the image wants a volume on ", Quote(text),
                       ", which would be in the place of the container's own"));
    }
    const auto is_there = [&](const spec::Mount& mount) {
      return path::CleanPath(mount.destination) == path;
    };
    if (std::any_of(options.mounts.begin(), options.mounts.end(), is_there) ||
        std::any_of(volumes.begin(), volumes.end(), is_there)) {
      continue;
    }
    spec::Mount& mount = volumes.emplace_back();
    mount.type = "bind";
    mount.bind = mount.recursive = mount.fills_source = true;
    // In a plan that is not carried out there is none yet.
    mount.makes_source = true;
    mount.source = volume_path(volumes.size() - 1);
    mount.destination = path;
  }
  options.mounts.insert(options.mounts.end(), volumes.begin(), volumes.end());
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyImage(
    const image::ImageConfig& config,
    const std::function<std::string(size_t number)>& volume_path,
    RunOptions& options) {
  SetCommand(config, options);
  if (options.command.empty()) {
    return absl::InvalidArgumentError(
        "no command specified: the image has none, and there is none behind "
        "it");
  }
  if (options.rights.user.empty()) options.rights.user = config.user;
  if (options.workdir.empty() && !config.working_dir.empty()) {
    options.workdir = path::CleanPath(config.working_dir);
  }
  options.image_env = config.env;
  return AddVolumes(config, volume_path, options);
}

size_t CountVolumes(const RunOptions& options) {
  return static_cast<size_t>(std::count_if(
      options.mounts.begin(), options.mounts.end(),
      [](const spec::Mount& mount) { return mount.fills_source; }));
}

absl::Status AddEnvFile(const std::string& name, absl::string_view text,
                        RunOptions& options) {
  std::vector<std::string> entries;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripLeadingAsciiWhitespace(absl::StripSuffix(line, "\r"));
    if (line.empty() || line[0] == '#') continue;
    const absl::string_view variable = line.substr(0, line.find('='));
    if (variable.empty() ||
        variable.find_first_of(" \t") != absl::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("--env-file ", Quote(name), ": ", Quote(line),
                       ": wants NAME=value, or NAME alone"));
    }
    entries.emplace_back(line);
  }
  options.env.insert(options.env.begin(), entries.begin(), entries.end());
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
