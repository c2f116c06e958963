#include "cli/flags.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "cli/log.h"
#include "cli/run_options.h"
#include "gflags/gflags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"

DEFINE_string(
    log, "",
    "append log lines to FILE instead of standard error; - is standard "
    "output");
DEFINE_string(log_level, "info",
              "log debug, info, warning or error, and above");
DEFINE_string(log_format, "json", "write log lines as json or text");

DEFINE_bool(ti, false, "enable tty");
DEFINE_bool(tty, false, "give the command a pseudo-terminal of its own");
DEFINE_bool(interactive, false, "pass standard input to the command");
DEFINE_string(hostname, "", "host name inside the container");
DEFINE_string(env, "",
              "set an environment variable; NAME alone passes the caller's on "
              "(repeatable)");
DEFINE_string(workdir, "", "directory the command starts in");
DEFINE_string(
    rootfs, "",
    "use DIR as the root directory instead of the host's; the environment "
    "is then PATH, HOME, TERM and --env");
DEFINE_bool(readonly, false, "make the root file system of --rootfs read-only");
DEFINE_bool(dry_run, false, "print the plan and do nothing");
DEFINE_bool(explain, false,
            "print each step as it happens, with its time and result");
DEFINE_string(format, "text", "print plan and steps as text or json");

namespace chmdocker::cli {
namespace {

constexpr Flag kGlobalFlags[] = {
    {"log", "", "FILE"},
    {"log-level", "", "LEVEL"},
    {"log-format", "", "FORMAT"},
};

constexpr Flag kRunFlags[] = {
    {"ti", "", ""},           {"tty", "t", ""},
    {"interactive", "i", ""}, {"env", "e", "NAME=VALUE"},
    {"workdir", "w", "DIR"},  {"hostname", "", "NAME"},
    {"rootfs", "", "DIR"},    {"readonly", "", ""},
    {"dry-run", "", ""},      {"explain", "", ""},
    {"format", "", "FORMAT"},
};

std::string GflagsName(const Flag& flag) {
  return absl::StrReplaceAll(flag.name, {{"-", "_"}});
}

bool IsSwitch(const Flag& flag) { return *flag.value == '\0'; }

// Reads the words of one level.
class Parser {
 public:
  Parser(std::vector<absl::Span<const Flag>> known, bool has_version,
         absl::Span<const std::string> words)
      : known_(std::move(known)), has_version_(has_version), words_(words) {}

  absl::StatusOr<Parsed> Parse() {
    while (next_ < words_.size()) {
      const absl::string_view word = words_[next_];
      if (word.size() < 2 || word[0] != '-') break;
      ++next_;
      if (word == "--") break;
      CHM_RETURN_IF_ERROR(Take(word));
    }
    parsed_.rest.assign(words_.begin() + static_cast<ptrdiff_t>(next_),
                        words_.end());
    return std::move(parsed_);
  }

 private:
  absl::Status Take(absl::string_view word) {
    absl::string_view name = word;
    const bool two_dashes = absl::ConsumePrefix(&name, "--");
    if (!two_dashes) name.remove_prefix(1);
    const size_t equals = name.find('=');
    const absl::string_view value =
        equals == absl::string_view::npos ? "" : name.substr(equals + 1);
    const bool has_value = equals != absl::string_view::npos;
    const absl::string_view full_name = name.substr(0, equals);
    if (!has_value && TakeBuiltIn(full_name)) return absl::OkStatus();
    if (const Flag* flag = FindByName(full_name)) {
      return has_value ? Set(*flag, word, value) : SetNext(*flag, word);
    }
    if (!two_dashes) return TakeShort(name, word);
    return Unknown(word);
  }

  bool TakeBuiltIn(absl::string_view name) {
    if (name == "help" || name == "h") return parsed_.help = true;
    if (has_version_ && (name == "version" || name == "v")) {
      return parsed_.version = true;
    }
    return false;
  }

