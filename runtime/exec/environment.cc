#include "runtime/exec/environment.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace chmdocker::exec {
namespace {

constexpr absl::string_view kHome = "HOME=";

}  // namespace

std::vector<std::string> WithHome(std::vector<std::string> environment) {
  const bool has = std::any_of(
      environment.begin(), environment.end(), [](const std::string& entry) {
        return absl::StartsWith(entry, kHome) && entry != kHome;
      });
  if (has) return environment;
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
