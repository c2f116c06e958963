#include "runtime/namespaces/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "runtime/base/number_text.h"
#include "runtime/base/text_buffer.h"
#include "runtime/base/unique_fd.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::namespaces {
namespace {

using Path = TextBuffer<64>;

raw::Result OpenText(Path& path, int flags) {
  path.Append("", 1);
  return raw::OpenAt(AT_FDCWD, path.data(), flags);
}

// The number behind "\nPid:\t"; 0 or less when there is none.
long PidLine(const char* text) {
  const char* line = strstr(text, "\nPid:\t");
  if (line == nullptr) return 0;
  line += strlen("\nPid:\t");
  long pid = 0;
  for (; *line >= '0' && *line <= '9'; ++line) pid = pid * 10 + (*line - '0');
  return pid;
}

}  // namespace

raw::Result WriteProcFile(const char* path, const char* text) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_WRONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  return raw::Write(file.get(), text, strlen(text));
}

raw::Result PidOf(int pidfd) {
  Path path;
  path.Append("/proc/self/fdinfo/");
  AppendNumber(path, pidfd);
  const raw::Result opened = OpenText(path, O_RDONLY);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  char text[512];
  const raw::Result got = raw::Read(file.get(), text, sizeof(text) - 1);
  if (!got.ok()) return got;
  text[got.value] = '\0';
  const long pid = PidLine(text);
  return pid > 0 ? raw::Result{pid, SYS_read} : raw::Failure(ESRCH, SYS_read);
}

raw::Result OpenNamespace(long pid, const char* file) {
  Path path;
  path.Append("/proc/");
  AppendNumber(path, pid);
  path.Append("/ns/").Append(file);
  return OpenText(path, O_RDONLY);
}

}  // namespace chmdocker::namespaces
