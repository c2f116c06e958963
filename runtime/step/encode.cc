#include "runtime/step/encode.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "runtime/base/flags.h"
#include "runtime/step/plan_image.h"
#include "runtime/step/setup_plan.h"

namespace chmdocker::step {
namespace {

template <class T>
void AppendWords(std::vector<uint64_t>& words, const T& value) {
  static_assert(sizeof(T) % sizeof(uint64_t) == 0);
  const size_t at = words.size();
  words.resize(at + sizeof(T) / sizeof(uint64_t));
  std::memcpy(&words[at], &value, sizeof(T));
}

// Appends the fields of one step.
class FieldWriter {
 public:
  FieldWriter(std::vector<uint64_t>& words, std::string& pool)
      : words_(words), pool_(pool) {}

  template <class... Fields>
  void operator()(const Fields&... fields) {
    (Write(fields), ...);
  }

 private:
  template <class Space>
  void Write(Flags<Space> flags) {
    words_.push_back(flags.bits());
  }
  template <class Number>
    requires std::is_integral_v<Number> || std::is_enum_v<Number>
  void Write(Number number) {
    words_.push_back(static_cast<uint64_t>(number));
  }
  void Write(const std::string& text) {
    words_.push_back(pool_.size());
    pool_.append(text.c_str(), text.size() + 1);
  }
  void Write(const std::vector<std::string>& list) {
    words_.push_back(list.size());
    for (const std::string& text : list) Write(text);
    words_.push_back(0);
  }
  template <class Number>
    requires std::is_integral_v<Number>
  void Write(const std::vector<Number>& numbers) {
    const size_t bytes = numbers.size() * sizeof(Number);
    words_.push_back(numbers.size());
    const size_t at = words_.size();
    words_.resize(at + (bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t));
    if (bytes > 0) std::memcpy(&words_[at], numbers.data(), bytes);
  }

  std::vector<uint64_t>& words_;
  std::string& pool_;
};

}  // namespace

std::vector<uint64_t> EncodePlan(const SetupPlan& plan, bool trace) {
  std::vector<uint64_t> words;
  std::string pool;
  // Enough for most plans: growing costs more than what stays unused, for the
  // kernel gives memory only where it is written to.
  words.reserve(2048);
  pool.reserve(16384);
  PlanHeader header;
  header.step_count = static_cast<uint32_t>(plan.timeline.size());
  header.trace = trace ? 1 : 0;
  AppendWords(words, header);
  for (const TimelineEntry& entry : plan.timeline) {
    const size_t at = words.size();
    StepHeader step{KindOf(entry.step), entry.actor,
                    static_cast<uint16_t>(entry.ignored_error), 0};
    AppendWords(words, step);
    std::visit([&](const auto& s) { s.Visit(s, FieldWriter(words, pool)); },
               entry.step);
    step.word_count = static_cast<uint32_t>(words.size() - at - 1);
    std::memcpy(&words[at], &step, sizeof(step));
  }
  header.pool_offset = words.size() * sizeof(uint64_t);
  std::memcpy(words.data(), &header, sizeof(header));
  const size_t at = words.size();
  words.resize(at + (pool.size() + 7) / 8);
  std::memcpy(words.data() + at, pool.data(), pool.size());
  return words;
}

}  // namespace chmdocker::step
