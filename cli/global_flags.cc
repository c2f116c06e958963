#include "cli/global_flags.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/flag.h"
#include "cli/flags.h"
#include "cli/log.h"
#include "gflags/gflags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"

DEFINE_string(
    log, "",
    "append log lines to FILE instead of standard error; - is standard "
    "output");
DEFINE_string(log_level, "info",
              "log debug, info, warning or error, and above");
DEFINE_string(log_format, "",
              "write log lines as json or text; default: json for run as a "
              "person uses it, text for all other commands");
DEFINE_bool(debug, false, "the same as --log-level debug");
DEFINE_string(root, "",
              "keep the state of containers in DIR; default: /run/chmdocker, "
              "or chmdocker below XDG_RUNTIME_DIR for an ordinary user");
DEFINE_string(
    data_root, "",
    "keep images and detached containers in DIR; default: /var/lib/chmdocker, "
    "or chmdocker below XDG_DATA_HOME or ~/.local/share for an "
    "ordinary user");
DEFINE_bool(systemd_cgroup, false,
            "let systemd make the cgroups: --cgroup-manager systemd");
DEFINE_string(cgroup_manager, "cgroupfs",
              "who makes cgroups: cgroupfs, systemd or disabled");
DEFINE_string(rootless, "auto",
              "whether the caller is no real root: true, false or auto");
DEFINE_bool(lenient, false,
            "warn of what a configuration asks for and is not implemented, "
            "instead of refusing it");

namespace chmdocker::cli {
namespace {

constexpr Flag kGlobalFlags[] = {
    {"log", "", "FILE", "", nullptr},
    {"log-level", "", "LEVEL", "", nullptr},
    {"log-format", "", "FORMAT", "", nullptr},
    {"debug", "", "", "", nullptr},
    {"root", "", "DIR", "", nullptr},
    {"data-root", "", "DIR", "", nullptr},
    {"systemd-cgroup", "", "", "", nullptr},
    {"cgroup-manager", "", "MANAGER", "", nullptr},
    {"rootless", "", "WHETHER", "", nullptr},
    {"lenient", "", "", "", nullptr},
};

std::string GflagsName(const Flag& flag) {
  return absl::StrReplaceAll(flag.name, {{"-", "_"}});
}

template <class T>
absl::StatusOr<T> Choose(absl::string_view flag, absl::string_view word,
                         absl::Span<const std::pair<const char*, T>> choices) {
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
  }
  const auto name_of = [](std::string* out, const auto& choice) {
    out->append(choice.first);
  };
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, " ", Quote(word), ": wants one of ",
                   absl::StrJoin(choices, ", ", name_of)));
}

constexpr std::pair<const char*, CgroupManager> kManagers[] = {
    {"cgroupfs", CgroupManager::kCgroupfs},
    {"systemd", CgroupManager::kSystemd},
    {"disabled", CgroupManager::kDisabled},
};
constexpr std::pair<const char*, Rootless> kRootless[] = {
    {"auto", Rootless::kAuto},
    {"false", Rootless::kNo},
    {"true", Rootless::kYes},
};

absl::StatusOr<LogOptions> GetLogOptions(Face face) {
  LogOptions options;
  options.file = FLAGS_log;
  CHM_ASSIGN_OR_RETURN(options.level, ParseLogLevel(FLAGS_log_level));
  if (FLAGS_debug) options.level = LogLevel::kDebug;
  if (!FLAGS_log_format.empty()) {
    CHM_ASSIGN_OR_RETURN(options.format, ParseLogFormat(FLAGS_log_format));
  } else {
    options.format =
        face == Face::kEngine ? LogFormat::kText : LogFormat::kJson;
  }
  return options;
}

}  // namespace

absl::Span<const Flag> GlobalFlags() { return kGlobalFlags; }

absl::Status SetGlobalFlag(const Flag& flag, absl::string_view value) {
  if (gflags::SetCommandLineOption(GflagsName(flag).c_str(),
                                   std::string(value).c_str())
          .empty()) {
    return absl::InvalidArgumentError("wants true or false");
  }
  return absl::OkStatus();
}

std::string Description(const Flag& flag) {
  if (flag.set != nullptr) return flag.description;
  gflags::CommandLineFlagInfo info;
  if (!gflags::GetCommandLineFlagInfo(GflagsName(flag).c_str(), &info)) {
    return "";
  }
  if (*flag.value == '\0' || info.default_value.empty()) {
    return info.description;
  }
  return absl::StrCat(info.description, " (default: ", info.default_value, ")");
}

absl::StatusOr<GlobalOptions> GetGlobalOptions(Face face) {
  GlobalOptions options;
  CHM_ASSIGN_OR_RETURN(options.log, GetLogOptions(face));
  options.root = FLAGS_root;
  options.data_root = FLAGS_data_root;
  CHM_ASSIGN_OR_RETURN(
      options.cgroup_manager,
      Choose<CgroupManager>("cgroup-manager", FLAGS_cgroup_manager, kManagers));
  if (FLAGS_systemd_cgroup) options.cgroup_manager = CgroupManager::kSystemd;
  CHM_ASSIGN_OR_RETURN(options.rootless,
                       Choose<Rootless>("rootless", FLAGS_rootless, kRootless));
  options.lenient = FLAGS_lenient;
  return options;
}

}  // namespace chmdocker::cli
