#include "runtime/image/config.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/json_writer.h"
#include "runtime/base/status_macros.h"
#include "runtime/image/digest.h"
#include "runtime/image/manifest.h"
#include "runtime/oci/json.h"

namespace chmdocker::image {
namespace {

using oci::Document;
using oci::Report;
using oci::Value;

// A set, which JSON has as an object of empty objects.
void ReadSet(const Value& value, std::vector<std::string>& out) {
  value.ForEachMember(
      [&](absl::string_view key, const Value&) { out.emplace_back(key); });
}

void ReadProcess(const Value& config, ImageConfig& out) {
  config.Member("User").Read(&out.user);
  config.Member("Env").Read(&out.env);
  config.Member("Entrypoint").Read(&out.entrypoint);
  config.Member("Cmd").Read(&out.cmd);
  const Value directory = config.Member("WorkingDir");
  if (directory.Read(&out.working_dir) && !out.working_dir.empty() &&
      out.working_dir[0] != '/') {
    directory.FailWith(out.working_dir, "wants an absolute path");
  }
  config.Member("StopSignal").Read(&out.stop_signal);
  ReadSet(config.Member("ExposedPorts"), out.exposed_ports);
  ReadSet(config.Member("Volumes"), out.volumes);
  config.Member("Labels").Read(&out.labels);
}

void ReadLayers(const Value& root, ImageConfig& out) {
  const Value rootfs = root.Member("rootfs");
  const Value ids = rootfs.Member("diff_ids");
  ids.ForEachElement([&](const Value& id) {
    std::string text;
    if (!id.Read(&text)) return;
    if (!IsDigest(text)) {
      id.FailWith(text, "wants sha256: and 64 of 0-9a-f");
    } else if (out.diff_ids.size() == kMostLayers) {
      ids.Fail(absl::StrCat("are more than ", kMostLayers));
    }
    out.diff_ids.push_back(std::move(text));
  });
}

void ReadHistory(const Value& root, ImageConfig& out) {
  root.Member("history").ForEachElement([&](const Value& value) {
    HistoryEntry& entry = out.history.emplace_back();
    value.Member("created").Read(&entry.created);
    value.Member("created_by").Read(&entry.created_by);
    value.Member("comment").Read(&entry.comment);
    value.Member("empty_layer").Read(&entry.empty_layer);
  });
}

void WriteText(const char* key, absl::string_view text, JsonWriter& json) {
  if (!text.empty()) json.Key(key).String(text);
}

void WriteTexts(const char* key, const std::vector<std::string>& texts,
                JsonWriter& json) {
  if (!texts.empty()) json.Key(key).Strings(texts);
}

void WriteSet(const char* key, const std::vector<std::string>& names,
              JsonWriter& json) {
  if (names.empty()) return;
  json.Key(key);
  json.BeginObject();
  for (const std::string& name : names) {
    json.Key(name);
    json.BeginObject();
    json.EndObject();
  }
  json.EndObject();
}

void WriteHistory(const ImageConfig& config, JsonWriter& json) {
  json.Key("history");
  json.BeginArray();
  for (const HistoryEntry& entry : config.history) {
    json.BeginObject();
    WriteText("created", entry.created, json);
    WriteText("created_by", entry.created_by, json);
    WriteText("comment", entry.comment, json);
    if (entry.empty_layer) json.Key("empty_layer").Bool(true);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

absl::StatusOr<ImageConfig> ParseConfig(absl::string_view text) {
  if (text.size() > kMostDocument) {
    return absl::InvalidArgumentError(absl::StrCat(
        "has ", text.size(), " bytes; ", kMostDocument, " are allowed"));
  }
  CHM_ASSIGN_OR_RETURN(const Document document, Document::Parse(text));
  Report report(/*lenient=*/false, nullptr);
  const Value root(document.root(), "", &report);
  ImageConfig config;
  root.Member("created").Read(&config.created);
  root.Member("author").Read(&config.author);
  root.Member("architecture").Read(&config.architecture);
  root.Member("variant").Read(&config.variant);
  root.Member("os").Read(&config.os);
  ReadProcess(root.Member("config"), config);
  ReadLayers(root, config);
  ReadHistory(root, config);
  if (report.failed()) return report.status();
  return config;
}

void WriteProcess(const ImageConfig& config, JsonWriter& json) {
  json.BeginObject();
  WriteText("User", config.user, json);
  WriteSet("ExposedPorts", config.exposed_ports, json);
  WriteTexts("Env", config.env, json);
  WriteTexts("Entrypoint", config.entrypoint, json);
  WriteTexts("Cmd", config.cmd, json);
  WriteSet("Volumes", config.volumes, json);
  WriteText("WorkingDir", config.working_dir, json);
  if (!config.labels.empty()) json.Key("Labels").Map(config.labels);
  WriteText("StopSignal", config.stop_signal, json);
  json.EndObject();
}

std::string ConfigToJson(const ImageConfig& config) {
  JsonWriter json("");
  json.BeginObject();
  WriteText("created", config.created, json);
  WriteText("author", config.author, json);
  json.Key("architecture").String(config.architecture);
  WriteText("variant", config.variant, json);
  json.Key("os").String(config.os);
  json.Key("config");
  WriteProcess(config, json);
  json.Key("rootfs");
  json.BeginObject();
  json.Key("type").String("layers");
  json.Key("diff_ids").Strings(config.diff_ids);
  json.EndObject();
  WriteHistory(config, json);
  json.EndObject();
  return json.text();
}

}  // namespace chmdocker::image
