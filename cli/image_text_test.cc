#include "cli/image_text.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/field_format.h"
#include "gtest/gtest.h"

namespace chmdocker::cli {
namespace {

TEST(ImageText, IsAsDockerShowsIt) {
  EXPECT_EQ(ShortId("sha256:0123456789abcdef"), "0123456789ab");
  EXPECT_EQ(DecimalSize(0), "0B");
  EXPECT_EQ(DecimalSize(999), "999B");
  EXPECT_EQ(DecimalSize(4'261'574), "4.26MB");
  EXPECT_EQ(DecimalSize(1'000'000'000), "1GB");
}

TEST(ImageText, TellsAges) {
  const auto age = [](int64_t seconds) {
    return AgeText("2024-05-06T07:08:09Z", 1714979289 + seconds);
  };
  EXPECT_EQ(age(0), "Less than a second ago");
  EXPECT_EQ(age(59), "59 seconds ago");
  EXPECT_EQ(age(60), "About a minute ago");
  EXPECT_EQ(age(3599), "59 minutes ago");
  EXPECT_EQ(age(3600), "About an hour ago");
  EXPECT_EQ(age(47 * 3600), "47 hours ago");
  EXPECT_EQ(age(13 * 86400), "13 days ago");
  EXPECT_EQ(age(14 * 86400), "2 weeks ago");
  EXPECT_EQ(age(60 * 86400), "2 months ago");
  EXPECT_EQ(age(730 * 86400), "2 years ago");
  EXPECT_EQ(AgeText("0001-01-01T00:00:00Z", 1), "N/A");
  EXPECT_EQ(AgeText("", 1), "N/A");
}

TEST(FieldFormat, HasTablesTemplatesAndJson) {
  constexpr Field kFields[] = {{"A", "FIRST"}, {"B", "SECOND"}};
  const std::vector<std::vector<std::string>> rows = {{"1", "two"},
                                                      {"three", "4\""}};
  const auto format = [&](const char* text) {
    const absl::StatusOr<std::string> out = FormatRows(text, kFields, rows);
    return out.ok() ? *out : std::string(out.status().message());
  };
  EXPECT_EQ(format("{{.B}} is {{ .A }}"), "two is 1\n4\" is three\n");
  EXPECT_EQ(format("{{.A}}\\t{{.B}}\\n"), "1\ttwo\n\nthree\t4\"\n\n");
  EXPECT_EQ(format("table {{.A}}\\t{{.B}}"),
            "FIRST   SECOND\n1       two\nthree   4\"\n");
  EXPECT_EQ(format("json"),
            "{\"A\":\"1\",\"B\":\"two\"}\n{\"A\":\"three\",\"B\":\"4\\\"\"}\n");
  EXPECT_EQ(format("{{json .}}"), format("json"));
  EXPECT_EQ(format("{{.C}}"),
            "--format \"{{.C}}\": knows no \".C\"; fields are .A .B");
  EXPECT_EQ(format("{{.A"), "--format \"{{.A\": wants }} behind {{");
  EXPECT_EQ(format("{{if .A}}x{{end}}"),
            "--format \"{{if .A}}x{{end}}\": knows no \"if .A\"; fields are .A "
            ".B");
}

}  // namespace
}  // namespace chmdocker::cli
