// The parts of a cgroup plan: one function for each controller, once for v1
// and once for v2. Pure.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_PLAN_PARTS_H_
#define CHMDOCKER_RUNTIME_CGROUPS_PLAN_PARTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {

// Collects writes for one hierarchy.
class WriteList {
 public:
  WriteList(std::string hierarchy, std::vector<Write>* writes)
      : hierarchy_(std::move(hierarchy)), writes_(writes) {}

  // What is returned is good until the next call.
  template <class Value>
  Write& Add(absl::string_view file, const Value& value,
             absl::string_view field) {
    return writes_->emplace_back(Write{hierarchy_, std::string(file),
                                       absl::StrCat(value),
                                       std::string(field)});
  }

 private:
  std::string hierarchy_;
  std::vector<Write>* writes_;
};

using PlanPart = void (*)(const spec::Resources&, Occasion, WriteList*);

void PlanCpusetV1(const spec::Resources&, Occasion, WriteList*);
void PlanCpuV1(const spec::Resources&, Occasion, WriteList*);
void PlanMemoryV1(const spec::Resources&, Occasion, WriteList*);
void PlanPids(const spec::Resources&, Occasion, WriteList*);  // v2's, too
void PlanBlockIoV1(const spec::Resources&, Occasion, WriteList*);
void PlanHugepagesV1(const spec::Resources&, Occasion, WriteList*);
void PlanClassIdV1(const spec::Resources&, Occasion, WriteList*);
void PlanPrioritiesV1(const spec::Resources&, Occasion, WriteList*);
void PlanRdma(const spec::Resources&, Occasion, WriteList*);  // v2's, too
void PlanDevicesV1(const spec::Resources&, Occasion, WriteList*);

void PlanCpuV2(const spec::Resources&, Occasion, WriteList*);
void PlanMemoryV2(const spec::Resources&, Occasion, WriteList*);
void PlanBlockIoV2(const spec::Resources&, Occasion, WriteList*);
void PlanHugepagesV2(const spec::Resources&, Occasion, WriteList*);
void PlanUnified(const spec::Resources&, Occasion, WriteList*);

// Whether a number was given: engines send 0 for what they don't set.
template <class Number>
bool IsSet(const std::optional<Number>& number) {
  return number.has_value() && *number != 0;
}

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_PLAN_PARTS_H_
