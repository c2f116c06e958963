#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/create_flags.h"
#include "cli/exit_code.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/oci/spec_template.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/files.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::cli {
namespace {

constexpr Flag kFlags[] = {
    {"bundle", "b", "DIR", kBundleText, Into<&SpecWords::bundle>},
    {"rootless", "", "", "for an ordinary user", Into<&SpecWords::rootless>},
};

// A configuration that is there is never overwritten.
absl::Status WriteTemplate(const SpecWords& words) {
  std::optional<oci::RootlessUser> user;
  if (words.rootless) user = oci::RootlessUser{geteuid(), getegid()};
  const std::string path = absl::StrCat(words.bundle, "/config.json");
  CHM_ASSIGN_OR_RETURN(
      const UniqueFd file,
      sys::CallFd(raw::OpenAt(AT_FDCWD, path.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL, 0666),
                  sys::Quoted(path)));
  return sys::WriteAll(file.get(), oci::SpecTemplateJson(user), path);
}

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const SpecWords parsed, ParseSpec(words));
  return Doing([parsed](const Session&) { return WriteTemplate(parsed); });
}

}  // namespace

absl::StatusOr<SpecWords> ParseSpec(Words words) {
  SpecWords parsed;
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({kFlags, &parsed}, words));
  if (!rest.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("wants no arguments, and got ", Quote(rest[0])));
  }
  return parsed;
}

constexpr Command kSpecCommand = {"spec",
                                  "spec",
                                  "Write a config.json to start from",
                                  "spec [options]",
                                  "One that is there is not overwritten.",
                                  kFlags,
                                  Parse,
                                  kExitOciFailure};

}  // namespace chmdocker::cli
