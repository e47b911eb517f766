// Properties for every input: decoding reverses encoding, and each value has one text.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/encoding.h"

namespace ptkl {
namespace {

/// The number that base 62 digits spell, modulo 2^64.
std::uint64_t from_base62(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits) number = number * 62 + kBase62Digits.find(c);
  return number;
}

RC_GTEST_PROP(Base64UrlProperty, IsReadAsItWasWritten, (const Bytes& bytes)) {
  const std::string text = to_base64url(bytes);
  RC_ASSERT(text.size() == (bytes.size() * 8 + 5) / 6);
  RC_ASSERT(from_base64url(text).value() == bytes);
}

RC_GTEST_PROP(Base64UrlProperty, HasOneTextForEachValue, (const std::string& text)) {
  const auto bytes = from_base64url(text);
  if (bytes) RC_ASSERT(to_base64url(*bytes) == text);
}

RC_GTEST_PROP(Base64UrlProperty, HasOneTextForEachValueOfItsAlphabet, ()) {
  const auto digit = rc::gen::elementOf(
      std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));
  const auto text = *rc::gen::container<std::string>(digit);
  const auto bytes = from_base64url(text);
  if (bytes) RC_ASSERT(to_base64url(*bytes) == text);
}

RC_GTEST_PROP(Base64Property, IsReadAsItWasWritten, (const Bytes& bytes)) {
  const std::string text = to_base64(bytes);
  RC_ASSERT(text.size() % 4 == 0U);
  RC_ASSERT(from_base64(text).value() == bytes);
}

RC_GTEST_PROP(Base64Property, HasOneTextForEachValue, ()) {
  const auto digit = rc::gen::elementOf(std::string("AZaz09+/="));
  const auto text = *rc::gen::container<std::string>(digit);
  const auto bytes = from_base64(text);
  if (bytes) RC_ASSERT(to_base64(*bytes) == text);
}

RC_GTEST_PROP(Base62Property, SpellsTheNumber, (const std::array<std::uint8_t, 8>& bytes)) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  const std::string text = to_base62(bytes, 11);
  RC_ASSERT(text.size() == 11U);
  RC_ASSERT(is_base62(text));
  RC_ASSERT(from_base62(text) == number);
}

RC_GTEST_PROP(Crc32Property, SeesEveryChangedByte, (std::string text, std::uint8_t change)) {
  RC_PRE(!text.empty() && change != 0);
  const std::uint32_t before = crc32(text);
  const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
  text[place] = static_cast<char>(text[place] ^ change);
  RC_ASSERT(crc32(text) != before);
}

RC_GTEST_PROP(FormCodingProperty, IsReadAsItWasWritten, (const std::string& text)) {
  const std::string encoded = form_encode(text);
  RC_ASSERT(form_decode(encoded).value() == text);
  RC_ASSERT(encoded.find_first_of(" &=") == std::string::npos);
}

RC_GTEST_PROP(PercentCodingProperty, IsReadAsItWasWritten, (const std::string& text)) {
  const std::string encoded = percent_encode(text);
  RC_ASSERT(percent_decode(encoded).value() == text);
  RC_ASSERT(encoded.find_first_of(" /?#+") == std::string::npos);
}

}  // namespace
}  // namespace ptkl
