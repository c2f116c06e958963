// Plan image -> steps, in place: no allocation. For chmdocker-init and the
// vforked child.
#ifndef CHMDOCKER_RUNTIME_STEP_PLAN_READER_H_
#define CHMDOCKER_RUNTIME_STEP_PLAN_READER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "runtime/base/flags.h"
#include "runtime/step/plan_image.h"
#include "runtime/step/step.h"

namespace chmdocker::step {

// Goes through the steps of a plan image. The image must be writable: list
// entries are turned from offsets into addresses, once. Reading past the end
// or a text outside the pool ends the reading; ok() then says false.
class PlanReader {
 public:
  // `size` in bytes; `image` is aligned to 8.
  PlanReader(void* image, size_t size)
      : base_(static_cast<char*>(image)), size_(size) {
    if (size < sizeof(PlanHeader)) return;
    std::memcpy(&header_, image, sizeof(header_));
    ok_ = header_.magic == kPlanMagic && header_.pool_offset <= size &&
          header_.pool_offset % sizeof(uint64_t) == 0 &&
          // Every text ends inside: the last byte of all is a NUL.
          (header_.pool_offset == size || base_[size - 1] == '\0');
    next_ = sizeof(header_);
  }

  bool ok() const { return ok_; }
  bool trace() const { return header_.trace != 0; }

  // Goes to the next step; false at the end, and on a damaged image.
  bool Next() {
    if (!ok_ || taken_ == header_.step_count) return false;
    at_ = next_;
    if (!Take(&step_, sizeof(step_))) return false;
    next_ = at_ + step_.word_count * sizeof(uint64_t);
    ok_ = next_ <= header_.pool_offset;
    return ok_ && ++taken_ != 0;
  }

  const StepHeader& step() const { return step_; }
  // The number of the current step, from 0.
  uint16_t index() const { return static_cast<uint16_t>(taken_ - 1); }

  // The fields of the current step.
  template <template <class> class Kind>
  Kind<const char*> Read() {
    Kind<const char*> step;
    step.Visit(step, FieldReader{*this});
    return step;
  }

 private:
  struct FieldReader {
    PlanReader& plan;
    template <class... Fields>
    void operator()(Fields&... fields) const {
      (plan.ReadField(fields), ...);
    }
  };

  bool Take(void* out, size_t size) {
    if (at_ + size > header_.pool_offset) ok_ = false;
    if (!ok_) return false;
    std::memcpy(out, base_ + at_, size);
    at_ += size;
    return true;
  }
  uint64_t Word() {
    uint64_t word = 0;
    Take(&word, sizeof(word));
    return word;
  }
  const char* Text(uint64_t offset) {
    if (offset >= size_ - header_.pool_offset) ok_ = false;
    return ok_ ? base_ + header_.pool_offset + offset : "";
  }

  template <class Space>
  void ReadField(Flags<Space>& field) {
    field = Flags<Space>(Word());
  }
  template <class Number>
    requires std::is_integral_v<Number> || std::is_enum_v<Number>
  void ReadField(Number& field) {
    field = static_cast<Number>(Word());
  }
  void ReadField(const char*& field) { field = Text(Word()); }
  void ReadField(const char* const*& field) {
    static constexpr const char* kEmpty[] = {nullptr};
    field = kEmpty;
    const uint64_t count = Word();
    if (!ok_ || count >= (header_.pool_offset - at_) / sizeof(uint64_t)) {
      ok_ = false;
      return;
    }
    char* const list = base_ + at_;
    for (uint64_t i = 0; i < count; ++i) {
      const char* text = Text(Word());
      std::memcpy(list + i * sizeof(text), &text, sizeof(text));
    }
    if (Word() != 0) ok_ = false;  // the null at the end
    if (ok_) field = reinterpret_cast<const char* const*>(list);
  }

  template <class Number>
  void ReadField(Span<Number>& field) {
    static_assert(sizeof(uint64_t) % sizeof(Number) == 0);
    field = {};
    const uint64_t count = Word();
    const uint64_t room = header_.pool_offset - at_;
    if (!ok_ || count > room / sizeof(Number)) {
      ok_ = false;
      return;
    }
    field = {reinterpret_cast<const Number*>(base_ + at_), count};
    // The end of the room is a whole word's: this stays inside it.
    at_ += (count * sizeof(Number) + sizeof(uint64_t) - 1) / sizeof(uint64_t) *
           sizeof(uint64_t);
  }

  static_assert(sizeof(const char*) == sizeof(uint64_t),
                "a list's words become pointers in place");

  char* base_;
  size_t size_;
  PlanHeader header_;
  StepHeader step_;
  size_t at_ = 0;
  size_t next_ = 0;
  uint32_t taken_ = 0;
  bool ok_ = false;
};

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_PLAN_READER_H_
