// How what has no effects looks at settings of the host.
#ifndef CHMDOCKER_RUNTIME_HOST_SETTING_H_
#define CHMDOCKER_RUNTIME_HOST_SETTING_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker::host {

// Reads a setting of the host, for example
// "/proc/sys/user/max_user_namespaces"; nothing if it does not exist.
using SettingReader =
    std::function<std::optional<std::string>(const std::string& path)>;

// "sysctl a.b=1" for "/proc/sys/a/b".
std::string SysctlCommand(absl::string_view path, absl::string_view value);

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_SETTING_H_
