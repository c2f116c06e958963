#include "runtime/base/json_writer.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace chmdocker {
namespace {

TEST(JsonWriter, WritesEmptyOnesOnOneLine) {
  JsonWriter json("  ");
  json.BeginObject();
  json.Key("a").BeginArray();
  json.EndArray();
  json.Key("b").Strings(std::vector<std::string>{"x", "y"});
  json.Key("c").Bool(false);
  json.EndObject();
  EXPECT_EQ(json.text(), R"({
  "a": [],
  "b": [
    "x",
    "y"
  ],
  "c": false
})");
}

TEST(JsonWriter, WritesTheLargestNumber) {
  JsonWriter json("");
  json.Unsigned(UINT64_MAX);
  EXPECT_EQ(json.text(), "18446744073709551615");
}

}  // namespace
}  // namespace chmdocker
