#include "core/invitation.h"

#include <gtest/gtest.h>

#include "core/byte_sequence_source.h"

namespace ptkl {
namespace {

TEST(InvitationToken, RefusesOtherForms) {
  const std::string digits(43, 'a');
  for (const std::string& text : {std::string(), std::string("ptkli_"), digits, "ptkl_" + digits,
                                  "ptkli_" + digits + "a", "ptkli_" + std::string(42, 'a'),
                                  "ptkli_" + std::string(42, 'a') + "-", "PTKLI_" + digits}) {
    EXPECT_FALSE(InvitationToken::parse(SecretString(text))) << text;
  }
}

TEST(InvitationToken, IsReadAsItWasMade) {
  ByteSequenceSource source;
  const InvitationToken made = InvitationToken::make(source);
  EXPECT_EQ(made.text().reveal().size(), 49U);
  const auto read = InvitationToken::parse(made.text().clone());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text().reveal(), made.text().reveal());
}

TEST(InvitationToken, IsUnique) {
  ByteSequenceSource source;
  const InvitationToken first = InvitationToken::make(source);
  EXPECT_NE(first.text().reveal(), InvitationToken::make(source).text().reveal());
}

}  // namespace
}  // namespace ptkl
