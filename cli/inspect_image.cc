#include "cli/inspect_image.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/json_writer.h"
#include "runtime/image/config.h"
#include "runtime/image/digest.h"
#include "runtime/image/images.h"
#include "runtime/image/reference.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {
namespace {

std::vector<std::string> NamesOf(const image::Image& image) {
  std::vector<std::string> names;
  names.reserve(image.names.size());
  for (const image::Reference& name : image.names) {
    names.push_back(name.Familiar());
  }
  return names;
}

std::string CommentOf(const image::Image& image) {
  const auto& history = image.config.history;
  return history.empty() ? "" : history.back().comment;
}

// Where its layers are, as docker has it of its own driver.
void WriteDriver(const image::Store& store, const image::Image& image,
                 JsonWriter& json) {
  std::vector<std::string> directories;
  const std::vector<std::string>& ids = image.config.diff_ids;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    directories.push_back(
        absl::StrCat(store.path(), "/layers/", image::HexOf(*id), "/fs"));
  }
  json.BeginObject();
  json.Key("Data");
  json.BeginObject();
  json.Key("LowerDir").String(absl::StrJoin(directories, ":"));
  json.EndObject();
  json.Key("Name").String("overlay");
  json.EndObject();
}

}  // namespace

void WriteImage(const image::Store& store, const image::Image& image,
                JsonWriter& json) {
  json.BeginObject();
  json.Key("Id").String(image.id);
  json.Key("RepoTags").Strings(NamesOf(image));
  json.Key("RepoDigests").Strings(std::vector<std::string>());
  json.Key("Parent").String("");
  json.Key("Comment").String(CommentOf(image));
  json.Key("Created").String(image.config.created);
  json.Key("Author").String(image.config.author);
  json.Key("Config");
  image::WriteProcess(image.config, json);
  json.Key("Architecture").String(image.config.architecture);
  json.Key("Variant").String(image.config.variant);
  json.Key("Os").String(image.config.os);
  json.Key("Size").Unsigned(image.size);
  json.Key("GraphDriver");
  WriteDriver(store, image, json);
  json.Key("RootFS");
  json.BeginObject();
  json.Key("Type").String("layers");
  json.Key("Layers").Strings(image.config.diff_ids);
  json.EndObject();
  json.EndObject();
}

}  // namespace chmdocker::cli
