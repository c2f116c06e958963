#include "runtime/exec/attribute_setup.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"
#include "runtime/path/procfs.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/resources.h"

namespace chmdocker::exec {
namespace {

constexpr uint64_t kWordBits = 64;

// The kernel turns down bits behind the last processor or node it can have, but
// not words of zeros.
uint64_t UsedWords(const step::Span<uint64_t>& set) {
  uint64_t words = set.size;
  while (words > 0 && set.data[words - 1] == 0) --words;
  return words;
}

// The kernel takes what the cpuset has of it, and cuts off what is more than
// the processors that there can be: 8192 at most.
raw::Result SetWholeAffinity() {
  uint64_t all[8192 / 64];
  memset(all, 0xff, sizeof(all));
  return raw::SetAffinity(sizeof(all), all);
}

// Whether `path` leads out of the directory that it starts from, or is not
// clean: "a//b", "a/../b", "/a".
bool IsClean(const char* path) {
  while (*path != '\0') {
    const size_t size = strcspn(path, "/");
    const bool dots = size <= 2 && strncmp(path, "..", size) == 0;
    if (size == 0 || dots) return false;
    path += size;
    if (*path == '\0') return true;
    ++path;
    if (*path == '\0') return false;
  }
  return true;
}

}  // namespace

raw::Result Run(const step::SetOomScore<const char*>& step) {
  TextBuffer<24> text;
  if (step.score < 0) text.Append("-");
  const long score = step.score;
  AppendNumber(text, score < 0 ? -score : score);
  return path::WriteInProc("self/oom_score_adj", text.data(), text.size());
}

raw::Result Run(const step::SetRlimit<const char*>& step) {
  raw::Rlimit limit = {step.soft, step.hard};
  if (step.raise_only) {
    raw::Rlimit old;
    const raw::Result got = raw::Prlimit(step.resource, nullptr, &old);
    if (!got.ok() || old.hard >= step.hard) return got;
    limit.soft = old.soft;
  }
  return raw::Prlimit(step.resource, &limit, nullptr);
}

raw::Result Run(const step::SetScheduler<const char*>& step) {
  const raw::SchedulingAttributes attributes = {
      sizeof(attributes), step.policy,  step.flags,    step.nice,
      step.priority,      step.runtime, step.deadline, step.period};
  return raw::SetScheduling(&attributes);
}

raw::Result Run(const step::SetIoPriority<const char*>& step) {
  return raw::SetIoPriority(step.io_class, step.priority);
}

raw::Result Run(const step::SetCpuAffinity<const char*>& step) {
  if (step.processors.size == 0) return SetWholeAffinity();
  return raw::SetAffinity(UsedWords(step.processors) * sizeof(uint64_t),
                          step.processors.data);
}

raw::Result Run(const step::SetPersonality<const char*>& step) {
  return raw::SetPersonality(step.persona);
}

raw::Result Run(const step::SetMemoryPolicy<const char*>& step) {
  const uint64_t words = UsedWords(step.nodes);
  // get_nodes() of the kernel uses one bit less than it is told.
  return raw::SetMemoryPolicy(step.mode | step.flags,
                              words == 0 ? nullptr : step.nodes.data,
                              words == 0 ? 0 : words * kWordBits + 1);
}

raw::Result Run(const step::SetSysctl<const char*>& step) {
  TextBuffer<512> path;
  path.Append("sys/").Append(step.path).Append("", 1);
  if (!IsClean(step.path) || path.data()[path.size() - 1] != '\0') {
    return raw::Failure(EINVAL, SYS_openat2);
  }
  return path::WriteInOwnProc(path.data(), step.value, strlen(step.value));
}

raw::Result Run(const step::SetUmask<const char*>& step) {
  (void)raw::Umask(step.mask);
  return {};
}

raw::Result Run(const step::GiveTerminal<const char*>& step) {
  return raw::ChownUser(STDIN_FILENO, step.uid);
}

}  // namespace chmdocker::exec
