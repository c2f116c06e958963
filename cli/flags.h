// The command line: chmdocker [global flags] COMMAND [flags] [arguments].
//
// Global flags are gflags flags. gflags' names are global, and `--format` or
// `--env` is another flag in each command: commands have tables of their own
// (flag.h). Where flags end is decided here, too: gflags itself would look for
// them in the container command's arguments, and offer its built-in ones.
#ifndef CHMDOCKER_CLI_FLAGS_H_
#define CHMDOCKER_CLI_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/flag.h"
#include "cli/log.h"

namespace chmdocker::cli {

using Words = absl::Span<const std::string>;

absl::Span<const Flag> GlobalFlags();

// What help says of a flag.
std::string Description(const Flag& flag);

// Which words may be flags.
enum class Order {
  // Those in front of the first that is none: what follows is another
  // program's.
  kFlagsFirst,
  // All up to "--".
  kAnywhere,
};

// A command's flags; `options` is what their setters get. Global flags are
// understood as well, but for those whose name the command has for its own.
struct FlagSet {
  absl::Span<const Flag> flags;
  void* options;
  Order order = Order::kAnywhere;
};

// Reads the flags and returns the other words. `-abc` is `-a -b -c`, the last
// of which may take a value. Unknown flags, missing and wrong values are
// InvalidArgument; --help and -h are HelpWanted.
absl::StatusOr<std::vector<std::string>> ReadFlags(const FlagSet& set,
                                                   Words words);

absl::Status HelpWanted();
bool IsHelpWanted(const absl::Status& status);

// The words in front of the command.
struct GlobalWords {
  bool version = false;           // --version, -v
  std::vector<std::string> rest;  // the command, and its words
};
absl::StatusOr<GlobalWords> ReadGlobalFlags(Words words);

// What a group of commands says to a flag that was not given.
enum class Face {
  kPerson,  // chmdocker's own
  kEngine,  // runc's
};

enum class CgroupManager { kCgroupfs, kSystemd, kDisabled };
enum class Rootless { kAuto, kNo, kYes };

struct GlobalOptions {
  LogOptions log;
  std::string root;       // empty: the default
  std::string data_root;  // the same
  CgroupManager cgroup_manager = CgroupManager::kCgroupfs;
  Rootless rootless = Rootless::kAuto;
  bool lenient = false;
};

// The global flags' values now.
absl::StatusOr<GlobalOptions> GetGlobalOptions(Face face);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_FLAGS_H_
