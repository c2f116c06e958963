#include "testing/bench/programs.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
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

}  // namespace

absl::StatusOr<Programs> InstallPrograms(const Options& options,
                                         const std::string& directory) {
  Programs programs = {absl::StrCat(directory, "/chmdocker"),
                       absl::StrCat(directory, "/floor"),
                       absl::StrCat(directory, "/oci_floor"),
                       absl::StrCat(directory, "/oci_cycle"),
                       absl::StrCat(directory, "/true"),
                       options.builds};
  const std::pair<const char*, const std::string*> built[] = {
      {kBuiltChmdocker, &programs.chmdocker},
      {"testing/bench/floor/floor", &programs.floor},
      {"testing/bench/floor/oci_floor", &programs.oci_floor},
      {"testing/bench/floor/oci_cycle", &programs.cycle_floor},
      {kBuiltCommand, &programs.command}};
  for (const auto& [file, copy] : built) {
    if (absl::Status status = Install(file, *copy); !status.ok()) return status;
  }
  for (Build& build : programs.builds) {
    const std::string file = std::move(build.file);
    build.file = absl::StrCat(directory, "/build-", build.name);
    if (absl::Status status = Install(file, build.file); !status.ok())
      return status;
  }
  return programs;
}

}  // namespace chmdocker::bench
