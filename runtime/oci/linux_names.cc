#include "runtime/oci/linux_names.h"

#include <linux/mempolicy.h>
#include <linux/personality.h>
#include <linux/sched.h>

#include "absl/types/span.h"
#include "runtime/oci/names.h"

namespace chmdocker::oci {
namespace {

constexpr NamedValue kNamespaces[] = {
    {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC}, {"mount", CLONE_NEWNS},
    {"network", CLONE_NEWNET},   {"pid", CLONE_NEWPID}, {"time", CLONE_NEWTIME},
    {"user", CLONE_NEWUSER},     {"uts", CLONE_NEWUTS},
};

constexpr NamedValue kPersonalities[] = {
    {"LINUX", PER_LINUX},
    {"LINUX32", PER_LINUX32},
};

constexpr NamedValue kModes[] = {
    {"MPOL_DEFAULT", MPOL_DEFAULT},
    {"MPOL_PREFERRED", MPOL_PREFERRED},
    {"MPOL_BIND", MPOL_BIND},
    {"MPOL_INTERLEAVE", MPOL_INTERLEAVE},
    {"MPOL_LOCAL", MPOL_LOCAL},
    {"MPOL_PREFERRED_MANY", MPOL_PREFERRED_MANY},
    // Linux 6.9: headers may be older.
    {"MPOL_WEIGHTED_INTERLEAVE", 6},
};

constexpr NamedValue kFlags[] = {
    {"MPOL_F_STATIC_NODES", MPOL_F_STATIC_NODES},
    {"MPOL_F_RELATIVE_NODES", MPOL_F_RELATIVE_NODES},
    {"MPOL_F_NUMA_BALANCING", MPOL_F_NUMA_BALANCING},
};

}  // namespace

absl::Span<const NamedValue> NamespaceNames() { return kNamespaces; }
absl::Span<const NamedValue> PersonalityNames() { return kPersonalities; }
absl::Span<const NamedValue> MemoryPolicyModeNames() { return kModes; }
absl::Span<const NamedValue> MemoryPolicyFlagNames() { return kFlags; }

}  // namespace chmdocker::oci
