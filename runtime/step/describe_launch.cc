#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/quote.h"
#include "runtime/step/describe.h"
#include "runtime/step/explain.h"
#include "runtime/step/launch_steps.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

}  // namespace

std::string Describe(const ExecInit<Text>&) {
  return "exec chmdocker-init from a sealed memfd";
}

std::string Describe(const SendProcess<Text>&) {
  return "send init a descriptor of the container's first process";
}

std::string Describe(const ReceiveProcess<Text>&) {
  return "adopt the new process and reap the old one";
}

std::string Describe(const HideMemory<Text>&) {
  return "forbid tracing of this process";
}

std::string Describe(const DieWithParent<Text>&) {
  return "ask for SIGKILL when chmdocker dies";
}

std::string Describe(const OutliveParent<Text>&) {
  return "stay alive when chmdocker ends";
}

std::string Describe(const AwaitStart<Text>&) { return "wait for the start"; }

std::string Describe(const Signal<Text>& s) {
  return absl::StrCat("signal barrier ", Quote(s.barrier));
}

std::string Describe(const Await<Text>& s) {
  return absl::StrCat("await barrier ", Quote(s.barrier));
}

std::string Describe(const RunHooks<Text>& s) {
  return absl::StrCat("run the ", HookKindName(s.hooks), " hooks");
}

}  // namespace chmdocker::step
