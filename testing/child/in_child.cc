#include "testing/child/in_child.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>

namespace chmdocker {

std::string InChild(const std::function<std::string()>& find_out) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    const std::string found = find_out();
    const ssize_t put = write(ends[1], found.data(), found.size());
    _exit(put == static_cast<ssize_t>(found.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string said;
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(ends[0], buffer, sizeof(buffer))) > 0) {
    said.append(buffer, static_cast<size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? said : "died";
}

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string StatusLine(const std::string& name) {
  const std::string status = "\n" + Contents("/proc/self/status");
  const std::string start = "\n" + name + ":\t";
  const size_t at = status.find(start);
  if (at == std::string::npos) return "";
  const size_t from = at + start.size();
  return status.substr(from, status.find('\n', from) - from);
}

}  // namespace chmdocker
