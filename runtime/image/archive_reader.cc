#include "runtime/image/archive_reader.h"

#include <errno.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "archive.h"
#include "archive_entry.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/sys/call_status.h"
#include "runtime/sys/raw/call.h"
#include "runtime/sys/raw/fs.h"

namespace chmdocker::image {
namespace {

constexpr size_t kBlock = 64 << 10;

struct Free {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Archive = std::unique_ptr<archive, Free>;

// What both classes have: a libarchive reader over a source of ours.
class Reader {
 public:
  Reader(ArchiveReader::Source source, std::string name)
      : source_(std::move(source)), name_(std::move(name)) {
    archive_.reset(archive_read_new());
  }

  archive* get() const { return archive_.get(); }

  absl::Status Open() {
    return Check(archive_read_open(get(), this, nullptr, ReadSource, nullptr));
  }

  // A warning is an error, too: what is not understood is not there afterwards.
  absl::Status Check(int64_t result) const {
    if (result >= ARCHIVE_OK) return absl::OkStatus();
    if (!failure_.ok()) return failure_;
    const char* const text = archive_error_string(get());
    return absl::DataLossError(
        absl::StrCat(name_, ": ", text == nullptr ? "no archive" : text));
  }

  absl::Status Error(absl::string_view text) const {
    return absl::DataLossError(absl::StrCat(name_, ": ", text));
  }

 private:
  static la_ssize_t ReadSource(archive*, void* self, const void** block) {
    auto& reader = *static_cast<Reader*>(self);
    absl::StatusOr<absl::string_view> read = reader.source_();
    if (!read.ok()) {
      reader.failure_ = std::move(read).status();
      return -1;
    }
    *block = read->data();
    return static_cast<la_ssize_t>(read->size());
  }

  ArchiveReader::Source source_;
  std::string name_;
  absl::Status failure_;
  Archive archive_;
};

class FileDecompressor : public Decompressor {
 public:
  FileDecompressor(int fd, std::string name)
      : fd_(fd),
        name_(std::move(name)),
        input_(kBlock, '\0'),
        output_(kBlock, '\0'),
        reader_([this] { return ReadFile(); }, name_) {}

  absl::Status Open() {
    archive_read_support_format_raw(reader_.get());
    archive_read_support_filter_gzip(reader_.get());
    archive_read_support_filter_zstd(reader_.get());
    CHM_RETURN_IF_ERROR(reader_.Open());
    archive_entry* entry = nullptr;
    const int read = archive_read_next_header(reader_.get(), &entry);
    empty_ = read == ARCHIVE_EOF;
    return empty_ ? absl::OkStatus() : reader_.Check(read);
  }

  absl::StatusOr<absl::string_view> Read() override {
    if (empty_) return absl::string_view();
    const la_ssize_t size =
        archive_read_data(reader_.get(), output_.data(), output_.size());
    CHM_RETURN_IF_ERROR(reader_.Check(size));
    return absl::string_view(output_).substr(0, static_cast<size_t>(size));
  }

 private:
  absl::StatusOr<absl::string_view> ReadFile() {
    raw::Result read;
    do {
      read = raw::Read(fd_, input_.data(), input_.size());
    } while (read.error() == EINTR);
    CHM_RETURN_IF_ERROR(sys::CallStatus(read, name_));
    return absl::string_view(input_).substr(0, static_cast<size_t>(read.value));
  }

  int fd_;
  std::string name_;
  std::string input_;
  std::string output_;
  Reader reader_;
  bool empty_ = false;
};

std::string Text(const char* text) { return text == nullptr ? "" : text; }

class TarReader : public ArchiveReader {
 public:
  TarReader(Source source, std::string name)
      : reader_(std::move(source), std::move(name)) {}

  absl::Status Open() {
    archive_read_support_format_tar(reader_.get());
    return reader_.Open();
  }

  absl::StatusOr<std::optional<ArchiveEntry>> Next() override {
    archive_entry* entry = nullptr;
    const int read = archive_read_next_header(reader_.get(), &entry);
    if (read == ARCHIVE_EOF) return std::nullopt;
    CHM_RETURN_IF_ERROR(reader_.Check(read));
    return ReadEntry(entry);
  }

  absl::Status ReadContent(
      const std::function<absl::Status(absl::string_view, uint64_t)>& use)
      override {
    for (;;) {
      const void* data = nullptr;
      size_t size = 0;
      la_int64_t offset = 0;
      const int read =
          archive_read_data_block(reader_.get(), &data, &size, &offset);
      if (read == ARCHIVE_EOF) return absl::OkStatus();
      CHM_RETURN_IF_ERROR(reader_.Check(read));
      if (size == 0) continue;
      CHM_RETURN_IF_ERROR(
          use(absl::string_view(static_cast<const char*>(data), size),
              static_cast<uint64_t>(offset)));
    }
  }

 private:
  // The last id means "none" to chown(2).
  static bool IsId(la_int64_t id) {
    return id >= 0 && id < std::numeric_limits<uint32_t>::max();
  }

  absl::StatusOr<std::optional<ArchiveEntry>> ReadEntry(archive_entry* from) {
    ArchiveEntry entry;
    entry.path = Text(archive_entry_pathname(from));
    entry.hardlink = Text(archive_entry_hardlink(from));
    entry.symlink = Text(archive_entry_symlink(from));
    entry.mode = archive_entry_mode(from);
    if (!IsId(archive_entry_uid(from)) || !IsId(archive_entry_gid(from))) {
      return reader_.Error(absl::StrCat(Quote(entry.path),
                                        ": belongs to a user or group that "
                                        "can't be"));
    }
    entry.uid = static_cast<uid_t>(archive_entry_uid(from));
    entry.gid = static_cast<gid_t>(archive_entry_gid(from));
    entry.size = static_cast<uint64_t>(archive_entry_size(from));
    entry.device = archive_entry_rdev(from);
    entry.mtime = {archive_entry_mtime(from), archive_entry_mtime_nsec(from)};
    ReadAttributes(from, entry);
    return entry;
  }

  static void ReadAttributes(archive_entry* from, ArchiveEntry& entry) {
    archive_entry_xattr_reset(from);
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    while (archive_entry_xattr_next(from, &name, &value, &size) == ARCHIVE_OK) {
      entry.xattrs.emplace_back(
          Text(name), std::string(static_cast<const char*>(value), size));
    }
  }

  Reader reader_;
};

template <class Made, class Base, class... Arguments>
absl::StatusOr<std::unique_ptr<Base>> Opened(Arguments... arguments) {
  auto made = std::make_unique<Made>(std::move(arguments)...);
  CHM_RETURN_IF_ERROR(made->Open());
  return std::unique_ptr<Base>(std::move(made));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Decompressor>> Decompressor::Open(
    int fd, std::string name) {
  return Opened<FileDecompressor, Decompressor>(fd, std::move(name));
}

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::Open(
    Source source, std::string name) {
  return Opened<TarReader, ArchiveReader>(std::move(source), std::move(name));
}

}  // namespace chmdocker::image
