#include "cli/run_detached.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/keeping.h"
#include "cli/kept_words.h"
#include "cli/limit_names.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "runtime/base/quote.h"
#include "runtime/base/status.h"
#include "runtime/base/status_macros.h"
#include "runtime/base/unique_fd.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/sys/files.h"

namespace chmdocker::cli {
namespace {

// Docker's: the file must not be there yet, so that no two are told apart by
// luck.
absl::StatusOr<UniqueFd> CreateCidfile(const std::string& path) {
  if (path.empty()) return UniqueFd();
  UniqueFd file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file.valid()) return file;
  return WithHint(ErrnoError(errno, absl::StrCat("--cidfile ", Quote(path))),
                  errno == EEXIST ? "remove it, or name another file" : "");
}

absl::Status Announce(const Keeping& keeping, int cidfile,
                      const std::string& id) {
  if (cidfile >= 0) {
    CHM_RETURN_IF_ERROR(sys::WriteAll(cidfile, id, keeping.cidfile));
  }
  return PrintToStdout(absl::StrCat(id, "\n"));
}

absl::StatusOr<std::string> Create(const RunOptions& options,
                                   const Session& session) {
  CHM_ASSIGN_OR_RETURN(const RunOptions complete, WithEnvFiles(options));
  absl::StatusOr<std::string> id =
      CreateFor(complete, session.runtime, session.caller);
  if (!id.ok()) return WithFlagName(id.status());
  return id;
}

}  // namespace

absl::StatusOr<int> RunDetached(const RunOptions& options,
                                const Session& session) {
  const container::Runtime& runtime = session.runtime;
  if (options.explain) {
    return absl::InvalidArgumentError(
        "conflicting options: --explain and --detach");
  }
  CHM_ASSIGN_OR_RETURN(const UniqueFd cidfile,
                       CreateCidfile(options.keeping.cidfile));
  const absl::StatusOr<std::string> id = Create(options, session);
  absl::Status status = id.status();
  if (status.ok()) {
    status = container::StartKept(runtime, *id, DescribeWords(runtime));
    if (status.ok()) status = Announce(options.keeping, cidfile.get(), *id);
    if (!status.ok()) {
      (void)container::RemoveKept(runtime, *id, /*force=*/true);
    }
  }
  if (status.ok()) return 0;
  if (cidfile.valid()) (void)unlink(options.keeping.cidfile.c_str());
  return status;
}

}  // namespace chmdocker::cli
