#include "runtime/exec/exec_setup.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "runtime/base/flags.h"
#include "runtime/base/unique_fd.h"
#include "runtime/step/message.h"
#include "runtime/step/step.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"
#include "runtime/sys/raw/process.h"

namespace chmdocker::exec {
namespace {

// The kernel reads this much of a script's first line: BINPRM_BUF_SIZE.
constexpr size_t kScriptHead = 256;

void NoteMissingInterpreter(const char* interpreter, size_t length,
                            step::Note& note) {
  note.Append("the file is there, but its interpreter \"");
  note.Append(interpreter, length).Append("\" is not");
}

// The interpreter of a "#!" line, of which `size` bytes are known.
void ExplainScript(const char* head, size_t size, step::Note& note) {
  size_t start = 2;
  while (start < size && (head[start] == ' ' || head[start] == '\t')) ++start;
  size_t end = start;
  while (end < size && memchr(" \t\n", head[end], 4) == nullptr) ++end;
  // A script written on Windows: the kernel looks for "/bin/sh\r".
  if (end > start && head[end - 1] == '\r') {
    note.Append("the file has a carriage return at the end of its #! line");
    return;
  }
  NoteMissingInterpreter(head + start, end - start, note);
}

// The dynamic linker that a program header names: elf(5), PT_INTERP. Header is
// Elf64_Ehdr or Elf32_Ehdr, Segment what goes with it.
template <class Header, class Segment>
void ExplainElf(int fd, const char* head, step::Note& note) {
  Header header;
  memcpy(&header, head, sizeof(header));
  for (int i = 0; i < header.e_phnum; ++i) {
    Segment segment;
    const off_t at = static_cast<off_t>(header.e_phoff) +
                     i * static_cast<off_t>(sizeof(segment));
    if (raw::Pread(fd, &segment, sizeof(segment), at).value !=
        static_cast<long>(sizeof(segment))) {
      return;
    }
    if (segment.p_type != PT_INTERP) continue;
    char interpreter[kScriptHead];
    const raw::Result got = raw::Pread(fd, interpreter, sizeof(interpreter),
                                       static_cast<off_t>(segment.p_offset));
    if (!got.ok()) return;
    NoteMissingInterpreter(interpreter,
                           strnlen(interpreter, static_cast<size_t>(got.value)),
                           note);
    return;
  }
}

// ENOENT of a file that exists is about its interpreter.
void ExplainNotFound(const char* path, step::Note& note) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
  if (!opened.ok()) return;
  const UniqueFd file(opened.fd());
  char head[kScriptHead] = {};
  const raw::Result got = raw::Pread(file.get(), head, sizeof(head), 0);
  if (!got.ok()) return;
  const size_t size = static_cast<size_t>(got.value);
  if (size > 2 && memcmp(head, "#!", 2) == 0) {
    ExplainScript(head, size, note);
  } else if (size >= sizeof(Elf64_Ehdr) && memcmp(head, ELFMAG, SELFMAG) == 0) {
    head[EI_CLASS] == ELFCLASS32
        ? ExplainElf<Elf32_Ehdr, Elf32_Phdr>(file.get(), head, note)
        : ExplainElf<Elf64_Ehdr, Elf64_Phdr>(file.get(), head, note);
  }
}

// EACCES has four causes that look the same.
void ExplainDenied(const char* path, step::Note& note) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_PATH);
  if (!opened.ok()) return;
  const UniqueFd file(opened.fd());
  struct stat status;
  struct statfs fs;
  if (!raw::Fstat(file.get(), &status).ok()) return;
  if (S_ISDIR(status.st_mode)) {
    note.Append("it is a directory");
  } else if (!S_ISREG(status.st_mode)) {
    note.Append("it is not a regular file");
  } else if ((status.st_mode & 0111) == 0) {
    note.Append("the file has no execute permission");
  } else if (raw::Fstatfs(file.get(), &fs).ok() &&
             (static_cast<unsigned long>(fs.f_flags) & MS_NOEXEC) != 0) {
    note.Append("the file is on a file system mounted noexec");
  } else {
    note.Append("the file or its interpreter may not be executed by this user");
  }
}

