#include "runtime/systemd/variant_text.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/property_text.h"

namespace chmdocker::systemd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "TYPE:VALUE,VALUE", or what is wrong.
std::string Read(const std::string& text) {
  Variant value;
  if (const char* wrong = ParseVariant(text, &value)) return wrong;
  Properties properties;
  properties.Add("", value.type, value.numbers, value.texts);
  return TextsOf(properties).front().substr(1);
}

TEST(ParseVariant, HasGVariantsForms) {
  const std::vector<std::pair<const char*, const char*>> kCases = {
      {"true", "b:1"},
      {" false ", "b:0"},
      {"boolean true", "b:1"},
      {"5", "i:5"},
      {"-5", "i:4294967291"},
      {"-2147483648", "i:2147483648"},
      {"uint64 18446744073709551615", "t:18446744073709551615"},
      {"int64 -9223372036854775808", "x:9223372036854775808"},
      {"uint32 7", "u:7"},
      {"byte 255", "y:255"},
      {"@t 5", "t:5"},
      {"1.5", "d:4609434218613702656"},
      {"double 1", "d:4607182418800017408"},
      {"'a b'", "s:a b"},
      {"\"it's\"", "s:it's"},
      {R"('a\'b\\\n')", "s:a'b\\\n"},
      {"objectpath '/a'", "o:/a"},
      {"['a', 'b']", "as:a,b"},
      {"[1,2]", "ai:1,2"},
      {"[uint32 1, 2]", "au:1,2"},
      {"@as []", "as:"},
      {"@as ['a']", "as:a"},
      {"@au [1]", "au:1"},
  };
  for (const auto& [text, wanted] : kCases) {
    EXPECT_EQ(Read(text), wanted) << text;
  }
}

TEST(ParseVariant, RefusesTheRest) {
  for (const char* text : {
           "",         "maybe",     "5 6",        "true,",       "'open",
           "open'",    "'a\\",      "'a\\q'",     "[",           "[]",
           "[1",       "[1 2]",     "[1,]",       "[1,'a']",     "[true,1]",
           "{'a': 1}", "(1,2)",     "2147483648", "-2147483649", "byte 256",
           "byte -1",  "uint32 -1", "uint64 1.5", "+5",          "- 5",
           "5x",       "0x5",       "nan",        "inf",         "double inf",
           "1.0e999",  "1.5x",      "@z 1",       "@ 1",         "@",
           "@a",       "@a{sv} {}", "@t 'a'",     "@as 5",       "@as 'a'",
           "@t [1]",   "boolean 1", "string 5",   "<1>",         "b'a'",
       }) {
    Variant value;
    EXPECT_NE(ParseVariant(text, &value), nullptr) << text;
  }
  Variant value;
  EXPECT_STREQ(ParseVariant({"'a\0b'", 5}, &value), "a text must have no NUL");
}

std::vector<std::string> Annotated(const std::string& name,
                                   const std::string& value) {
  Properties properties;
  const absl::Status status = AddAnnotated(
      {{absl::StrCat("org.systemd.property.", name), value}}, &properties);
  if (!status.ok()) return {std::string(status.message())};
  return TextsOf(properties);
}

TEST(AddAnnotated, AddsWhatIsAskedFor) {
  Properties properties;
  EXPECT_EQ(AddAnnotated({{"io.example", "maybe"},
                          {"org.systemd.property.CollectMode", "'inactive'"},
                          {"org.systemd.property.After", "['a.service']"}},
                         &properties),
            absl::OkStatus());
  EXPECT_THAT(TextsOf(properties),
              ElementsAre("CollectMode=s:inactive", "After=as:a.service"));
  EXPECT_EQ(AddAnnotated({}, &properties), absl::OkStatus());
  EXPECT_THAT(Annotated("Description", "'x'"),
              ElementsAre(HasSubstr("chmdocker's own")));
}

TEST(AddAnnotated, HasMicrosecondsForSeconds) {
  for (const auto& [text, wanted] :
       std::vector<std::pair<const char*, const char*>>{
           {"2", "TimeoutStopUSec=t:2000000"},
           {"1.5", "TimeoutStopUSec=t:1500000"},
           {"uint64 3", "TimeoutStopUSec=t:3000000"},
           {"uint16 1", "TimeoutStopUSec=t:1000000"}}) {
    EXPECT_THAT(Annotated("TimeoutStopSec", text), ElementsAre(wanted));
  }
  EXPECT_THAT(Annotated("TimeoutStopUSec", "uint64 5"),
              ElementsAre("TimeoutStopUSec=t:5"));
  for (const char* text : {"-1", "uint64 18446744073710", "-0.5", "1.0e13"}) {
    EXPECT_THAT(Annotated("TimeoutStopSec", text),
                ElementsAre(HasSubstr("it is out of range")))
        << text;
  }
  for (const char* text : {"'1'", "[1]", "true"}) {
    EXPECT_THAT(Annotated("TimeoutStopSec", text),
                ElementsAre(HasSubstr("it is no number of seconds")))
        << text;
  }
}

TEST(AddAnnotated, NamesWhatIsWrong) {
  EXPECT_THAT(Annotated("After", "maybe"),
              ElementsAre(HasSubstr(
                  "annotation \"org.systemd.property.After\" \"maybe\": ")));
  for (const char* name : {"", "A", "After ", "Aft3r", "A.B", "\xc3\x84rger"}) {
    EXPECT_THAT(Annotated(name, "true"),
                ElementsAre(HasSubstr("has three letters or more")))
        << name;
  }
  EXPECT_THAT(Annotated("PIDs", "[uint32 1]"),
              ElementsAre(HasSubstr("chmdocker's own")));
}

}  // namespace
}  // namespace chmdocker::systemd
