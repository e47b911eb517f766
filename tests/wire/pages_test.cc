#include "wire/pages.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "wire/json.h"

namespace ptkl::wire {
namespace {

const Uuid kId = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b");

TEST(Cursor, RejectsTextsThatWereNeverIssued) {
  const std::string cursor = to_cursor(kId);
  const std::string upper = "0192F0C1-7C3E-7A52-9D0E-0C6F6F1F2A3B";
  for (const std::string& wrong :
       {std::string(), std::string("x"), kId.text(), cursor + "=", cursor + "A", " " + cursor,
        cursor.substr(1), to_base64url(as_bytes("x")), to_base64url(as_bytes(upper)),
        to_base64url(as_bytes("' OR 1=1; --                        "))}) {
    SCOPED_TRACE(wrong);
    const auto id = parse_cursor(wrong);
    ASSERT_FALSE(id);
    EXPECT_EQ(id.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Cursor, OfOneKindIsRejectedAsAnother) {
  const Permission permission = *Permission::parse("components.*");
  EXPECT_FALSE(parse_cursor(to_cursor(permission)));
  EXPECT_FALSE(parse_secret_cursor(to_cursor(permission)));
  EXPECT_FALSE(parse_secret_cursor(to_cursor(kId)));
  EXPECT_FALSE(parse_permission_cursor(to_base64url(as_bytes("Components"))));
  EXPECT_FALSE(parse_permission_cursor(to_cursor(permission) + "="));
}

TEST(Cursor, IsReadAsItWasWritten) {
  const auto id = parse_cursor(to_cursor(kId));
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, kId);
  const CredentialId secret = *CredentialId::parse("0aB1cD2eF3g");
  EXPECT_EQ(parse_secret_cursor(to_cursor(secret)).value(), secret);
  const Permission permission = *Permission::parse("components.*");
  EXPECT_EQ(parse_permission_cursor(to_cursor(permission)).value(), permission);
}

TEST(Cursor, NeedsNoEscapeInAUrl) { EXPECT_EQ(percent_encode(to_cursor(kId)), to_cursor(kId)); }

TEST(List, HasTheCursorOfTheNextPage) {
  EXPECT_EQ(to_text(to_list({}, std::nullopt)), R"({"items":[],"next_cursor":null})");
  const boost::json::object list = to_list({boost::json::object{{"a", 1}}}, std::optional(kId));
  EXPECT_EQ(to_text(list), R"({"items":[{"a":1}],"next_cursor":")" + to_cursor(kId) + "\"}");
}

}  // namespace
}  // namespace ptkl::wire
