#include "cli/flags.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "cli/flag.h"
#include "cli/global_flags.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"

namespace chmdocker::cli {
namespace {

bool IsSwitch(const Flag& flag) { return *flag.value == '\0'; }

absl::Status Unknown(absl::string_view word) {
  return absl::InvalidArgumentError(absl::StrCat("unknown flag ", Quote(word)));
}

// Reads the words of one level.
class Reader {
 public:
  Reader(const FlagSet& set, bool* version, Words words)
      : set_(set), version_(version), words_(words) {}

  absl::StatusOr<std::vector<std::string>> Read() {
    std::vector<std::string> rest;
    while (next_ < words_.size()) {
      const std::string& word = words_[next_];
      if (word.size() < 2 || word[0] != '-') {
        if (set_.order == Order::kFlagsFirst) break;
        rest.push_back(word);
        ++next_;
        continue;
      }
      ++next_;
      if (word == "--") break;
      CHM_RETURN_IF_ERROR(Take(word));
    }
    rest.insert(rest.end(), words_.begin() + static_cast<ptrdiff_t>(next_),
                words_.end());
    return rest;
  }

 private:
  absl::Status Take(absl::string_view word) {
    absl::string_view name = word;
    const bool two_dashes = absl::ConsumePrefix(&name, "--");
    if (!two_dashes) name.remove_prefix(1);
    const size_t equals = name.find('=');
    const bool has_value = equals != absl::string_view::npos;
    const absl::string_view full_name = name.substr(0, equals);
    if (const Flag* flag = Find(full_name)) {
      if (has_value) return Set(*flag, word, name.substr(equals + 1));
      return SetNext(*flag, word);
    }
    if (!has_value && (name == "help" || name == "h")) return HelpWanted();
    if (!has_value && version_ != nullptr &&
        (name == "version" || name == "v")) {
      *version_ = true;
      return absl::OkStatus();
    }
    return two_dashes ? Unknown(word) : TakeShort(name, word);
  }

  // "-it", "-eNAME=value", "-e NAME=value".
  absl::Status TakeShort(absl::string_view letters, absl::string_view word) {
    while (!letters.empty()) {
      const Flag* flag = Find(letters.substr(0, 1));
      if (flag == nullptr) return Unknown(word);
      letters.remove_prefix(1);
      if (IsSwitch(*flag)) {
        CHM_RETURN_IF_ERROR(Set(*flag, word, "true"));
        continue;
      }
      if (letters.empty()) return SetNext(*flag, word);
      return Set(*flag, word, letters);
    }
    return absl::OkStatus();
  }

  absl::Status SetNext(const Flag& flag, absl::string_view word) {
    if (IsSwitch(flag)) return Set(flag, word, "true");
    if (next_ == words_.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(word, ": wants a value: ", flag.value));
    }
    return Set(flag, word, words_[next_++]);
  }

  absl::Status Set(const Flag& flag, absl::string_view word,
                   absl::string_view value) {
    // "[VALUE]" in its row: an empty one says something, too.
    if (!IsSwitch(flag) && value.empty() && flag.value[0] != '[') {
      return absl::InvalidArgumentError(
          absl::StrCat(word, ": its value is empty; wants ", flag.value));
    }
    absl::Status set = flag.set == nullptr ? SetGlobalFlag(flag, value)
                                           : flag.set(set_.options, value);
    if (set.ok()) return set;
    return absl::InvalidArgumentError(
        absl::StrCat("--", flag.name, " ", Quote(value), ": ", set.message()));
  }

  const Flag* Find(absl::string_view name) const {
    for (const absl::Span<const Flag> flags : {set_.flags, GlobalFlags()}) {
      for (const Flag& flag : flags) {
        if (name == flag.name ||
            (name.size() == 1 && name == flag.short_name)) {
          return &flag;
        }
      }
    }
    return nullptr;
  }

  const FlagSet& set_;
  bool* version_;  // null: --version is unknown
  Words words_;
  size_t next_ = 0;
};

}  // namespace

absl::Status HelpWanted() { return absl::CancelledError("help is wanted"); }

bool IsHelpWanted(const absl::Status& status) {
  return absl::IsCancelled(status);
}

absl::StatusOr<std::vector<std::string>> ReadFlags(const FlagSet& set,
                                                   Words words) {
  return Reader(set, /*version=*/nullptr, words).Read();
}

absl::StatusOr<GlobalWords> ReadGlobalFlags(Words words) {
  GlobalWords global;
  const FlagSet none = {{}, nullptr, Order::kFlagsFirst};
  CHM_ASSIGN_OR_RETURN(global.rest,
                       Reader(none, &global.version, words).Read());
  return global;
}

}  // namespace chmdocker::cli
