// Makes a tar archive, an entry a word, with names that no other program would
// put into one:
//
//   maketar ENTRY... >FILE
//
//   d:PATH[:MODE]            a directory
//   f:PATH[:MODE[:CONTENT]]  a file; "@NAME" as content: that file's
//   s:PATH:TARGET            a symbolic link
//   h:PATH:TARGET            a hard link
//   c:PATH:MAJOR:MINOR       a character device
//   p:PATH                   a pipe
//
// In front of it may be any of these, each with a comma behind it: uid=N,
// gid=N, mtime=SECONDS, xattr=NAME=VALUE.
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/archive_reader.h"
#include "runtime/image/tar_writer.h"

namespace chmdocker {
namespace {

using image::ArchiveEntry;

uint32_t Number(absl::string_view text) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) std::abort();
  return number;
}

mode_t Mode(const std::string& text) {
  return static_cast<mode_t>(std::strtoul(text.c_str(), nullptr, 8));
}

std::string ReadFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) std::abort();
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What is said in front of the entry.
void ReadAttributes(absl::string_view& word, ArchiveEntry& entry) {
  while (word.size() > 1 && word[1] != ':') {
    absl::string_view attribute = word.substr(0, word.find(','));
    word.remove_prefix(attribute.size() + 1);
    if (absl::ConsumePrefix(&attribute, "uid=")) {
      entry.uid = Number(attribute);
    } else if (absl::ConsumePrefix(&attribute, "gid=")) {
      entry.gid = Number(attribute);
    } else if (absl::ConsumePrefix(&attribute, "mtime=")) {
      entry.mtime.tv_sec = Number(attribute);
    } else if (absl::ConsumePrefix(&attribute, "xattr=")) {
      const std::pair<std::string, std::string> pair =
          absl::StrSplit(attribute, absl::MaxSplits('=', 1));
      entry.xattrs.push_back(pair);
    } else {
      std::abort();
    }
  }
}

absl::Status Add(absl::string_view word, image::TarWriter& tar) {
  ArchiveEntry entry;
  ReadAttributes(word, entry);
  const char kind = word.empty() ? '\0' : word[0];
  const std::vector<std::string> parts =
      absl::StrSplit(word, absl::MaxSplits(':', kind == 'f' ? 3 : 4));
  const auto part = [&](size_t i, const char* otherwise = "") {
    return i < parts.size() ? parts[i] : std::string(otherwise);
  };
  entry.path = part(1);
  std::string content;
  switch (kind) {
    case 'd':
      entry.mode = S_IFDIR | Mode(part(2, "755"));
      break;
    case 'f':
      entry.mode = S_IFREG | Mode(part(2, "644"));
      content = part(3);
      if (content[0] == '@') content = ReadFile(content.substr(1));
      break;
    case 's':
      entry.mode = S_IFLNK | 0777;
      entry.symlink = part(2);
      break;
    case 'h':
      entry.mode = S_IFREG | 0644;
      entry.hardlink = part(2);
      break;
    case 'c':
      entry.mode = S_IFCHR | 0666;
      entry.device = makedev(Number(part(2)), Number(part(3)));
      break;
    case 'p':
      entry.mode = S_IFIFO | 0644;
      break;
    default:
      return absl::InvalidArgumentError(word);
  }
  entry.size = content.size();
  CHM_RETURN_IF_ERROR(tar.Add(entry));
  return content.empty() ? absl::OkStatus() : tar.Write(content);
}

absl::Status Make(const std::vector<std::string>& words) {
  CHM_ASSIGN_OR_RETURN(const std::unique_ptr<image::TarWriter> tar,
                       image::TarWriter::Open(STDOUT_FILENO, "stdout"));
  for (const std::string& word : words) {
    CHM_RETURN_IF_ERROR(Add(word, *tar));
  }
  return tar->Close();
}

}  // namespace
}  // namespace chmdocker

int main(int argc, char** argv) {
  const absl::Status made = chmdocker::Make({argv + 1, argv + argc});
  if (made.ok()) return 0;
  std::fprintf(stderr, "maketar: %s\n", std::string(made.message()).c_str());
  return 1;
}
