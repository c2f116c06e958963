// What a monitor is told: argv[2] is these numbers in decimal, with commas
// between; argv[3..] is what it becomes at the end.
//
// Also used by chmdocker-init, hence no C++ runtime here.
#ifndef CHMDOCKER_RUNTIME_MONITOR_SETTINGS_H_
#define CHMDOCKER_RUNTIME_MONITOR_SETTINGS_H_

#include <cstddef>

#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"

namespace chmdocker::monitor {

// argv[1] of chmdocker-init as a monitor.
inline constexpr char kWord[] = "monitor";

// Descriptors are those that the monitor gets; 0: there is none.
struct Settings {
  long pid = 0;        // the child that it waits for; 0: it waits for `delay`
  long delay = 0;      // milliseconds
  long output = 0;     // where the container's standard output can be read,
  long error = 0;      // and its standard error
  long input = 0;      // where its standard input can be written
  long terminal = 0;   // output and input are one: a terminal's master
  long listener = 0;   // socket for those who attach
  long client = 0;     // a connection of one who has attached before the start
  long directory = 0;  // of the log
  long program = 0;    // what it becomes at the end
  long log_size = 0;   // KiB a file of the log may have
  long log_files = 0;  // how many there may be
};
inline constexpr size_t kSettings = 12;

inline constexpr long Settings::* kFields[kSettings] = {
    &Settings::pid,      &Settings::delay,    &Settings::output,
    &Settings::error,    &Settings::input,    &Settings::terminal,
    &Settings::listener, &Settings::client,   &Settings::directory,
    &Settings::program,  &Settings::log_size, &Settings::log_files};

using SettingsText = TextBuffer<kSettings * 20>;

// The text of `settings`, NUL included.
inline SettingsText FormatSettings(const Settings& settings) {
  SettingsText text;
  for (size_t i = 0; i < kSettings; ++i) {
    if (i > 0) text.Append(",");
    AppendNumber(text, settings.*kFields[i]);
  }
  text.Append("", 1);
  return text;
}

// The reverse; false for anything that FormatSettings does not write.
inline bool ParseSettings(const char* text, Settings* settings) {
  constexpr long kMost = 0x7fffffff;
  for (size_t i = 0; i < kSettings; ++i) {
    if (i > 0 && *text++ != ',') return false;
    if (*text < '0' || *text > '9') return false;
    long number = 0;
    for (; *text >= '0' && *text <= '9'; ++text) {
      number = number * 10 + (*text - '0');
      if (number > kMost) return false;
    }
    settings->*kFields[i] = number;
  }
  return *text == '\0';
}

}  // namespace chmdocker::monitor

#endif  // CHMDOCKER_RUNTIME_MONITOR_SETTINGS_H_
