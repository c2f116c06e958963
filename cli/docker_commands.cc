#include "cli/docker_commands.h"

#include "absl/strings/string_view.h"

namespace chmdocker::cli {
namespace {

struct Hint {
  // No pointer, which each start of the program would have to relocate.
  char command[12];
  char text[112];
};

constexpr Hint kHints[] = {
    {"build",
     "images are not built here: load what docker, podman or buildah has "
     "saved, or 'chmdocker commit' a container"},
    {"container", "its commands stand by themselves, as 'chmdocker ps'"},
    {"image", "its commands stand by themselves, as 'chmdocker images'"},
    {"info", "see 'chmdocker doctor'"},
    {"login", "there is no registry: see 'chmdocker load'"},
    {"network",
     "there are no networks of containers: see 'chmdocker run --net none, host "
     "or container:NAME'"},
    {"pull",
     "nothing is fetched from a registry: see 'chmdocker load', or run "
     "oci:DIR, an OCI layout"},
    {"push", "there is no registry: see 'chmdocker save'"},
    {"search", "there is no registry: see 'chmdocker load'"},
    {"system", "see 'chmdocker doctor', 'chmdocker prune' and 'chmdocker rmi'"},
    {"version", "see 'chmdocker --version'"},
    {"volume",
     "there are no named volumes: see 'chmdocker run --volume DIR:DST'"},
};

}  // namespace

absl::string_view HintFor(absl::string_view command) {
  for (const Hint& hint : kHints) {
    if (command == hint.command) return hint.text;
  }
  return "see 'chmdocker help'";
}

}  // namespace chmdocker::cli