void Explain(const char* path, int error, step::Note& note) {
  if (error == ENOENT) ExplainNotFound(path, note);
  if (error == EACCES) ExplainDenied(path, note);
  if (error == ENOEXEC) {
    note.Append(
        "the file is neither a program for this machine nor a script that "
        "begins with #!");
  }
}

// Whether the search goes on behind this error, as in execvp(3).
bool KeepsSearching(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES;
}

// EACCES is about the file itself only if the way to it may be searched; a
// directory of PATH that may not is passed over, as by shells.
bool IsDenied(const char* path, int error) {
  if (error != EACCES) return false;
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_PATH);
  if (opened.ok()) (void)raw::Close(opened.fd());
  return opened.ok();
}

// Why `path` failed, and, if it was looked for in PATH, which one it is; that
// comes last, as it may be too long for the note.
void ExplainCandidate(const char* path, int error, bool searched,
                      step::Note& note) {
  Explain(path, error, note);
  if (searched && note.size() > 0) {
    note.Append(": \"").Append(path).Append("\"");
  }
}

// As execve(2) would judge it for a user who may do all that root may.
raw::Result Judge(const char* path) {
  const raw::Result opened = raw::OpenAt(AT_FDCWD, path, O_PATH);
  if (!opened.ok()) return opened;
  const UniqueFd file(opened.fd());
  struct stat status;
  struct statfs fs;
  const raw::Result got = raw::Fstat(file.get(), &status);
  if (!got.ok()) return got;
  const raw::Result mounted = raw::Fstatfs(file.get(), &fs);
  const bool noexec =
      mounted.ok() && (static_cast<unsigned long>(fs.f_flags) & MS_NOEXEC) != 0;
  if (!S_ISREG(status.st_mode) || (status.st_mode & 0111) == 0 || noexec) {
    return raw::Failure(EACCES, SYS_execve);
  }
  return {};
}

}  // namespace

raw::Result Run(const step::FindExecutable<const char*>& step,
                bool in_directory, step::Note& note) {
  const bool searched =
      step.candidates[0] != nullptr && step.candidates[1] != nullptr;
  raw::Result outcome = raw::Failure(ENOENT, SYS_execve);
  const char* blamed = nullptr;
  for (const char* const* path = step.candidates; *path != nullptr; ++path) {
    if (**path != '/' && !in_directory) return {};
    const raw::Result judged = Judge(*path);
    if (judged.ok()) return {};
    // What root is denied on the way, the user may see.
    if (judged.error() == EACCES && judged.number != SYS_execve) return {};
    if (!KeepsSearching(judged.error()) || judged.error() == EACCES) {
      if (blamed == nullptr) {
        outcome = raw::Failure(judged.error(), SYS_execve);
        blamed = *path;
      }
    } else if (!searched) {
      outcome = raw::Failure(judged.error(), SYS_execve);
    }
  }
  if (blamed != nullptr) {
    ExplainCandidate(blamed, outcome.error(), searched, note);
  }
  return outcome;
}

raw::Result Run(const step::Exec<const char*>& step, step::Note& note) {
  const bool searched =
      step.candidates[0] != nullptr && step.candidates[1] != nullptr;
  raw::Result outcome = raw::Failure(ENOENT, SYS_execve);
  const char* blamed = nullptr;
  for (const char* const* path = step.candidates; *path != nullptr; ++path) {
    const raw::Result failed = raw::Execve(*path, step.argv, step.environment);
    const bool last = !searched || !KeepsSearching(failed.error());
    if (last || (blamed == nullptr && IsDenied(*path, failed.error()))) {
      outcome = failed;
      blamed = *path;
    }
    if (last) break;
  }
  // Only now: most of a PATH's directories do not have the command, and that is
  // no failure.
  if (blamed != nullptr) {
    ExplainCandidate(blamed, outcome.error(), searched, note);
    return outcome;
  }
  // ENOENT may be about an interpreter, wherever it was met.
  for (const char* const* path = step.candidates;
       *path != nullptr && note.size() == 0; ++path) {
    ExplainCandidate(*path, ENOENT, searched, note);
  }
  return outcome;
}

}  // namespace chmdocker::exec
