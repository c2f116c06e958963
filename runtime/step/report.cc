#include "runtime/step/report.h"

#include <errno.h>
#include <string.h>

#include <cstddef>
#include <cstdint>

#include "runtime/step/message.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/channel.h"

namespace chmdocker::step {
namespace {

raw::Result Send(int channel, const Message& message, int fd = -1) {
  return raw::SendMessage(channel, &message, sizeof(message), fd);
}

// The next packet, which has to be of this kind and begins with a message;
// ESRCH when the parent is gone. Returns what is behind the message, in bytes.
raw::Result ExpectPacket(int channel, MessageKind kind, Message* packet,
                         size_t size, int* fd) {
  const raw::Result got = raw::ReceiveMessage(channel, packet, size, fd);
  if (!got.ok()) return got;
  if (got.value == 0) return raw::Failure(ESRCH, SYS_recvmsg);
  const long behind = got.value - static_cast<long>(sizeof(Message));
  if (behind < 0 || packet->kind != kind) {
    return raw::Failure(EPROTO, SYS_recvmsg);
  }
  return {behind, SYS_recvmsg};
}

raw::Result Expect(int channel, MessageKind kind, int* fd) {
  Message message;
  const raw::Result got =
      ExpectPacket(channel, kind, &message, sizeof(message), fd);
  return got.ok() ? raw::Result{} : got;
}

raw::Result SendNumber(int channel, uint16_t step, MessageKind kind,
                       int number) {
  Message message;
  message.step = step;
  message.kind = kind;
  message.error = number;
  return Send(channel, message);
}

}  // namespace

void ReportFailure(int channel, uint16_t step, raw::Result failure,
                   const Note& note) {
  Message message;
  message.step = step;
  message.kind = MessageKind::kFailed;
  message.error = failure.error();
  message.syscall = static_cast<uint32_t>(failure.number);
  char packet[sizeof(message) + kMaxNote];
  memcpy(packet, &message, sizeof(message));
  memcpy(packet + sizeof(message), note.data(), note.size());
  (void)raw::SendMessage(channel, packet, sizeof(message) + note.size());
}

void ReportDone(int channel, uint16_t step, int passed_over,
                uint64_t nanoseconds) {
  Message message;
  message.step = step;
  message.kind = MessageKind::kDone;
  message.error = passed_over;
  message.microseconds = static_cast<uint32_t>(nanoseconds / 1000);
  (void)Send(channel, message);
}

raw::Result SendSignal(int channel, uint16_t step) {
  Message message;
  message.step = step;
  message.kind = MessageKind::kSignal;
  return Send(channel, message);
}

raw::Result SendTerminal(int channel, uint16_t step, int master) {
  Message message;
  message.step = step;
  message.kind = MessageKind::kTerminal;
  return Send(channel, message, master);
}

raw::Result SendSeccompListener(int channel, uint16_t step, int listener) {
  Message message;
  message.step = step;
  message.kind = MessageKind::kSeccompListener;
  return Send(channel, message, listener);
}

raw::Result SendForked(int channel, uint16_t step, int pid) {
  return SendNumber(channel, step, MessageKind::kForked, pid);
}

raw::Result SendWeaker(int channel, uint16_t step, int way) {
  return SendNumber(channel, step, MessageKind::kWeaker, way);
}

raw::Result ReceivePidfd(int channel) {
  int fd = -1;
  const raw::Result got = Expect(channel, MessageKind::kProcess, &fd);
  if (!got.ok()) return got;
  return fd >= 0 ? raw::Result{fd, SYS_recvmsg}
                 : raw::Failure(EPROTO, SYS_recvmsg);
}

raw::Result AwaitSignal(int channel) {
  int fd = -1;
  return Expect(channel, MessageKind::kSignal, &fd);
}

raw::Result PassMount(int channel, uint16_t step, int mount) {
  Message message;
  message.step = step;
  message.kind = MessageKind::kMount;
  return Send(channel, message, mount);
}

raw::Result ReceiveMount(int channel) {
  int fd = -1;
  const raw::Result got = Expect(channel, MessageKind::kMount, &fd);
  if (!got.ok()) return got;
  return fd < 0 ? raw::Failure(EPROTO, SYS_recvmsg)
                : raw::Result{fd, SYS_recvmsg};
}

raw::Result ReceiveProgram(int channel, FilterPacket* packet) {
  int fd = -1;
  const raw::Result got = ExpectPacket(channel, MessageKind::kFilter,
                                       &packet->message, sizeof(*packet), &fd);
  if (!got.ok()) return got;
  constexpr long kInstruction = sizeof(packet->program[0]);
  if (got.value == 0 || got.value % kInstruction != 0) {
    return raw::Failure(EPROTO, SYS_recvmsg);
  }
  return {got.value / kInstruction, SYS_recvmsg};
}

}  // namespace chmdocker::step
