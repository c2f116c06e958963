// What `chmdocker run` was asked for. Pure data.
#ifndef CHMDOCKER_CLI_RUN_OPTIONS_H_
#define CHMDOCKER_CLI_RUN_OPTIONS_H_

#include <string>
#include <vector>

namespace chmdocker::cli {

// How plans and steps are printed.
enum class Format { kText, kJson };

struct RunOptions {
  std::vector<std::string> command;
  bool tty = false;          // -t
  bool interactive = false;  // -i
  std::string hostname;
  std::vector<std::string> env;  // -e, in order: "NAME=value" or "NAME"
  std::string workdir;
  std::string rootfs;  // empty: the host's root directory
  bool readonly = false;
  bool dry_run = false;
  bool explain = false;
  Format format = Format::kText;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RUN_OPTIONS_H_
