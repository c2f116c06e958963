// An archive that a command writes: to a file, or to standard output.
#ifndef CHMDOCKER_CLI_OUTPUT_FILE_H_
#define CHMDOCKER_CLI_OUTPUT_FILE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace chmdocker::cli {

// Calls `write` with a descriptor and its name for errors: of the file
// `output`, which is removed if that fails, or of standard output for "" and
// "-", which must not be a terminal.
absl::Status WriteArchive(
    const std::string& output,
    absl::FunctionRef<absl::Status(int archive, const std::string& name)>
        write);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_OUTPUT_FILE_H_
