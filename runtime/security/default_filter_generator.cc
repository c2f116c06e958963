// Prints default_filter.inc: runs when chmdocker is built.
#include <linux/filter.h>

#include <cstddef>
#include <cstdio>
#include <initializer_list>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/security/default_profile.h"
#include "runtime/security/seccomp_compile.h"
#include "runtime/spec/defaults.h"
#include "runtime/spec/process.h"

int main() {
  using chmdocker::security::SeccompFilter;
  std::string programs;
  std::string rows;
  size_t count = 0;
  for (const chmdocker::spec::CapabilitySet bounding :
       {chmdocker::spec::kDefaultCapabilities,
        chmdocker::spec::CapabilitySet{0}}) {
    const absl::StatusOr<SeccompFilter> filter =
        chmdocker::security::CompileSeccomp(
            chmdocker::security::DefaultProfile(bounding));
    if (!filter.ok()) return 1;
    absl::StrAppend(&programs, "constexpr sock_filter kProgram", count,
                    "[] = {\n");
    for (const sock_filter& one : filter->program) {
      absl::StrAppend(&programs, "    {", one.code, ", ", one.jt, ", ", one.jf,
                      ", ", one.k, "u},\n");
    }
    absl::StrAppend(&programs, "};\n");
    absl::StrAppend(&rows, "    {",
                    bounding & chmdocker::security::ProfileCapabilities(),
                    "u, ", filter->flags, "u, kProgram", count, "},\n");
    ++count;
  }
  std::printf("%sconstexpr MadeFilter kMade[] = {\n%s};\n", programs.c_str(),
              rows.c_str());
}
