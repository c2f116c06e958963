#include "cli/run_words.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/create_flags.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/run_options.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {
namespace {

struct Both {
  RunOptions person;
  container::RunOptions engine;
  bool is_engine = false;  // one of its flags was given
};

template <auto kField>
constexpr auto Person = Into<&Both::person, kField>;

absl::Status TiInto(void* both, absl::string_view text) {
  CHM_RETURN_IF_ERROR(Person<&RunOptions::tty>(both, text));
  return Person<&RunOptions::interactive>(both, text);
}

template <auto... kFields>
absl::Status EngineInto(void* both, absl::string_view text) {
  static_cast<Both*>(both)->is_engine = true;
  return Into<&Both::engine, kFields...>(both, text);
}
template <auto kField>
constexpr auto Create = EngineInto<&container::RunOptions::create, kField>;

absl::Status NoSubreaper(void* both, absl::string_view) {
  static_cast<Both*>(both)->is_engine = true;
  return absl::OkStatus();
}

using container::CreateOptions;

constexpr Flag kFlags[] = {
    {"ti", "", "", "enable tty", TiInto},
    {"tty", "t", "", "give the command a pseudo-terminal of its own",
     Person<&RunOptions::tty>},
    {"interactive", "i", "", "pass standard input to the command",
     Person<&RunOptions::interactive>},
    {"env", "e", "NAME=VALUE",
     "set an environment variable; NAME alone passes the caller's on "
     "(repeatable)",
     Person<&RunOptions::env>},
    {"workdir", "w", "DIR", "directory the command starts in",
     Person<&RunOptions::workdir>},
    {"hostname", "", "NAME", "host name inside the container",
     Person<&RunOptions::hostname>},
    {"rootfs", "", "DIR",
     "use DIR as the root directory instead of the host's; the environment is "
     "then PATH, HOME, TERM and --env",
     Person<&RunOptions::rootfs>},
    {"readonly", "", "", "make the root file system of --rootfs read-only",
     Person<&RunOptions::readonly>},
    {"dry-run", "", "", "print the plan and do nothing",
     Person<&RunOptions::dry_run>},
    {"explain", "", "",
     "print each step as it happens, with its time and result",
     Person<&RunOptions::explain>},
    {"format", "", "FORMAT",
     "print plan and steps as text or json (default: text)",
     Person<&RunOptions::format>},
    {"bundle", "b", "DIR", kBundleText, Create<&CreateOptions::bundle>},
    {"config", "f", "FILE", kConfigText, Create<&CreateOptions::config>},
    {"detach", "d", "", "return when the command runs",
     EngineInto<&container::RunOptions::detach>},
    {"keep", "", "", "keep the container when its command has ended",
     EngineInto<&container::RunOptions::keep>},
    {"console-socket", "", "SOCKET", kConsoleSocketText,
     Create<&CreateOptions::console_socket>},
    {"pid-file", "", "FILE", kPidFileText, Create<&CreateOptions::pid_file>},
    {"pidfd-socket", "", "SOCKET", kPidfdSocketText,
     Create<&CreateOptions::pidfd_socket>},
    {"no-pivot", "", "", kNoPivotText, Create<&CreateOptions::no_pivot>},
    {"no-new-keyring", "", "", kNoNewKeyringText,
     Create<&CreateOptions::no_new_keyring>},
    {"preserve-fds", "", "N", kPreserveFdsText,
     Create<&CreateOptions::preserve_fds>},
    {"no-subreaper", "", "", kNoSubreaperText, NoSubreaper},
};

}  // namespace

absl::Span<const Flag> RunFlags() { return kFlags; }

absl::StatusOr<RunWords> ParseRun(Words words,
                                  const std::function<bool()>& in_bundle) {
  Both both;
  CHM_ASSIGN_OR_RETURN(std::vector<std::string> rest,
                       ReadFlags({kFlags, &both, Order::kFlagsFirst}, words));
  const bool is_person = both.person != RunOptions();
  if (both.is_engine && is_person) {
    return absl::InvalidArgumentError(
        "flags of a container from a bundle and of a container for a command "
        "don't go together");
  }
  const bool is_id = !is_person && rest.size() == 1 &&
                     !absl::StrContains(rest[0], '/') && in_bundle();
  if (both.is_engine || is_id) {
    CHM_ASSIGN_OR_RETURN(both.engine.create.id, OnlyId(rest));
    return std::move(both.engine);
  }
  both.person.command = std::move(rest);
  return std::move(both.person);
}

}  // namespace chmdocker::cli
