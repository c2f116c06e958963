// What the parent and init tell each other during the set-up, over a
// SOCK_SEQPACKET pair:
//
//   kFailed    child, init -> parent: a step failed, and the sender exits. A
//              note (text) may follow in the same packet.
//   kDone      child, init -> parent: a step is done, or its error was passed
//              over. CloseFds always, the others when the plan is traced.
//   kSignal    either way: the sender came to its Signal step, done by that.
//   kTerminal  init -> parent: the master descriptor, with which an
//              OpenTerminal step ends.
//   kForked    init -> parent: Fork made a process, whose pid, as the parent
//              sees it, is in `error`; the sender exits, the new process goes
//              on.
//   kProcess   parent -> init: the pidfd of SendProcess.
//   kMount     parent -> init: a detached mount's descriptor, by a SendMount
//              step.
//   kFilter    parent -> init: the instructions of SendFilter's filter, behind
//              the message, whose `error` are the flags for seccomp(2).
//   kWeaker    init -> parent: a MountFilesystem step was done in a weaker way,
//              which is in `error`.
//   kSeccompListener  init -> parent: the listener of the filter, with which a
//              LoadSeccomp step ends that asks for one.
//   the end    init -> parent, behind CloseFds: Exec worked, for the socket is
//              close-on-exec. Earlier: init was killed.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_STEP_MESSAGE_H_
#define CHMDOCKER_RUNTIME_STEP_MESSAGE_H_

#include <linux/bpf_common.h>

#include <cstddef>
#include <cstdint>

#include "runtime/base/text_buffer.h"

namespace chmdocker::step {

enum class MessageKind : uint16_t {
  kFailed,
  kDone,
  kSignal,
  kTerminal,
  kForked,
  kProcess,
  kMount,
  kFilter,
  kWeaker,
  kSeccompListener,
};

// The `error` of kWeaker.
inline constexpr int kWithWeakerData = 1;
inline constexpr int kWithSubstitute = 2;

struct Message {
  uint16_t step = 0;  // its place in the plan's timeline, from 0
  MessageKind kind = MessageKind::kFailed;
  // errno of kFailed, what kDone passed over, the pid of kForked, the flags of
  // kFilter, the way of kWeaker.
  int32_t error = 0;
  uint32_t syscall = 0;       // SYS_* that gave the error
  uint32_t microseconds = 0;  // how long the step took
};
static_assert(sizeof(Message) == 16);

// The packet of kFilter, which is cut behind the last instruction; one more
// than the kernel takes, so that it is seen when there are too many.
struct FilterPacket {
  Message message;
  uint64_t program[BPF_MAXINSNS + 1];
};

// What the errno of a failed step leaves unsaid; without a NUL at its end.
inline constexpr size_t kMaxNote = 240;
using Note = TextBuffer<kMaxNote>;

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_MESSAGE_H_
