#include "runtime/spec/id_map_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/spec/mount.h"

namespace chmdocker::spec {

std::string IdMapText(const std::vector<IdMapping>& mappings) {
  std::string text;
  for (const IdMapping& mapping : mappings) {
    absl::StrAppend(&text, mapping.container_id, " ", mapping.host_id, " ",
                    mapping.size, "\n");
  }
  return text;
}

}  // namespace chmdocker::spec
