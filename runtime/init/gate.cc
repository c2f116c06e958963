#include "runtime/init/gate.h"

#include <errno.h>
#include <fcntl.h>

#include "runtime/base/unique_fd.h"
#include "runtime/step/report.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/socket.h"

namespace chmdocker::init {

raw::Result AwaitStart(int start, int channel) {
  for (;;) {
    const raw::Result accepted = raw::Accept(start);
    if (accepted.error() == EINTR || accepted.error() == ECONNABORTED) continue;
    if (!accepted.ok()) return accepted;
    const UniqueFd connection(accepted.fd());
    // A starter that was killed before it said go has started nothing.
    if (!step::AwaitSignal(connection.get()).ok()) continue;
    // Nobody is waited for again.
    (void)raw::Close(start);
    return raw::Dup3(connection.get(), channel, O_CLOEXEC);
  }
}

}  // namespace chmdocker::init
