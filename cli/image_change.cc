#include "cli/image_change.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/quote.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/config.h"
#include "runtime/oci/json.h"

namespace chmdocker::cli {
namespace {

using Texts = std::vector<std::string>;

bool IsJsonArray(absl::string_view text) { return absl::StartsWith(text, "["); }

absl::StatusOr<Texts> ReadJsonArray(absl::string_view text) {
  CHM_ASSIGN_OR_RETURN(const oci::Document document,
                       oci::Document::Parse(text));
  oci::Report report(/*lenient=*/false, nullptr);
  Texts texts;
  oci::Value(document.root(), "array", &report).Read(&texts);
  if (report.failed()) return report.status();
  return texts;
}

// Words as Dockerfiles have them: in quotes, or with a backslash in front, a
// blank is none that parts them.
absl::StatusOr<Texts> SplitWords(absl::string_view text) {
  Texts words;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_blank = c == ' ' || c == '\t';
    if (quote == 0 && is_blank) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      words.back() += text[++i];
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) return absl::InvalidArgumentError("has a quote without end");
  return words;
}

// A command: a JSON array as it is, anything else for a shell.
absl::StatusOr<Texts> ReadCommand(absl::string_view text) {
  if (IsJsonArray(text)) return ReadJsonArray(text);
  return Texts{"/bin/sh", "-c", std::string(text)};
}

absl::StatusOr<Texts> ReadList(absl::string_view text) {
  return IsJsonArray(text) ? ReadJsonArray(text) : SplitWords(text);
}

// "A=1 B=2", or the old "A 1".
absl::StatusOr<Texts> ReadAssignments(absl::string_view text) {
  CHM_ASSIGN_OR_RETURN(Texts words, SplitWords(text));
  if (!absl::StrContains(words[0], '=')) {
    const size_t blank = text.find_first_of(" \t");
    if (blank == absl::string_view::npos) {
      return absl::InvalidArgumentError("wants NAME=VALUE");
    }
    return Texts{
        absl::StrCat(text.substr(0, blank), "=",
                     absl::StripLeadingAsciiWhitespace(text.substr(blank)))};
  }
  for (const std::string& word : words) {
    if (word.find('=') == std::string::npos || word[0] == '=') {
      return absl::InvalidArgumentError("wants NAME=VALUE");
    }
  }
  return words;
}

void AddOnce(std::string text, Texts& all) {
  if (std::find(all.begin(), all.end(), text) == all.end()) {
    all.push_back(std::move(text));
  }
}

absl::Status Apply(const std::string& name, absl::string_view rest,
                   image::ImageConfig& config) {
  if (name == "CMD") {
    CHM_ASSIGN_OR_RETURN(config.cmd, ReadCommand(rest));
  } else if (name == "ENTRYPOINT") {
    CHM_ASSIGN_OR_RETURN(config.entrypoint, ReadCommand(rest));
  } else if (name == "ENV") {
    CHM_ASSIGN_OR_RETURN(const Texts entries, ReadAssignments(rest));
    for (const std::string& entry : entries) SetVariable(entry, config.env);
  } else if (name == "LABEL") {
    CHM_ASSIGN_OR_RETURN(const Texts entries, ReadAssignments(rest));
    for (const std::string& entry : entries) SetLabel(entry, config);
  } else if (name == "EXPOSE") {
    CHM_ASSIGN_OR_RETURN(const Texts ports, SplitWords(rest));
    for (const std::string& port : ports) {
      AddOnce(absl::StrContains(port, '/') ? port : absl::StrCat(port, "/tcp"),
              config.exposed_ports);
    }
  } else if (name == "VOLUME") {
    CHM_ASSIGN_OR_RETURN(const Texts volumes, ReadList(rest));
    for (const std::string& volume : volumes) AddOnce(volume, config.volumes);
  } else if (name == "USER") {
    config.user = std::string(rest);
  } else if (name == "STOPSIGNAL") {
    config.stop_signal = std::string(rest);
  } else if (name == "WORKDIR") {
    const bool is_absolute = absl::StartsWith(rest, "/");
    config.working_dir = is_absolute
                             ? std::string(rest)
                             : absl::StrCat(config.working_dir, "/", rest);
  } else {
    return absl::InvalidArgumentError(
        "is none of CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, "
        "VOLUME and WORKDIR");
  }
  return absl::OkStatus();
}

// Returns the name of the instruction.
absl::StatusOr<std::string> ApplyChange(absl::string_view line,
                                        image::ImageConfig& config) {
  line = absl::StripAsciiWhitespace(line);
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  std::string name = absl::AsciiStrToUpper(line.substr(0, end));
  const absl::string_view rest =
      absl::StripLeadingAsciiWhitespace(line.substr(end));
  const absl::Status applied =
      rest.empty() ? absl::InvalidArgumentError("wants an argument")
                   : Apply(name, rest, config);
  if (applied.ok()) return name;
  return absl::InvalidArgumentError(
      absl::StrCat("--change: ", Quote(line), ": ", applied.message()));
}

}  // namespace

void SetVariable(absl::string_view entry, Texts& all) {
  const absl::string_view name = entry.substr(0, entry.find('=') + 1);
  for (std::string& old : all) {
    if (absl::StartsWith(old, name)) {
      old = std::string(entry);
      return;
    }
  }
  all.emplace_back(entry);
}

void SetLabel(absl::string_view entry, image::ImageConfig& config) {
  const size_t equals = entry.find('=');
  const std::string name(entry.substr(0, equals));
  std::string value;
  if (equals != absl::string_view::npos) value = entry.substr(equals + 1);
  for (auto& [key, old] : config.labels) {
    if (key == name) {
      old = std::move(value);
      return;
    }
  }
  config.labels.emplace_back(name, std::move(value));
}

absl::Status ApplyChanges(const Texts& lines, image::ImageConfig& config) {
  bool has_command = false;
  for (const std::string& line : lines) {
    CHM_ASSIGN_OR_RETURN(const std::string name, ApplyChange(line, config));
    has_command |= name == "CMD";
    // The words that there were are another program's.
    if (name == "ENTRYPOINT" && !has_command) config.cmd.clear();
  }
  return absl::OkStatus();
}

}  // namespace chmdocker::cli
