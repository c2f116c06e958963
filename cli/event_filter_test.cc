#include "cli/event_filter.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "runtime/container/event.h"

namespace chmdocker::cli {
namespace {

using container::Event;

Event OfContainer() {
  return {"container",
          "exec_start: sh -c x",
          "abc123",
          {{"image", "reg:5000/box:1"}, {"kind", "a"}, {"name", "c"}}};
}

Event OfImage() {
  return {"image", "tag", "sha256:abc999", {{"name", "box:latest"}}};
}

bool Wanted(const std::vector<std::string>& texts, const Event& event) {
  std::vector<EventFilter> filters;
  for (const std::string& text : texts) {
    EXPECT_EQ(ReadEventFilter(text, filters), absl::OkStatus());
  }
  return IsWanted(filters, event);
}

TEST(EventFilter, EachKeyHasItsMeaning) {
  for (const char* text :
       {"container=c", "container=abc", "image=reg:5000/box",
        "image=reg:5000/box:1", "event=exec_start", "type=container",
        "event=exec_start: sh -c x", "label=kind", "label=kind=a"}) {
    EXPECT_TRUE(Wanted({text}, OfContainer())) << text;
  }
  for (const char* text :
       {"container=d", "container=bc", "image=reg", "image=box", "event=exec",
        "type=image", "label=kin", "label=kind=b"}) {
    EXPECT_FALSE(Wanted({text}, OfContainer())) << text;
  }
  for (const char* text :
       {"image=box", "image=abc9", "image=sha256:abc999", "type=image"}) {
    EXPECT_TRUE(Wanted({text}, OfImage())) << text;
  }
  EXPECT_FALSE(Wanted({"container=abc"}, OfImage()));
}

TEST(EventFilter, OneOfEachKey) {
  EXPECT_TRUE(Wanted({}, OfImage()));
  EXPECT_TRUE(Wanted({"type=image", "type=container"}, OfImage()));
  EXPECT_FALSE(Wanted({"type=image", "event=untag"}, OfImage()));
  EXPECT_TRUE(Wanted({"event=untag", "type=image", "event=tag"}, OfImage()));
}

TEST(EventFilter, OtherWordsAreRefused) {
  std::vector<EventFilter> filters;
  for (const char* text : {"", "type", "type=", "colour=red", "=x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadEventFilter(text, filters)))
        << text;
  }
  EXPECT_TRUE(filters.empty());
}

}  // namespace
}  // namespace chmdocker::cli
