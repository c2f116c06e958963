#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/image/config.h"
#include "runtime/image/digest.h"
#include "runtime/image/manifest.h"

namespace chmdocker::image {
namespace {

const std::string kDigest = absl::StrCat("sha256:", std::string(64, 'a'));

std::string Blob(const std::string& type, const std::string& more = "") {
  return absl::StrCat("{\"mediaType\":\"", type, "\",\"digest\":\"", kDigest,
                      "\",\"size\":5", more, "}");
}

// FIPS 180-2, appendix B, and the empty text.
TEST(Digest, IsSha256) {
  EXPECT_EQ(DigestOf("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20"
            "015ad");
  EXPECT_EQ(DigestOf(""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b785"
            "2b855");
  Sha256 pieces;
  for (int i = 0; i < 1000; ++i) pieces.Update(std::string(1000, 'a'));
  EXPECT_EQ(pieces.Digest(),
            "sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc71"
            "12cd0");
}

TEST(Digest, IsSafeInNames) {
  EXPECT_TRUE(IsDigest(kDigest));
  EXPECT_EQ(HexOf(kDigest), std::string(64, 'a'));
  for (const std::string& bad :
       {std::string(), std::string("sha256:"), kDigest + "a",
        absl::StrCat("sha256:", std::string(64, 'A')),
        absl::StrCat("sha512:", std::string(64, 'a')),
        absl::StrCat("sha256:../", std::string(61, 'a'))}) {
    EXPECT_FALSE(IsDigest(bad)) << bad;
  }
}

TEST(Manifest, IsReadAndWritten) {
  const absl::StatusOr<Manifest> manifest = ParseManifest(absl::StrCat(
      "{\"schemaVersion\":2,\"config\":", Blob(kConfigType), ",\"layers\":[",
      Blob(kLayerType), ",", Blob("application/x+gzip"), "]}"));
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->config.digest, kDigest);
  ASSERT_EQ(manifest->layers.size(), 2U);
  EXPECT_EQ(manifest->layers[1].media_type, "application/x+gzip");
  const absl::StatusOr<Manifest> again =
      ParseManifest(ManifestToJson(*manifest));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->layers, manifest->layers);
}

TEST(Manifest, RefusesWhatItCanNotKeep) {
  std::string many = Blob(kLayerType);
  for (size_t i = 0; i < kMostLayers; ++i) {
    absl::StrAppend(&many, ",", Blob(kLayerType));
  }
  const auto with_layers = [](const std::string& layers) {
    return absl::StrCat("{\"config\":", Blob(kConfigType), ",\"layers\":[",
                        layers, "]}");
  };
  for (const std::string& bad :
       {std::string("[]"), std::string("{}"), std::string("{\"config\":{}}"),
        with_layers("{}"), with_layers("3"), with_layers(many),
        with_layers(Blob("application/vnd.docker.image.rootfs.foreign.diff")),
        with_layers(Blob("application/vnd.oci.image.layer.v1.tar+encrypted")),
        with_layers("{\"digest\":\"sha256:../x\",\"size\":1}"),
        with_layers(absl::StrCat("{\"digest\":\"", kDigest, "\",\"size\":-1}")),
        absl::StrCat("{\"config\":", std::string(200'000, '['), "}"),
        std::string(kMostDocument + 1, ' ')}) {
    const absl::Status status = ParseManifest(bad).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << bad.substr(0, 200);
    EXPECT_FALSE(status.message().empty());
  }
}

TEST(Index, HasNamesAndPlatforms) {
  const absl::StatusOr<Index> index = ParseIndex(absl::StrCat(
      "{\"manifests\":[",
      Blob(kManifestType,
           ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"a:b\","
           "\"io.containerd.image.name\":\"docker.io/library/a:b\"},"
           "\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}"),
      ",", Blob(kIndexType), "]}"));
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_EQ(index->manifests[0].name, "a:b");
  EXPECT_EQ(index->manifests[0].full_name, "docker.io/library/a:b");
  EXPECT_EQ(index->manifests[0].architecture, "arm64");
  EXPECT_FALSE(IsIndex(index->manifests[0]));
  EXPECT_TRUE(IsIndex(index->manifests[1]));
  EXPECT_EQ(ParseIndex(IndexToJson(*index))->manifests[0].name, "a:b");
  EXPECT_TRUE(absl::IsInvalidArgument(ParseIndex("{}").status()));
}

TEST(DockerManifest, IsReadAndWritten) {
  const absl::StatusOr<std::vector<DockerImage>> images = ParseDockerManifest(
      "[{\"Config\":\"c\",\"RepoTags\":null,\"Layers\":[\"a\",\"b\"]},"
      "{\"Config\":\"d\",\"RepoTags\":[\"x:1\"],\"Layers\":null}]");
  ASSERT_TRUE(images.ok()) << images.status();
  ASSERT_EQ(images->size(), 2U);
  EXPECT_TRUE((*images)[0].tags.empty());
  EXPECT_EQ((*images)[0].layers.size(), 2U);
  EXPECT_EQ(ParseDockerManifest(DockerManifestToJson(*images))->size(), 2U);
  EXPECT_TRUE(absl::IsInvalidArgument(ParseDockerManifest("[{}]").status()));
}

TEST(Config, IsReadAndWritten) {
  const absl::StatusOr<ImageConfig> config = ParseConfig(absl::StrCat(
      "{\"created\":\"2024-01-01T00:00:00Z\",\"architecture\":\"amd64\","
      "\"os\":\"linux\",\"unknown\":{\"a\":[1]},\"config\":{\"User\":\"u\","
      "\"Env\":[\"A=b\"],\"Entrypoint\":[\"/e\"],\"Cmd\":null,"
      "\"WorkingDir\":\"/w\",\"Volumes\":{\"/v\":{}},\"StopSignal\":\"INT\","
      "\"ExposedPorts\":{\"80/tcp\":{}},\"Labels\":{\"k\":\"v\"}},"
      "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"",
      kDigest,
      "\"]},\"history\":[{\"created_by\":\"x\",\"empty_layer\":true}]}"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->user, "u");
  EXPECT_EQ(config->env, std::vector<std::string>{"A=b"});
  EXPECT_EQ(config->entrypoint, std::vector<std::string>{"/e"});
  EXPECT_TRUE(config->cmd.empty());
  EXPECT_EQ(config->working_dir, "/w");
  EXPECT_EQ(config->volumes, std::vector<std::string>{"/v"});
  EXPECT_EQ(config->stop_signal, "INT");
  EXPECT_EQ(config->exposed_ports, std::vector<std::string>{"80/tcp"});
  ASSERT_EQ(config->labels.size(), 1U);
  EXPECT_EQ(config->diff_ids, std::vector<std::string>{kDigest});
  EXPECT_TRUE(config->history[0].empty_layer);
  const absl::StatusOr<ImageConfig> again = ParseConfig(ConfigToJson(*config));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(ConfigToJson(*again), ConfigToJson(*config));
}

TEST(Config, NamesTheFieldThatIsWrong) {
  struct {
    const char* json;
    const char* message;
  } const kBad[] = {
      {"{\"config\":{\"Env\":\"A=b\"}}",
       "config.Env: must be an array and is a string"},
      {"{\"config\":{\"WorkingDir\":\"w\"}}",
       "config.WorkingDir: \"w\" wants an absolute path"},
      {"{\"rootfs\":{\"diff_ids\":[\"x\"]}}",
       "rootfs.diff_ids[0]: \"x\" wants sha256: and 64 of 0-9a-f"},
      {"{\"config\":{\"User\":\"a\\u0000b\"}}",
       "config.User: \"a\\000b\" contains a NUL byte"},
  };
  for (const auto& bad : kBad) {
    EXPECT_EQ(ParseConfig(bad.json).status().message(), bad.message);
  }
}

}  // namespace
}  // namespace chmdocker::image
