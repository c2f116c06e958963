#include "runtime/base/quote.h"

#include <string>

#include "gtest/gtest.h"

namespace chmdocker {
namespace {

TEST(Quote, EscapesWhatATerminalWouldActOn) {
  EXPECT_EQ(Quote("a b"), "\"a b\"");
  EXPECT_EQ(Quote("\x1b[31m\"\n"), "\"\\033[31m\\\"\\n\"");
}

TEST(Quote, LeavesSingleQuotes) {
  EXPECT_EQ(Quote("it's \\'"), "\"it's \\\\'\"");
}

TEST(Quote, LeavesUtf8) { EXPECT_EQ(Quote("höst"), "\"höst\""); }

TEST(Printable, EscapesControlCharactersOnly) {
  EXPECT_EQ(Printable("\x1b]0;x\a \"it's\" ö"), "\\033]0;x\\007 \"it's\" ö");
}

TEST(QuoteJson, EscapesControlCharacters) {
  EXPECT_EQ(QuoteJson(std::string("\0\x1f\n\"\\\x7f", 6)),
            R"("\u0000\u001f\n\"\\\u007f")");
}

TEST(QuoteJson, LeavesWellFormedUtf8) {
  EXPECT_EQ(QuoteJson("ä€😀"), "\"ä€😀\"");
}

TEST(QuoteJson, ReplacesEachByteThatIsNoUtf8) {
  EXPECT_EQ(QuoteJson("a\xff\xfe"), R"("a\ufffd\ufffd")");
  EXPECT_EQ(QuoteJson("\xc3"), R"("\ufffd")");
  EXPECT_EQ(QuoteJson("\xc3("), R"("\ufffd(")");
  EXPECT_EQ(QuoteJson("\xc0\xaf"), R"("\ufffd\ufffd")") << "overlong";
  EXPECT_EQ(QuoteJson("\xe0\x80\xaf"), R"("\ufffd\ufffd\ufffd")") << "overlong";
  EXPECT_EQ(QuoteJson("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")")
      << "a surrogate";
  EXPECT_EQ(QuoteJson("\xf4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")")
      << "past U+10FFFF";
}

}  // namespace
}  // namespace chmdocker
