#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status_macros.h"
#include "runtime/container/lifecycle.h"
#include "runtime/container/setup.h"
#include "runtime/launch/signals.h"

namespace chmdocker::container {

absl::Status Create(const Runtime& runtime, const CreateOptions& options) {
  CHM_ASSIGN_OR_RETURN(const launch::SignalFd signals,
                       launch::SignalFd::Create());
  SetupMode mode;
  mode.outlives_caller = true;
  mode.gated = true;
  mode.signal_fd = signals.fd();
  return SetUp(runtime, options, mode).status();
}

}  // namespace chmdocker::container
