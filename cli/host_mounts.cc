#include "cli/host_mounts.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cli/run_options.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/path/lexical.h"
#include "runtime/spec/mount.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cli {

bool IsMissing(const std::string& path) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path.c_str(), O_PATH);
  const UniqueFd found(opened.ok() ? opened.fd() : -1);
  return opened.error() == ENOENT;
}

bool IsCovered(const std::string& path,
               const std::vector<spec::Mount>& mounts) {
  return std::any_of(mounts.begin(), mounts.end(), [&](const auto& mount) {
    return path::IsWithin(path, mount.destination);
  });
}

namespace {

// With those above it.
absl::Status MakeDirectories(const std::string& path) {
  size_t end = 0;
  while (end != std::string::npos) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    const raw::Result made = raw::MkdirAt(AT_FDCWD, part.c_str(), 0755);
    if (made.ok() || made.error() == EEXIST || !IsMissing(part)) continue;
    return sys::CallStatus(made, absl::StrCat("for --volume, ", Quote(part)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareSources(const RunOptions& options,
                            const std::vector<spec::Mount>& mounts) {
  for (const spec::Mount& mount : mounts) {
    if (!mount.bind || !IsMissing(mount.source)) continue;
    if (!mount.makes_source) {
      return absl::InvalidArgumentError(absl::StrCat(
          IsCovered(mount.destination, options.mounts)
              ? "--mount: invalid mount config for type \"bind\": bind source "
                "path does not exist: "
              : "--ipc host: this host does not have ",
          mount.source));
    }
    if (!options.dry_run) CHM_RETURN_IF_ERROR(MakeDirectories(mount.source));
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
