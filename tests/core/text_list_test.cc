#include "core/text_list.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

using Words = std::vector<std::string_view>;

TEST(TextList, GivesAnEmptyWordForEachSpaceTooMany) {
  EXPECT_EQ(split_words(" "), (Words{"", ""}));
  EXPECT_EQ(split_words(" a"), (Words{"", "a"}));
  EXPECT_EQ(split_words("a "), (Words{"a", ""}));
  EXPECT_EQ(split_words("a  b"), (Words{"a", "", "b"}));
}

TEST(TextList, SplitsAtSpacesOnly) {
  EXPECT_EQ(split_words(""), Words());
  EXPECT_EQ(split_words("a"), Words{"a"});
  EXPECT_EQ(split_words("a b"), (Words{"a", "b"}));
  EXPECT_EQ(split_words("a\tb\nc"), Words{"a\tb\nc"});
}

TEST(TextList, JoinsWithSingleSpaces) {
  EXPECT_EQ(join_words(Words()), "");
  EXPECT_EQ(join_words(Words{"a", "b"}), "a b");
}

}  // namespace
}  // namespace ptkl
