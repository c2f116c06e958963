// The command line: chmdocker [global flags] COMMAND [flags] [arguments].
//
// Flags are gflags flags, but which of them a command knows, and where its
// flags end, is decided here: gflags itself would look for flags in the
// container command's arguments, and offer its built-in ones.
#ifndef CHMDOCKER_CLI_FLAGS_H_
#define CHMDOCKER_CLI_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/log.h"
#include "cli/run_options.h"

namespace chmdocker::cli {

// A flag as a command offers it. Its meaning, type and default are those of
// the gflags flag of the same name, dashes as underscores.
struct Flag {
  const char* name;        // "workdir": --workdir, and -workdir
  const char* short_name;  // "w", or ""
  const char* value;       // what it wants, for help: "DIR"; "" for a switch
};

absl::Span<const Flag> GlobalFlags();
absl::Span<const Flag> RunFlags();

// The flag's description from gflags.
std::string Description(const Flag& flag);

// One level of the command line, taken apart.
struct Parsed {
  bool help = false;              // --help, -h
  bool version = false;           // --version, -v; on the global level only
  std::vector<std::string> env;   // every --env, for gflags keeps the last
  std::vector<std::string> rest;  // from the first word that is no flag on
};

// Reads flags up to the first word that is none, or behind "--", and sets
// them. `-abc` is `-a -b -c`, the last of which may take a value. Unknown
// flags, missing and wrong values are InvalidArgument.
absl::StatusOr<Parsed> ParseGlobalFlags(absl::Span<const std::string> words);
absl::StatusOr<Parsed> ParseRunFlags(absl::Span<const std::string> words);

// The flags' values now.
absl::StatusOr<LogOptions> GetLogOptions();
absl::StatusOr<RunOptions> GetRunOptions(const Parsed& parsed);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_FLAGS_H_
