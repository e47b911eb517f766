#include "base/secret_string.h"

#include <algorithm>
#include <concepts>
#include <ostream>
#include <type_traits>
#include <variant>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/log.h"

namespace ptkl {
namespace {

template <class T>
concept equality_comparable_with_itself = requires(const T& a, const T& b) {
  a == b;
};
template <class T>
concept ordered = requires(const T& a, const T& b) {
  a < b;
};
template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(equality_comparable_with_itself<std::string> && ordered<std::string> &&
              streamable<std::string> && fmt::is_formattable<std::string>::value);
static_assert(!equality_comparable_with_itself<SecretString>);
static_assert(!ordered<SecretString>);
static_assert(!streamable<SecretString>);
static_assert(!fmt::is_formattable<SecretString>::value);
static_assert(!std::is_copy_constructible_v<SecretString>);
static_assert(!std::is_copy_assignable_v<SecretString>);
static_assert(std::is_nothrow_move_constructible_v<SecretString>);
static_assert(!std::is_convertible_v<SecretString, std::string>);
static_assert(!std::is_convertible_v<SecretString, std::string_view>);
static_assert(!std::is_convertible_v<std::string, SecretString>);
static_assert(!std::is_constructible_v<decltype(LogField::value), const SecretString&>);

// One that std::string keeps inline, and one that it keeps on the heap.
const std::vector<std::string> kTexts = {"short", std::string(100, 's')};

bool holds(const std::string& place, char expected) {
  return std::find(place.begin(), place.end(), expected) != place.end();
}

TEST(SecretString, KeepsItsText) {
  for (const std::string& text : kTexts) {
    std::string source = text;
    const SecretString secret(std::move(source));
    EXPECT_EQ(secret.reveal(), text);
    EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move): what is left is the point
    source.resize(source.capacity(), '.');
    EXPECT_FALSE(holds(source, 's'));
  }
}

TEST(SecretString, LeavesNoCopyWhenMoved) {
  for (const std::string& text : kTexts) {
    SecretString from{std::string_view(text)};
    SecretString to(std::move(from));
    EXPECT_EQ(to.reveal(), text);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move)
    SecretString assigned(std::string_view("another"));
    assigned = std::move(to);
    EXPECT_EQ(assigned.reveal(), text);
    EXPECT_TRUE(to.empty());  // NOLINT(bugprone-use-after-move)
  }
}

TEST(SecretString, SurvivesBeingMovedOntoItself) {
  SecretString secret(std::string_view("still here"));
  SecretString& same = secret;
  secret = std::move(same);
  EXPECT_EQ(secret.reveal(), "still here");
}

TEST(SecretString, IsCopiedOnlyExplicitly) {
  const SecretString secret(std::string_view("twice"));
  const SecretString copy = secret.clone();
  EXPECT_EQ(copy.reveal(), secret.reveal());
  EXPECT_NE(copy.reveal().data(), secret.reveal().data());
}

TEST(SecretString, IsEmptyWithoutText) {
  EXPECT_TRUE(SecretString().empty());
  EXPECT_EQ(SecretString().reveal(), "");
}

TEST(Wipe, OverwritesTheString) {
  for (const std::string& text : kTexts) {
    std::string place = text;
    const char* const data = place.data();
    const std::size_t size = place.size();
    wipe(place);
    EXPECT_TRUE(place.empty());
    // The buffer still belongs to `place`; an inline one reads as the empty string's own zero bytes.
    ASSERT_EQ(place.data(), data);
    place.resize(size);
    EXPECT_EQ(place, std::string(size, '\0'));
  }
}

TEST(Wipe, OverwritesTheTailOfAShortenedString) {
  std::string place(100, 's');
  place.resize(1);
  const std::size_t capacity = place.capacity();
  wipe(place);
  place.resize(capacity);
  EXPECT_FALSE(holds(place, 's'));
}

}  // namespace
}  // namespace ptkl
