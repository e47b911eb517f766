#include "base/encoding.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

struct TextCase {
  std::string what;
  std::string text;
};

struct CodeCase {
  std::string plain;
  std::string encoded;
};

std::string text_of(const Result<Bytes>& bytes) { return std::string(as_text(bytes.value())); }

TEST(Base64Url, RefusesNonCanonicalText) {
  const std::vector<TextCase> cases = {
      {"padding", "Zg=="},
      {"half the padding", "Zg="},
      {"one digit alone", "Z"},
      {"five digits", "Zm9vY"},
      {"the other alphabet: plus", "+/8"},
      {"the other alphabet: slash", "_/8"},
      {"white space before", " Zm9v"},
      {"white space inside", "Zm 9v"},
      {"a newline behind", "Zm9v\n"},
      {"a zero byte", std::string("Zm9\0", 4)},
      {"not ASCII", "Zm9\xC3"},
      {"stray bits after one byte", "Zh"},
      {"stray bits after two bytes", "Zm9"},
      {"a dot", "Zm9."},
  };
  for (const TextCase& row : cases) {
    SCOPED_TRACE(row.what);
    const auto bytes = from_base64url(row.text);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Base64Url, WritesAndReadsWithoutPadding) {
  // RFC 4648 §10, and the two digits in which the alphabets differ.
  const std::vector<CodeCase> cases = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const CodeCase& row : cases) {
    EXPECT_EQ(to_base64url(as_bytes(row.plain)), row.encoded);
    EXPECT_EQ(text_of(from_base64url(row.encoded)), row.plain);
  }
}

TEST(Base64, RefusesNonCanonicalText) {
  const std::vector<TextCase> cases = {
      {"no padding", "Zg"},
      {"half the padding", "Zg="},
      {"too much padding", "Zg==="},
      {"padding alone", "===="},
      {"three of padding", "Z==="},
      {"padding inside", "Zg==Zg=="},
      {"padding after a whole group", "Zm9v===="},
      {"the URL alphabet", "-_8="},
      {"white space", "Zm9v\r\n"},
      {"a space within", "Zm 9"},
      {"stray bits", "Zh=="},
      {"stray bits after two bytes", "Zm9="},
      {"a zero byte", std::string("Zm9\0", 4)},
  };
  for (const TextCase& row : cases) {
    SCOPED_TRACE(row.what);
    const auto bytes = from_base64(row.text);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Base64, WritesAndReadsWithPadding) {
  const std::vector<CodeCase> cases = {{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foobar", "Zm9vYmFy"},
                                       {"\xfb\xff", "+/8="},
                                       {"Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}};
  for (const CodeCase& row : cases) {
    EXPECT_EQ(to_base64(as_bytes(row.plain)), row.encoded);
    EXPECT_EQ(text_of(from_base64(row.encoded)), row.plain);
  }
}

TEST(Base62, PadsToItsWidth) {
  EXPECT_EQ(to_base62({}, 0), "");
  EXPECT_EQ(to_base62({}, 3), "000");
  EXPECT_EQ(to_base62(Bytes{0}, 2), "00");
  EXPECT_EQ(to_base62(Bytes{61}, 1), "z");
  EXPECT_EQ(to_base62(Bytes{62}, 2), "10");
  EXPECT_EQ(to_base62(Bytes{1, 0}, 2), "48");
  EXPECT_EQ(to_base62(Bytes(4, 0xff), 6), "4gfFC3");
}

TEST(Base62, HasRoomForIdsAndSecrets) {
  EXPECT_EQ(to_base62(Bytes(8, 0xff), 11), "LygHa16AHYF");
  EXPECT_EQ(to_base62(Bytes(32, 0xff), 43).size(), 43U);
}

TEST(Base62DeathTest, DoesNotTruncateANumber) {
  EXPECT_DEATH(to_base62(Bytes{62}, 1), "broken invariant");
}

TEST(Base62, RecognizesItsDigits) {
  EXPECT_TRUE(is_base62(""));
  EXPECT_TRUE(is_base62(kBase62Digits));
  for (const std::string wrong : {"_", "-", "+", "/", "=", " ", "a b", "\xC3\xA9"}) {
    EXPECT_FALSE(is_base62(wrong)) << wrong;
  }
  EXPECT_FALSE(is_base62(std::string(1, '\0')));
}

TEST(Crc32, MatchesIeee) {
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
  EXPECT_EQ(crc32(std::string(32, '\xff')), 0xFF6CAB0BU);
}

TEST(HexValue, RecognizesHexDigitsOnly) {
  int digits = 0;
  for (int c = 0; c < 256; ++c) digits += hex_value(static_cast<char>(c)) >= 0 ? 1 : 0;
  EXPECT_EQ(digits, 22);
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  EXPECT_EQ(hex_value('g'), -1);
}

const std::vector<TextCase> kBrokenEscapes = {
    {"nothing behind", "a%"},       {"one digit behind", "a%4"},      {"no digits", "%zz"},
    {"the second no digit", "%4g"}, {"a percent sign twice", "%%41"}, {"a sign", "%+1"},
    {"white space", "% 41"},        {"as in JavaScript", "%u0041"},
};

TEST(FormCoding, RefusesBrokenEscapes) {
  for (const TextCase& row : kBrokenEscapes) {
    SCOPED_TRACE(row.what);
    const auto text = form_decode(row.text);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::invalid_argument);
  }
}

TEST(FormCoding, ReadsPlusAsSpace) {
  EXPECT_EQ(form_encode("a b+c&d=e%"), "a+b%2Bc%26d%3De%25");
  EXPECT_EQ(form_decode("a+b%2Bc%26d%3de%25").value(), "a b+c&d=e%");
  EXPECT_EQ(form_encode("AZaz09*-._~"), "AZaz09*-._%7E");
  EXPECT_EQ(form_encode("é\n"), "%C3%A9%0A");
}

TEST(PercentCoding, RefusesBrokenEscapes) {
  for (const TextCase& row : kBrokenEscapes) {
    SCOPED_TRACE(row.what);
    EXPECT_FALSE(percent_decode(row.text));
  }
}

TEST(PercentCoding, KeepsPlus) {
  EXPECT_EQ(percent_encode("a b+c/d?e#f"), "a%20b%2Bc%2Fd%3Fe%23f");
  EXPECT_EQ(percent_decode("a+b%20c%2fd").value(), "a+b c/d");
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_decode("%00").value(), std::string(1, '\0'));
}

}  // namespace
}  // namespace ptkl