  // "-it", "-eNAME=value", "-e NAME=value".
  absl::Status TakeShort(absl::string_view letters, absl::string_view word) {
    while (!letters.empty()) {
      const Flag* flag = FindByShortName(letters.substr(0, 1));
      if (flag == nullptr) return Unknown(word);
      letters.remove_prefix(1);
      if (IsSwitch(*flag)) {
        CHM_RETURN_IF_ERROR(Set(*flag, word, "true"));
        continue;
      }
      if (letters.empty()) return SetNext(*flag, word);
      return Set(*flag, word, letters);
    }
    return absl::OkStatus();
  }

  absl::Status SetNext(const Flag& flag, absl::string_view word) {
    if (IsSwitch(flag)) return Set(flag, word, "true");
    if (next_ == words_.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(word, ": wants a value: ", flag.value));
    }
    return Set(flag, word, words_[next_++]);
  }

  absl::Status Set(const Flag& flag, absl::string_view word,
                   absl::string_view value) {
    if (!IsSwitch(flag) && value.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(word, ": its value is empty; wants ", flag.value));
    }
    if (gflags::SetCommandLineOption(GflagsName(flag).c_str(),
                                     std::string(value).c_str())
            .empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(word, ": ", Quote(value), " is not true or false"));
    }
    if (absl::string_view(flag.name) == "env") {
      parsed_.env.emplace_back(value);
    }
    return absl::OkStatus();
  }

  const Flag* FindByName(absl::string_view name) const {
    for (const absl::Span<const Flag> flags : known_) {
      for (const Flag& flag : flags) {
        if (name == flag.name ||
            (name.size() == 1 && name == flag.short_name)) {
          return &flag;
        }
      }
    }
    return nullptr;
  }

  const Flag* FindByShortName(absl::string_view letter) const {
    for (const absl::Span<const Flag> flags : known_) {
      for (const Flag& flag : flags) {
        if (letter == flag.short_name) return &flag;
      }
    }
    return nullptr;
  }

  static absl::Status Unknown(absl::string_view word) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown flag ", Quote(word)));
  }

  std::vector<absl::Span<const Flag>> known_;
  bool has_version_;
  absl::Span<const std::string> words_;
  size_t next_ = 0;
  Parsed parsed_;
};

}  // namespace

absl::Span<const Flag> GlobalFlags() { return kGlobalFlags; }
absl::Span<const Flag> RunFlags() { return kRunFlags; }

std::string Description(const Flag& flag) {
  gflags::CommandLineFlagInfo info;
  if (!gflags::GetCommandLineFlagInfo(GflagsName(flag).c_str(), &info)) {
    return "";
  }
  if (IsSwitch(flag) || info.default_value.empty()) return info.description;
  return absl::StrCat(info.description, " (default: ", info.default_value, ")");
}

absl::StatusOr<Parsed> ParseGlobalFlags(absl::Span<const std::string> words) {
  return Parser({GlobalFlags()}, /*has_version=*/true, words).Parse();
}

absl::StatusOr<Parsed> ParseRunFlags(absl::Span<const std::string> words) {
  return Parser({RunFlags(), GlobalFlags()}, /*has_version=*/false, words)
      .Parse();
}

absl::StatusOr<LogOptions> GetLogOptions() {
  LogOptions options;
  options.file = FLAGS_log;
  CHM_ASSIGN_OR_RETURN(options.level, ParseLogLevel(FLAGS_log_level));
  CHM_ASSIGN_OR_RETURN(options.format, ParseLogFormat(FLAGS_log_format));
  return options;
}

absl::StatusOr<RunOptions> GetRunOptions(const Parsed& parsed) {
  RunOptions options;
  options.command = parsed.rest;
  options.tty = FLAGS_tty || FLAGS_ti;
  options.interactive = FLAGS_interactive || FLAGS_ti;
  options.hostname = FLAGS_hostname;
  options.env = parsed.env;
  options.workdir = FLAGS_workdir;
  options.rootfs = FLAGS_rootfs;
  options.readonly = FLAGS_readonly;
  options.dry_run = FLAGS_dry_run;
  options.explain = FLAGS_explain;
  if (FLAGS_format == "json") {
    options.format = Format::kJson;
  } else if (FLAGS_format != "text") {
    return absl::InvalidArgumentError(
        absl::StrCat("--format ", Quote(FLAGS_format), ": wants text or json"));
  }
  return options;
}

}  // namespace chmdocker::cli
