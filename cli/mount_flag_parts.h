// What the readers of --volume, --mount and --tmpfs have in common.
#ifndef CHMDOCKER_CLI_MOUNT_FLAG_PARTS_H_
#define CHMDOCKER_CLI_MOUNT_FLAG_PARTS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

inline constexpr char kNoVolumes[] =
    "named volumes are not there yet; give an absolute path, or ./PATH, as the "
    "source";
inline constexpr char kIdMapRule[] =
    "idmap: wants uids=FILES-HOST-COUNT[#...];gids=..., as "
    "idmap=uids=0-1000-1;gids=0-1000-1";
inline constexpr char kConsistencies[] =
    ",consistent,cached,delegated,default,";

// InvalidArgument with the parts as one text. Not inline at each use, as StrCat
// is: there are many.
absl::Status Wrong(absl::string_view a, absl::string_view b = {},
                   absl::string_view c = {}, absl::string_view d = {},
                   absl::string_view e = {});

// Whether `list`, with a comma around each word, has `word`, which has none.
bool IsOneOf(absl::string_view word, const char* list);

// The clean path; neither relative nor the root.
absl::Status SetDestination(absl::string_view text, spec::Mount& mount);

// What is no name of a volume.
bool IsPath(absl::string_view source);

// docker's, with nothing asked for.
void MakeTmpfs(spec::Mount& mount);

// As docker since version 25: with what is mounted below, where the kernel can.
void MakeReadonly(spec::Mount& mount);

// False if there is no such word.
bool AddPropagation(absl::string_view word, spec::Mount& mount);

// podman's uids=FILES-HOST-COUNT[#...];gids=.... False if it is something else.
// Without maps they would be those of a user namespace that the container does
// not have where such mounts are allowed.
bool SetIdMaps(absl::string_view text, spec::Mount& mount);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_MOUNT_FLAG_PARTS_H_
