// Steps and plans as text: for --dry-run, --explain, golden tests and error
// messages alike. Pure; the same plan gives the same bytes.
#ifndef CHMDOCKER_RUNTIME_STEP_EXPLAIN_H_
#define CHMDOCKER_RUNTIME_STEP_EXPLAIN_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/step/setup_plan.h"
#include "runtime/step/step.h"

namespace chmdocker::step {

// What a step does, in one line: `mount proc on "/proc" (nosuid,nodev)`.
// Values of environment variables are left out: they may be secrets.
std::string Explain(const Step& step);

// Why it is done, in one sentence for people who learn how containers work.
absl::string_view Purpose(const Step& step);

// "clone", "bind-mount": the kind's name.
absl::string_view KindName(StepKind kind);

// "parent", "child", "init".
absl::string_view ActorName(Actor actor);

// "prestart", "createRuntime", ...: OCI's name.
absl::string_view HookKindName(HookKind kind);

// "3/12 init    mount proc on ...": a step with its place in the plan.
std::string ExplainEntry(const SetupPlan& plan, size_t index);

// What stands before a purpose that is printed under its step.
inline constexpr char kPurposeIndent[] = "               ";

// The whole plan, a line per step and its purpose under it.
std::string ExplainText(const SetupPlan& plan);

// The whole plan as one JSON object:
// {"steps":[{"step":1,"actor":"parent","kind":"clone","does":...,"why":...}]}
std::string ExplainJson(const SetupPlan& plan);

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_EXPLAIN_H_
