#include "crypto/secret_bytes.h"

#include <type_traits>

#include <gtest/gtest.h>

namespace ptkl::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_move_assignable_v<SecretBytes>);

TEST(SecretBytes, StartsWithZeros) {
  const SecretBytes bytes(4);
  EXPECT_EQ(Bytes(bytes.reveal().begin(), bytes.reveal().end()), Bytes(4));
}

TEST(SecretBytes, LeavesNoCopyWhenMoved) {
  SecretBytes from(Bytes{1, 2, 3});
  const std::uint8_t* const place = from.reveal().data();
  const SecretBytes to(std::move(from));
  EXPECT_EQ(to.reveal().data(), place);
  EXPECT_EQ(from.size(), 0U);  // NOLINT(bugprone-use-after-move): what is left is the point
}

}  // namespace
}  // namespace ptkl::crypto
