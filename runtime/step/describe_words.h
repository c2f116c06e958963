// Parts of the lines of describe.h.
#ifndef CHMDOCKER_RUNTIME_STEP_DESCRIBE_WORDS_H_
#define CHMDOCKER_RUNTIME_STEP_DESCRIBE_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {

// `"/dev"`, `rootfs:"/dev"`.
std::string PlaceText(const Place<std::string>& place);
std::string InRootfs(const std::string& path);

// " (nosuid,recursive)": the words that are not empty; "" without any.
std::string OptionsText(const std::vector<std::string>& words);

// How the classic API is told from the usual one, which needs no word.
std::string ApiWord(MountApi api);

// Quoted, with spaces between.
std::string QuotedWords(const std::vector<std::string>& words);

// "0 1000 1, 1 100000 65536": the lines of an id map.
std::string IdLines(absl::string_view map);

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_DESCRIBE_WORDS_H_
