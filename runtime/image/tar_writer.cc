#include "runtime/image/tar_writer.h"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "archive.h"
#include "archive_entry.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/archive_reader.h"
#include "runtime/sys/files.h"

namespace chmdocker::image {
namespace {

struct FreeWriter {
  void operator()(archive* writer) const { archive_write_free(writer); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

class PaxWriter : public TarWriter {
 public:
  PaxWriter(int fd, std::string name) : fd_(fd), name_(std::move(name)) {
    archive_.reset(archive_write_new());
  }

  absl::Status Open() {
    // Extended headers only where the old ones are not enough.
    archive_write_set_format_pax_restricted(archive_.get());
    return Check(
        archive_write_open(archive_.get(), this, nullptr, WriteBlock, nullptr));
  }

  absl::Status Add(const ArchiveEntry& from) override {
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    archive_entry_copy_pathname(entry.get(), from.path.c_str());
    archive_entry_set_mode(entry.get(), from.mode);
    archive_entry_set_size(entry.get(), static_cast<int64_t>(from.size));
    archive_entry_set_uid(entry.get(), from.uid);
    archive_entry_set_gid(entry.get(), from.gid);
    archive_entry_set_rdev(entry.get(), from.device);
    archive_entry_set_mtime(entry.get(), from.mtime.tv_sec, from.mtime.tv_nsec);
    if (!from.symlink.empty()) {
      archive_entry_copy_symlink(entry.get(), from.symlink.c_str());
    }
    if (!from.hardlink.empty()) {
      archive_entry_copy_hardlink(entry.get(), from.hardlink.c_str());
    }
    for (const auto& [key, value] : from.xattrs) {
      archive_entry_xattr_add_entry(entry.get(), key.c_str(), value.data(),
                                    value.size());
    }
    return Check(archive_write_header(archive_.get(), entry.get()));
  }

  absl::Status Write(absl::string_view data) override {
    return Check(archive_write_data(archive_.get(), data.data(), data.size()));
  }

  absl::Status Close() override {
    return Check(archive_write_close(archive_.get()));
  }

 private:
  absl::Status Check(int64_t result) const {
    if (result >= ARCHIVE_OK) return absl::OkStatus();
    if (!failure_.ok()) return failure_;
    const char* const text = archive_error_string(archive_.get());
    return absl::InternalError(
        absl::StrCat(name_, ": ", text == nullptr ? "can't be written" : text));
  }

  static la_ssize_t WriteBlock(archive*, void* self, const void* data,
                               size_t size) {
    auto& writer = *static_cast<PaxWriter*>(self);
    writer.failure_ = sys::WriteAll(
        writer.fd_, absl::string_view(static_cast<const char*>(data), size),
        writer.name_);
    return writer.failure_.ok() ? static_cast<la_ssize_t>(size) : -1;
  }

  int fd_;
  std::string name_;
  absl::Status failure_;
  std::unique_ptr<archive, FreeWriter> archive_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TarWriter>> TarWriter::Open(int fd,
                                                           std::string name) {
  auto writer = std::make_unique<PaxWriter>(fd, std::move(name));
  CHM_RETURN_IF_ERROR(writer->Open());
  return std::unique_ptr<TarWriter>(std::move(writer));
}

}  // namespace chmdocker::image
