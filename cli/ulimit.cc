#include "cli/ulimit.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/flag.h"
#include "runtime/base/quote.h"
#include "runtime/oci/names.h"
#include "runtime/oci/process_names.h"
#include "runtime/spec/process.h"

namespace chmdocker::cli {
namespace {

constexpr absl::string_view kPrefix = "RLIMIT_";

bool ReadLimit(absl::string_view text, uint64_t& out) {
  if (text != "-1") return ReadValue(text, out).ok();
  out = ~uint64_t{0};
  return true;
}

// "as, core, cpu, ...".
std::string Types() {
  std::string types;
  for (const oci::NamedValue& entry : oci::RlimitNames()) {
    absl::StrAppend(&types, types.empty() ? "" : ", ",
                    absl::AsciiStrToLower(entry.name.substr(kPrefix.size())));
  }
  return types;
}

}  // namespace

absl::Status ReadUlimit(absl::string_view text,
                        std::vector<spec::Rlimit>& out) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::pair<absl::string_view, absl::string_view> limits =
      absl::StrSplit(parts.second, absl::MaxSplits(':', 1));
  const bool has_hard = absl::StrContains(parts.second, ':');
  spec::Rlimit limit;
  if (!ReadLimit(limits.first, limit.soft) ||
      !ReadLimit(has_hard ? limits.second : limits.first, limit.hard)) {
    return absl::InvalidArgumentError(
        "wants TYPE=SOFT[:HARD], as nofile=1024:4096; -1 is unlimited");
  }
  const std::optional<uint64_t> resource =
      oci::FindValue(oci::RlimitNames(),
                     absl::StrCat(kPrefix, absl::AsciiStrToUpper(parts.first)));
  if (!resource) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quote(parts.first), " is no limit; wants one of ", Types()));
  }
  if (limit.soft > limit.hard) {
    return absl::InvalidArgumentError(
        "wants a soft limit up to the hard limit");
  }
  limit.resource = static_cast<int>(*resource);
  std::erase_if(out, [&](const spec::Rlimit& old) {
    return old.resource == limit.resource;
  });
  out.push_back(limit);
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
