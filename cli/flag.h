// One flag of a command: a row of the table that parsing and help are made
// from.
#ifndef CHMDOCKER_CLI_FLAG_H_
#define CHMDOCKER_CLI_FLAG_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

struct Flag {
  const char* name;        // "workdir": --workdir, and -workdir
  const char* short_name;  // "w", or ""
  // What it wants, for help: "DIR", or "[DIR]" if that may be empty; "" for a
  // switch.
  const char* value;
  const char* description;
  // Reads `text` into the options of the command that the table belongs to; an
  // error has the rule that the text breaks as its message: "wants ...". Null:
  // the value, and the description, are of the gflags flag of the same name,
  // dashes as underscores.
  absl::Status (*set)(void* options, absl::string_view text);
  // What it and the flags behind it are about: a heading of the help. Null: the
  // same as those before it.
  const char* heading = nullptr;
};

// Values are read strictly: no blanks, no sign where none is meant, nothing
// behind. What can be given several times is appended.
absl::Status ReadValue(absl::string_view text, bool& out);
absl::Status ReadValue(absl::string_view text, std::string& out);
absl::Status ReadValue(absl::string_view text, uint16_t& out);
absl::Status ReadValue(absl::string_view text, uint32_t& out);
absl::Status ReadValue(absl::string_view text, uint64_t& out);
absl::Status ReadValue(absl::string_view text, int64_t& out);
absl::Status ReadValue(absl::string_view text, std::vector<std::string>& out);
// Also several with commas between.
absl::Status ReadValue(absl::string_view text, std::vector<uint32_t>& out);

template <class T>
absl::Status ReadValue(absl::string_view text, std::optional<T>& out) {
  return ReadValue(text, out.emplace());
}

// A number from `least` to `most`; kLargest is no bound worth telling.
inline constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
absl::Status ReadNumber(absl::string_view text, int64_t least, int64_t most,
                        int64_t& out);

namespace internal {
template <class Class, class Member>
Class ClassOf(Member Class::*);

template <auto kFirst, auto... kRest>
auto& FieldOf(void* options) {
  using Options = decltype(ClassOf(kFirst));
  return ((static_cast<Options*>(options)->*kFirst).*....*kRest);
}
}  // namespace internal

// Flag::set for a field, which may be one of a field: Into<&RunOptions::create,
// &CreateOptions::bundle>.
template <auto... kMembers>
absl::Status Into(void* options, absl::string_view text) {
  return ReadValue(text, internal::FieldOf<kMembers...>(options));
}
// The same with a reader of its own.
template <auto kRead, auto... kMembers>
absl::Status ReadInto(void* options, absl::string_view text) {
  return kRead(text, internal::FieldOf<kMembers...>(options));
}

// Flag::set for what other runtimes know and chmdocker has no use for.
absl::Status Ignore(void* options, absl::string_view text);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_FLAG_H_
