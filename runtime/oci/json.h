// JSON (RFC 8259) text, read field by field into structs. Each value knows its
// place in the document, for the errors.
//
// Of the keys that an object has twice, the last one counts, and a null is as
// good as no field: both as Go's encoding/json has it, for which the engines
// write their documents.
#ifndef CHMDOCKER_RUNTIME_OCI_JSON_H_
#define CHMDOCKER_RUNTIME_OCI_JSON_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/oci/names.h"
#include "yyjson.h"

namespace chmdocker::oci {

// What went wrong in a document: the first error, and a line for each warning.
class Report {
 public:
  using Warn = std::function<void(absl::string_view)>;

  // `lenient`: what is not supported is warned of. `warn` may be empty.
  Report(bool lenient, Warn warn) : lenient_(lenient), warn_(std::move(warn)) {}

  void Fail(absl::string_view path, absl::string_view rule);
  void AddWarning(absl::string_view path, absl::string_view text) const;
  // An error, or a warning when lenient.
  void Refuse(absl::string_view path, absl::string_view text);

  bool failed() const { return !status_.ok(); }
  const absl::Status& status() const { return status_; }

 private:
  bool lenient_;
  Warn warn_;
  absl::Status status_;
};

// A place in a document. The functions do nothing when there is no value, or
// once the report has an error.
class Value {
 public:
  // `name` starts the path in errors; may be empty.
  Value(yyjson_val* root, absl::string_view name, Report* report)
      : value_(root), key_(name), report_(report) {}

  bool present() const { return value_ != nullptr && !report_->failed(); }

  // The field of an object. The result must not outlive this one.
  Value Member(absl::string_view name) const&;
  Value Member(absl::string_view name) const&& = delete;

  // An error if there is no value.
  const Value& Required() const;

  // Each tells whether there was a value of this type, and stores it then;
  // another type is an error.
  bool Read(bool* out) const;
  bool Read(std::string* out) const;        // no NUL in it
  bool Read(absl::string_view* out) const;  // part of the document
  bool Read(std::vector<std::string>* out) const;
  // An object of strings; sorted by key.
  bool Read(std::vector<std::pair<std::string, std::string>>* out) const;
  // A whole number in this range, not written as 1.0 or 1e3.
  template <std::integral Int>
  bool Read(
      Int* out, std::type_identity_t<Int> min = std::numeric_limits<Int>::min(),
      std::type_identity_t<Int> max = std::numeric_limits<Int>::max()) const {
    uint64_t bits = 0;
    if (!ReadInteger(static_cast<int64_t>(min < 0 ? min : 0),
                     static_cast<uint64_t>(min > 0 ? min : 0),
                     static_cast<uint64_t>(max), &bits)) {
      return false;
    }
    *out = static_cast<Int>(bits);
    return true;
  }
  template <class T, class... Limits>
  bool Read(std::optional<T>* out, Limits... limits) const {
    T value{};
    if (!Read(&value, limits...)) return false;
    *out = std::move(value);
    return true;
  }
  // A string of the table, which is stored as its value.
  template <std::integral Int>
  bool ReadName(absl::Span<const NamedValue> names, Int* out) const {
    uint64_t value = 0;
    if (!ReadNamed(names, &value)) return false;
    *out = static_cast<Int>(value);
    return true;
  }
  // An array of such strings: their values are combined.
  template <std::integral Int>
  bool ReadNames(absl::Span<const NamedValue> names, Int* out) const {
    Int all = 0;
    const bool read = ForEachElement([&](const Value& element) {
      Int one = 0;
      element.ReadName(names, &one);
      all |= one;
    });
    if (read) *out = all;
    return read;
  }

  // The elements of an array.
  bool ForEachElement(absl::FunctionRef<void(const Value&)> use) const;
  // The fields of an object, sorted by key, each key once.
  bool ForEachMember(
      absl::FunctionRef<void(absl::string_view key, const Value&)> use) const;

  void Fail(absl::string_view rule) const;
  // Fail() with the value in front of the rule.
  void FailWith(absl::string_view value, absl::string_view rule) const;
  void AddWarning(absl::string_view text) const;
  // Report::Refuse, when there is a value.
  void Refuse(absl::string_view text) const;

 private:
  static constexpr size_t kNoIndex = std::numeric_limits<size_t>::max();

  Value(yyjson_val* value, const Value* parent, absl::string_view key,
        size_t index)
      : value_(value),
        parent_(parent),
        key_(key),
        index_(index),
        report_(parent->report_) {}

  bool ReadInteger(int64_t negative_min, uint64_t positive_min, uint64_t max,
                   uint64_t* bits) const;
  bool ReadNamed(absl::Span<const NamedValue> names, uint64_t* value) const;
  // Whether there is a value and it has this type; else an error.
  bool Is(yyjson_type type) const;
  bool CheckText(absl::string_view text) const;
  std::string Path() const;

  yyjson_val* value_;  // null: none
  const Value* parent_ = nullptr;
  absl::string_view key_;
  size_t index_ = kNoIndex;
  Report* report_;
};

class Document {
 public:
  // InvalidArgument with line, column and byte for what is no JSON text, or has
  // ill-formed UTF-8 or a byte order mark.
  static absl::StatusOr<Document> Parse(absl::string_view text);

  yyjson_val* root() const;

 private:
  struct Free {
    void operator()(yyjson_doc* document) const;
  };
  explicit Document(yyjson_doc* document) : document_(document) {}

  std::unique_ptr<yyjson_doc, Free> document_;
};

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_JSON_H_
