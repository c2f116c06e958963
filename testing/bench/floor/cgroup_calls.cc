#include "testing/bench/floor/cgroup_calls.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <initializer_list>

#include "testing/bench/floor/device_calls.h"
#include "testing/bench/floor/must.h"
#include "testing/bench/floor/path.h"

namespace chmdocker::bench {
namespace {

int OpenIn(const char* directory, const char* name, int flags) {
  char path[256];
  const int fd = open(Join(path, directory, name), flags | O_CLOEXEC);
  Must(fd >= 0);
  return fd;
}

void WriteIn(const char* directory, const char* name, const char* text) {
  const int fd = OpenIn(directory, name, O_WRONLY);
  Must(write(fd, text, strlen(text)) > 0);
  close(fd);
}

// A new cgroup has neither processors nor memory nodes.
void FillCpuset(const Hierarchy& hierarchy) {
  for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
    char text[256] = {};
    const int fd = OpenIn(hierarchy.directory, file, O_RDONLY);
    Must(read(fd, text, sizeof(text) - 1) > 0);
    close(fd);
    WriteIn(hierarchy.own, file, text);
  }
}

void LimitDevices(const Hierarchy& hierarchy) {
  WriteIn(hierarchy.own, "devices.deny", "a");
  const int fd = OpenIn(hierarchy.own, "devices.allow", O_WRONLY);
  for (const char* rule : {"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:8 rwm",
                           "c 1:7 rwm", "c 5:0 rwm", "c 1:5 rwm", "c 1:9 rwm",
                           "c 136:* rwm", "c 5:2 rwm", "c 10:200 rwm"}) {
    Must(write(fd, rule, strlen(rule)) > 0);
  }
  close(fd);
}

}  // namespace

void ReadCgroups(char** words, Cgroups& cgroups) {
  Must(*words != nullptr);
  cgroups.id = *words;
  for (char** word = words + 1; *word != nullptr; ++word) {
    // Of "name=systemd=/sys/fs/cgroup/systemd" the second one.
    char* const equals = strrchr(*word, '=');
    Must(equals != nullptr && cgroups.count < kMostHierarchies);
    *equals = '\0';
    Hierarchy& hierarchy = cgroups.hierarchies[cgroups.count++];
    hierarchy.controllers = *word;
    hierarchy.directory = equals + 1;
    Join(hierarchy.own, hierarchy.directory, cgroups.id);
  }
}

void RestoreWords(const Cgroups& cgroups) {
  for (int i = 0; i < cgroups.count; ++i) {
    const_cast<char*>(cgroups.hierarchies[i].directory)[-1] = '=';
  }
}

int MakeCgroups(const Cgroups& cgroups) {
  for (int i = 0; i < cgroups.count; ++i) {
    const Hierarchy& hierarchy = cgroups.hierarchies[i];
    Must(mkdir(hierarchy.own, 0755) == 0);
    if (strcmp(hierarchy.controllers, "cpuset") == 0) FillCpuset(hierarchy);
    if (strcmp(hierarchy.controllers, "devices") == 0) LimitDevices(hierarchy);
  }
  const int unified = OpenUnified(cgroups);
  if (unified >= 0 && cgroups.count == 1) AttachDeviceProgram(unified);
  return unified;
}

int OpenUnified(const Cgroups& cgroups) {
  for (int i = 0; i < cgroups.count; ++i) {
    const Hierarchy& hierarchy = cgroups.hierarchies[i];
    if (!hierarchy.unified()) continue;
    return open(hierarchy.own, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  return -1;
}

void EnterCgroups(const Cgroups& cgroups) {
  for (int i = 0; i < cgroups.count; ++i) {
    if (cgroups.hierarchies[i].unified()) continue;
    WriteIn(cgroups.hierarchies[i].own, "tasks", "0");
  }
}

void RemoveCgroups(const Cgroups& cgroups) {
  for (int i = 0; i < cgroups.count; ++i) rmdir(cgroups.hierarchies[i].own);
}

}  // namespace chmdocker::bench
