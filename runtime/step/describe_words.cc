#include "runtime/step/describe_words.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/quote.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

std::string PlaceText(const Place<std::string>& place) {
  switch (place.slot) {
    case FdSlot::kRoot:
      return Quote(place.path);
    case FdSlot::kRootfs:
      return absl::StrCat("rootfs:", Quote(place.path));
    case FdSlot::kSent:
      return absl::StrCat("the sent ", Quote(place.path));
  }
  return {};
}

std::string InRootfs(const std::string& path) {
  return PlaceText({FdSlot::kRootfs, path});
}

std::string OptionsText(const std::vector<std::string>& words) {
  std::vector<std::string> given;
  for (const std::string& word : words) {
    if (!word.empty()) given.push_back(word);
  }
  return given.empty() ? ""
                       : absl::StrCat(" (", absl::StrJoin(given, ","), ")");
}

std::string ApiWord(MountApi api) {
  switch (api) {
    case MountApi::kDetached:
      return "";
    case MountApi::kClassic:
      return "by mount(2)";
  }
  return {};
}

std::string QuotedWords(const std::vector<std::string>& words) {
  return absl::StrJoin(words, " ",
                       [](std::string* out, const std::string& word) {
                         absl::StrAppend(out, Quote(word));
                       });
}

std::string IdLines(absl::string_view map) {
  const std::vector<std::string> lines =
      absl::StrSplit(absl::StripSuffix(map, "\n"), '\n');
  return Quote(absl::StrJoin(lines, ", "));
}

}  // namespace chmdocker::step
