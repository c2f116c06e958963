#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/oci_commands.h"
#include "cli/print.h"
#include "cli/version.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/oci/features.h"

namespace chmdocker::cli {
namespace {

constexpr absl::string_view kSeccompArchitectures[] = {
    "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32"};

absl::StatusOr<Action> Parse(Words words) {
  CHM_ASSIGN_OR_RETURN(const std::vector<std::string> rest,
                       ReadFlags({{}, nullptr}, words));
  if (!rest.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("wants no arguments, and got ", Quote(rest[0])));
  }
  return Doing([](const Session&) {
    oci::FeaturesInput input;
    input.version = kVersion;
    input.systemd_cgroups = true;
    input.systemd_user_cgroups = true;
    input.seccomp_architectures = kSeccompArchitectures;
    return PrintToStdout(oci::FeaturesJson(input));
  });
}

}  // namespace

constexpr Command kFeaturesCommand = {"features",
                                      "features",
                                      "Print what this runtime can do, as JSON",
                                      "features",
                                      "",
                                      {},
                                      Parse,
                                      kExitOciFailure};

}  // namespace chmdocker::cli
