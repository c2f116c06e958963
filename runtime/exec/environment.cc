#include "runtime/exec/environment.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace chmdocker::exec {
namespace {

constexpr absl::string_view kHome = "HOME=";

}  // namespace

bool WantsHome(const std::vector<std::string>& environment) {
  return std::none_of(environment.begin(), environment.end(),
                      [](const std::string& entry) {
                        return absl::StartsWith(entry, kHome) && entry != kHome;
                      });
}

std::vector<std::string> WithoutDuplicates(
    std::vector<std::string> environment) {
  std::set<absl::string_view> names;
  std::vector<std::string> last;
  last.reserve(environment.size());
  for (auto entry = environment.rbegin(); entry != environment.rend();
       ++entry) {
    const absl::string_view text = *entry;
    if (names.insert(text.substr(0, text.find('='))).second) {
      last.push_back(*entry);
    }
  }
  std::reverse(last.begin(), last.end());
  return last;
}

std::vector<std::string> WithHome(std::vector<std::string> environment) {
  if (!WantsHome(environment)) return environment;
  std::erase(environment, kHome);
  environment.emplace_back(kHome);
  return environment;
}

std::vector<std::string> WithListenFds(std::vector<std::string> environment,
                                       uint32_t count) {
  std::erase_if(environment, [](const std::string& entry) {
    return absl::StartsWith(entry, "LISTEN_FDS=") ||
           absl::StartsWith(entry, "LISTEN_PID=");
  });
  if (count == 0) return environment;
  environment.push_back(absl::StrCat("LISTEN_FDS=", count));
  environment.emplace_back("LISTEN_PID=1");
  return environment;
}

}  // namespace chmdocker::exec
