// chmdocker-init: what a container's first process is until it execs the
// user's command; and in another mode, the monitor of a detached container.
//
// Started by the launcher from a sealed memfd that also holds the plan. It
// reads the plan, runs its own steps, and becomes the command. The rules for
// everything linked into it: no allocation, no C++ runtime, no abort or raise
// (musl before 1.2.5 signals the wrong process after clone); the only way out
// is _exit after the failure record is written.
#include <stddef.h>
#include <string.h>

#include "runtime/base/unique_fd.h"
#include "runtime/init/executor.h"
#include "runtime/init/slots.h"
#include "runtime/monitor/monitor.h"
#include "runtime/monitor/settings.h"
#include "runtime/step/plan_reader.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/memory.h"
#include "runtime/sys/raw/process.h"

namespace {

using chmdocker::UniqueFd;
namespace init = chmdocker::init;
namespace monitor = chmdocker::monitor;
namespace raw = chmdocker::raw;
namespace step = chmdocker::step;

constexpr char kRefusal[] =
    "chmdocker-init: started by chmdocker inside a new container only, never "
    "by hand\n";

[[noreturn]] void Refuse() {
  (void)raw::Write(STDERR_FILENO, kRefusal, sizeof(kRefusal) - 1);
  raw::Exit(init::kFailure);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 4 && strcmp(argv[1], monitor::kWord) == 0) {
    monitor::Settings settings;
    if (!monitor::ParseSettings(argv[2], &settings)) Refuse();
    monitor::Run(settings, const_cast<const char**>(argv + 3));
  }
  // As much of the stack as most steps take.
  constexpr size_t kStack = size_t{12} * 1024;
  raw::FaultInStack(kStack);
  init::Slots slots;
  if (argc != 2 || !init::ParseSlots(argv[1], &slots)) Refuse();
  const int channel = static_cast<int>(slots.channel);
  UniqueFd plan_file(static_cast<int>(slots.plan));
  // The launcher had to leave it open for this program; the command must not
  // get it, and its closing tells the parent that Exec worked.
  (void)raw::SetCloseOnExec(channel, true);
  const int start = static_cast<int>(slots.start);
  if (start > 0) (void)raw::SetCloseOnExec(start, true);
  const size_t size = static_cast<size_t>(slots.plan_size);
  const raw::Result mapped =
      raw::MapPrivate(plan_file.get(), size, slots.plan_offset);
  if (!mapped.ok()) Refuse();
  plan_file.reset();
  step::PlanReader plan(reinterpret_cast<void*>(mapped.value), size);
  if (!plan.ok()) Refuse();
  init::RunSteps(plan, channel, start);
}
