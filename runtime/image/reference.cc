#include "runtime/image/reference.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "runtime/base/quote.h"
#include "runtime/image/digest.h"

namespace chmdocker::image {
namespace {

constexpr absl::string_view kHub = "docker.io";
constexpr absl::string_view kLibrary = "library/";
constexpr size_t kMostName = 255;
constexpr size_t kMostTag = 128;

bool IsLowerOrDigit(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// Letters and digits, between them ".", "_", "__" or any number of "-".
bool IsPathComponent(absl::string_view text) {
  if (text.empty() || !IsLowerOrDigit(text.front()) ||
      !IsLowerOrDigit(text.back())) {
    return false;
  }
  for (size_t i = 0; i < text.size();) {
    if (IsLowerOrDigit(text[i])) {
      ++i;
      continue;
    }
    const size_t start = i;
    while (!IsLowerOrDigit(text[i])) ++i;
    const absl::string_view between = text.substr(start, i - start);
    if (between != "." && between != "_" && between != "__" &&
        between.find_first_not_of('-') != absl::string_view::npos) {
      return false;
    }
  }
  return true;
}

// "localhost", or what has a dot, a port or a capital letter.
bool IsRegistry(absl::string_view text) {
  return text == "localhost" || absl::StrContains(text, '.') ||
         absl::StrContains(text, ':') ||
         std::any_of(text.begin(), text.end(), absl::ascii_isupper);
}

// Letters and digits, with "-" between them.
bool IsLabel(absl::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-';
         });
}

bool IsHost(absl::string_view text) {
  const absl::string_view host = text.substr(0, text.find(':'));
  const absl::string_view port = text.substr(host.size());
  const std::vector<absl::string_view> labels = absl::StrSplit(host, '.');
  return std::all_of(labels.begin(), labels.end(), IsLabel) &&
         (port.empty() ||
          (port.size() > 1 &&
           std::all_of(port.begin() + 1, port.end(), absl::ascii_isdigit)));
}

bool IsTag(absl::string_view text) {
  const auto in_tag = [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= kMostTag && text[0] != '.' &&
         text[0] != '-' && std::all_of(text.begin(), text.end(), in_tag);
}

bool IsPath(absl::string_view text) {
  for (const absl::string_view component : absl::StrSplit(text, '/')) {
    if (!IsPathComponent(component)) return false;
  }
  return true;
}

absl::Status Invalid(absl::string_view text, absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("invalid reference format: ", Quote(text), ": ", rule));
}

}  // namespace

std::string Reference::Full() const {
  return absl::StrCat(repository, ":", tag);
}

std::string Reference::FamiliarRepository() const {
  absl::string_view name = repository;
  if (absl::ConsumePrefix(&name, absl::StrCat(kHub, "/")) &&
      name.find('/', kLibrary.size()) == absl::string_view::npos) {
    absl::ConsumePrefix(&name, kLibrary);
  }
  return std::string(name);
}

std::string Reference::Familiar() const {
  return absl::StrCat(FamiliarRepository(), ":", tag);
}

absl::StatusOr<Reference> ParseReference(absl::string_view text) {
  if (absl::StrContains(text, '@')) {
    return Invalid(text, "names a digest; wants NAME[:TAG], or an image's id");
  }
  absl::string_view name = text;
  Reference reference;
  reference.tag = "latest";
  const size_t colon = name.rfind(':');
  if (colon != absl::string_view::npos &&
      name.find('/', colon) == absl::string_view::npos) {
    reference.tag = std::string(name.substr(colon + 1));
    name = name.substr(0, colon);
  }
  absl::string_view registry = name.substr(0, name.find('/'));
  absl::string_view path = name;
  if (registry.size() < name.size() && IsRegistry(registry)) {
    path = name.substr(registry.size() + 1);
  } else {
    registry = kHub;
  }
  // An old name of the same registry.
  if (registry == "index.docker.io") registry = kHub;
  if (!IsPath(path) || !IsHost(registry)) {
    return Invalid(text,
                   "wants lower case letters and digits, with single . or _ "
                   "or - between them, and / between parts");
  }
  if (!IsTag(reference.tag)) {
    return Invalid(text, "the tag wants letters, digits and _.-");
  }
  const bool is_short = registry == kHub && !absl::StrContains(path, '/');
  reference.repository =
      absl::StrCat(registry, "/", is_short ? kLibrary : "", path);
  if (reference.repository.size() > kMostName) {
    return Invalid(text, "the name is longer than 255 bytes");
  }
  return reference;
}

bool IsIdPrefix(absl::string_view text) {
  absl::ConsumePrefix(&text, kSha256);
  return !text.empty() && text.size() <= kHexSize &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

}  // namespace chmdocker::image
