// What `chmdocker run` was asked for. Pure data.
#ifndef CHMDOCKER_CLI_RUN_OPTIONS_H_
#define CHMDOCKER_CLI_RUN_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/keeping.h"
#include "cli/limits.h"
#include "cli/network_flags.h"
#include "cli/rights.h"
#include "runtime/base/flags.h"
#include "runtime/container/join_wish.h"
#include "runtime/spec/landlock.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

// How plans and steps are printed.
enum class Format { kText, kJson };

// What --format says. "table" is what other runtimes call text.
inline absl::Status ReadValue(absl::string_view word, Format& out) {
  if (word != "text" && word != "table" && word != "json") {
    return absl::InvalidArgumentError("wants text or json");
  }
  out = word == "json" ? Format::kJson : Format::kText;
  return absl::OkStatus();
}

struct RunOptions {
  std::vector<std::string> command;
  std::string image;  // a name, an id, or oci:DIR[:TAG]; empty: none
  std::optional<std::string> entrypoint;  // in the place of the image's
  bool tty = false;                       // -t
  bool interactive = false;               // -i
  std::string hostname;
  std::vector<std::string> image_env;  // "NAME=value"
  std::vector<std::string> env;        // -e, in order: "NAME=value" or "NAME"
  std::vector<std::string> env_files;
  std::string workdir;
  std::string rootfs;           // empty: the host's root directory
  uint32_t overlay_layers = 0;  // spec::Root
  bool readonly = false;
  // --volume, --mount and --tmpfs, in order; a source from "." on is relative
  // to the caller's directory.
  std::vector<spec::Mount> mounts;
  bool init = false;
  CloneFlags host_namespaces;     // --net, --ipc, --pid, --uts, --userns host
  bool no_shared_memory = false;  // --ipc none
  std::vector<container::JoinWish> joins;  // --net, --ipc, --pid container:ID
  NetworkFlags network;                    // --add-host, --dns, ...
  bool dry_run = false;
  bool explain = false;
  Format format = Format::kText;
  bool require_fresh_proc = false;  // --require fresh-proc
  spec::Landlock landlock;          // paths as they were given
  Keeping keeping;
  // All of these as they were given, if the container is kept.
  std::vector<std::string> words;
  Limits limits;
  Rights rights;
};

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RUN_OPTIONS_H_
