#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "runtime/base/flag_names.h"
#include "runtime/base/flags.h"
#include "runtime/base/octal.h"
#include "runtime/base/quote.h"
#include "runtime/step/describe.h"
#include "runtime/step/describe_words.h"
#include "runtime/step/mount_steps.h"
#include "runtime/step/step_parts.h"

namespace chmdocker::step {
namespace {

using Text = std::string;

// "clear nosuid,nodev".
std::string Cleared(MountAttributes attributes) {
  return attributes.empty() ? ""
                            : absl::StrCat("clear ", OptionWords(attributes));
}

// As the options of mounts name what holds for all mounts below: "rro".
std::string Recursively(MountAttributes attributes) {
  if (attributes.empty()) return "";
  return absl::StrCat(
      "r", absl::StrReplaceAll(OptionWords(attributes), {{",", ",r"}}));
}

std::string RecursivelyCleared(MountAttributes attributes) {
  return attributes.empty() ? ""
                            : absl::StrCat("clear ", Recursively(attributes));
}

std::string LinksWord(SourceLinks links) {
  switch (links) {
    case SourceLinks::kFollow:
      return "";
    case SourceLinks::kNoFollow:
      return "source no symlink";
    case SourceLinks::kCopy:
      return "a symlink copied";
  }
  return {};
}

std::string LinksWord(TargetLinks links) {
  switch (links) {
    case TargetLinks::kFollow:
    case TargetLinks::kForbidden:
      return "";
    case TargetLinks::kNoFollow:
      return "target no symlink";
  }
  return {};
}

std::string DeviceWord(uint32_t mode) {
  if (S_ISBLK(mode)) return "b";
  return S_ISFIFO(mode) ? "p" : "c";
}

}  // namespace

std::string Describe(const SetPropagation<Text>& s) {
  return absl::StrCat("set propagation of ", PlaceText(s.target), " to ",
                      OptionWords(s.propagation));
}

std::string Describe(const MountOverlay<Text>& s) {
  return absl::StrCat("mount overlay of ", s.layers, " layer",
                      s.layers == 1 ? "" : "s", " and what is written on ",
                      Quote(s.directory + "/merged"));
}

std::string Describe(const OpenRootfs<Text>& s) {
  return absl::StrCat(
      "bind ", Quote(s.path), " onto itself and open it as rootfs",
      OptionsText({s.leave_peers ? "parent private" : "", ApiWord(s.api)}));
}

std::string Describe(const MountFilesystem<Text>& s) {
  return absl::StrCat(
      "mount ", s.type, " on ", PlaceText(s.target),
      OptionsText({OptionWords(s.flags), s.data, s.copy_up ? "tmpcopyup" : "",
                   LinksWord(s.links)}),
      s.weaker_data.empty() ? "" : ", or else with ", s.weaker_data,
      s.substitute.empty() ? "" : ", or else bind ",
      s.substitute.empty() ? "" : Quote(s.substitute),
      s.substitute.empty() ? ""
                           : OptionsText({Recursively(s.substitute_attributes),
                                          "recursive", ApiWord(s.api)}));
}

std::string Describe(const BindMount<Text>& s) {
  return absl::StrCat(
      "bind ", PlaceText(s.source), " on ", PlaceText(s.target),
      OptionsText({OptionWords(s.set), Cleared(s.cleared),
                   Recursively(s.recursive_set),
                   RecursivelyCleared(s.recursive_cleared),
                   s.recursive ? "recursive" : "", s.copy_up ? "copy up" : "",
                   LinksWord(s.source_links), LinksWord(s.target_links),
                   ApiWord(s.api)}));
}

std::string Describe(const SetMountAttributes<Text>& s) {
  return absl::StrCat(
      "make the mount at ", PlaceText(s.target),
      s.set.empty() ? "" : absl::StrCat(" ", OptionWords(s.set)),
      OptionsText({Cleared(s.cleared), s.recursive ? "recursive" : "",
                   ApiWord(s.api)}));
}

std::string Describe(const SendMount<Text>& s) {
  const std::string owners =
      s.uid_map.empty()
          ? "those of the user namespace"
          : absl::StrCat(Quote(absl::StripSuffix(s.uid_map, "\n")), " and ",
                         Quote(absl::StripSuffix(s.gid_map, "\n")));
  return absl::StrCat(
      "send a copy of ", Quote(s.source), " with owners as ", owners,
      OptionsText({s.recursive ? "recursive" : "",
                   s.map_recursive ? "ridmap" : "idmap", LinksWord(s.links)}));
}

std::string Describe(const MakeDevice<Text>& s) {
  const std::string owner = s.uid == 0 && s.gid == 0
                                ? ""
                                : absl::StrCat(", owner ", s.uid, ":", s.gid);
  return absl::StrCat("make device ", InRootfs(s.path), " (",
                      DeviceWord(s.mode), " ", s.major, ":", s.minor, ", mode ",
                      Octal(s.mode & 07777, 4), owner, ")");
}

std::string Describe(const MakeDirectory<Text>& s) {
  return absl::StrCat("make directory ", InRootfs(s.path));
}

std::string Describe(const MakeSymlink<Text>& s) {
  return absl::StrCat("link ", InRootfs(s.path), " to ", Quote(s.target));
}

std::string Describe(const MaskPath<Text>& s) {
  return absl::StrCat("hide ", InRootfs(s.path), OptionsText({ApiWord(s.api)}));
}

std::string Describe(const PivotRoot<Text>& s) {
  return absl::StrCat("pivot_root into rootfs and detach the old root",
                      OptionsText({s.leave_peers ? "a slave by then" : ""}));
}

std::string Describe(const MoveRoot<Text>&) {
  return "unmount each other proc and sysfs, move rootfs to \"/\" and "
         "chroot "
         "into it";
}

}  // namespace chmdocker::step
