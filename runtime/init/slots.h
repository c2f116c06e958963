// How the launcher tells chmdocker-init its descriptors: argv[1] is
// "CHANNEL,START,PLAN,OFFSET,SIZE" in decimal.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_INIT_SLOTS_H_
#define CHMDOCKER_RUNTIME_INIT_SLOTS_H_

#include <cstddef>
#include <initializer_list>

#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"

namespace chmdocker::init {

struct Slots {
  long channel = -1;     // socket to the parent
  long start = 0;        // socket that AwaitStart listens on; 0: there is none
  long plan = -1;        // file that holds the plan image...
  long plan_offset = 0;  // ...from here, a whole number of pages,
  long plan_size = 0;    // ...for so many bytes
};

using SlotText = TextBuffer<96>;

// The text of `slots`, NUL included.
inline SlotText FormatSlots(const Slots& slots) {
  SlotText text;
  AppendNumber(text, slots.channel);
  for (const long number :
       {slots.start, slots.plan, slots.plan_offset, slots.plan_size}) {
    text.Append(",");
    AppendNumber(text, number);
  }
  text.Append("", 1);
  return text;
}

// The reverse; false for anything that FormatSlots does not write.
inline bool ParseSlots(const char* text, Slots* slots) {
  long* const numbers[] = {&slots->channel, &slots->start, &slots->plan,
                           &slots->plan_offset, &slots->plan_size};
  for (size_t i = 0; i < 5; ++i) {
    if (i > 0 && *text++ != ',') return false;
    if (*text < '0' || *text > '9') return false;
    long number = 0;
    for (; *text >= '0' && *text <= '9'; ++text) {
      number = number * 10 + (*text - '0');
      if (number > 0x7fffffff) return false;
    }
    *numbers[i] = number;
  }
  return *text == '\0';
}

}  // namespace chmdocker::init

#endif  // CHMDOCKER_RUNTIME_INIT_SLOTS_H_
