#include "runtime/host/setting.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace chmdocker::host {

std::string SysctlCommand(absl::string_view path, absl::string_view value) {
  path.remove_prefix(absl::string_view("/proc/sys/").size());
  std::string name(path);
  for (char& c : name) {
    if (c == '/') c = '.';
  }
  return absl::StrCat("sysctl ", name, "=", value);
}

}  // namespace chmdocker::host
