#include "testing/bench/programs.h"

#include <linux/filter.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "runtime/security/default_filter.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/defaults.h"
#include "testing/bench/options.h"

namespace chmdocker::bench {
namespace {

namespace fs = std::filesystem;

absl::Status Install(const std::string& file, const std::string& copy) {
  std::error_code error;
  if (fs::copy_file(file, copy, error)) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("copy ", file, " to ", copy, ": ", error.message()));
}

absl::Status WriteFilter(const std::string& path) {
  const absl::StatusOr<security::SeccompFilter> filter =
      security::DefaultFilter(spec::kDefaultCapabilities);
  if (!filter.ok()) return filter.status();
  std::ofstream out(path);
  out.write(reinterpret_cast<const char*>(filter->program.data()),
            static_cast<std::streamsize>(filter->program.size() *
                                         sizeof(sock_filter)));
  out.close();
  return out.good() ? absl::OkStatus()
                    : absl::UnavailableError(absl::StrCat(path, ": write"));
}

}  // namespace

absl::StatusOr<Programs> InstallPrograms(const Options& options,
                                         const std::string& directory) {
  Programs programs;
  programs.builds = options.builds;
  // Where Bazel puts them, as seen from the directory that `bazel run` and a
  // test start in; bazel-bin is such a directory too.
  const std::pair<const char*, std::string*> built[] = {
      {"cli/chmdocker", &programs.chmdocker},
      {"runtime/init/chmdocker-init", &programs.init},
      {"testing/bench/floor/floor", &programs.floor},
      {"testing/bench/floor/oci_floor", &programs.oci_floor},
      {"testing/bench/floor/oci_cycle", &programs.cycle_floor},
      {"testing/bench/floor/exec_floor", &programs.exec_floor},
      {"testing/bench/floor/hello", &programs.hello},
      {"testing/bench/floor/wait", &programs.wait},
      {"testing/bench/floor/true", &programs.command}};
  for (const auto& [file, copy] : built) {
    *copy = absl::StrCat(directory, "/", fs::path(file).filename().string());
    if (absl::Status status = Install(file, *copy); !status.ok()) return status;
  }
  for (Build& build : programs.builds) {
    const std::string file = std::move(build.file);
    build.file = absl::StrCat(directory, "/build-", build.name);
    if (absl::Status status = Install(file, build.file); !status.ok()) {
      return status;
    }
  }
  programs.filter = absl::StrCat(directory, "/filter");
  if (absl::Status status = WriteFilter(programs.filter); !status.ok()) {
    return status;
  }
  return programs;
}

std::string FindProgram(absl::string_view name) {
  const char* const path = getenv("PATH");
  for (const absl::string_view directory :
       absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    std::string file = absl::StrCat(directory, "/", name);
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

}  // namespace chmdocker::bench
