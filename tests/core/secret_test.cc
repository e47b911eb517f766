#include "core/secret.h"

#include <gtest/gtest.h>

#include "core/byte_sequence_source.h"

namespace ptkl {
namespace {

struct TextCase {
  std::string what;
  std::string text;
};

std::string sample_text() {
  ByteSequenceSource source;
  return std::string(Secret::make(source).text().reveal());
}

void expect_refused(std::string_view text) {
  const auto secret = Secret::parse(SecretString(text));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, ErrorCode::invalid_argument);
}

/// `body` with its checksum.
std::string with_checksum(const std::string& body) {
  const std::uint32_t crc = crc32(body);
  Bytes bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(crc >> shift));
  }
  return body + to_base62(bytes, 6);
}

TEST(Secret, RefusesOtherForms) {
  const std::string valid = sample_text();
  const std::string id = valid.substr(5, 11);
  const std::string random = valid.substr(17, 43);
  const std::vector<TextCase> cases = {
      {"empty", ""},
      {"a password", "correct horse battery staple"},
      {"a character short", valid.substr(0, valid.size() - 1)},
      {"a character long", valid + "0"},
      {"white space before", " " + valid.substr(1)},
      {"a newline behind", valid + "\n"},
      {"a zero byte behind", valid + std::string(1, '\0')},
      {"1 MB", std::string(1'000'000, 'a')},
      {"another prefix, right checksum", with_checksum("ptkx_" + id + "_" + random)},
      {"prefix in upper case, right checksum", with_checksum("PTKL_" + id + "_" + random)},
      {"no underscore after the id, right checksum", with_checksum("ptkl_" + id + "-" + random)},
      {"id not base62, right checksum", with_checksum("ptkl_" + id.substr(1) + "__" + random)},
      {"random part not base62, right checksum",
       with_checksum("ptkl_" + id + "_" + random.substr(1) + "-")},
      {"not ASCII, right checksum",
       with_checksum("ptkl_" + id + "_" + random.substr(2) + "\xC3\xA9")},
      {"a zero byte inside, right checksum",
       with_checksum("ptkl_" + id + "_" + random.substr(1) + std::string(1, '\0'))},
  };
  for (const TextCase& row : cases) {
    SCOPED_TRACE(row.what);
    expect_refused(row.text);
  }
}

TEST(Secret, RefusesEverySingleChangedCharacter) {
  const std::string valid = sample_text();
  for (std::size_t i = 0; i < valid.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string changed = valid;
      changed[i] = static_cast<char>(c);
      if (changed == valid) continue;
      const auto secret = Secret::parse(SecretString(std::string_view(changed)));
      ASSERT_FALSE(secret) << "character " << i << " changed to " << c;
    }
  }
}

TEST(Secret, RefusesEveryTwoNeighboursSwapped) {
  const std::string valid = sample_text();
  for (std::size_t i = 0; i + 1 < valid.size(); ++i) {
    std::string changed = valid;
    std::swap(changed[i], changed[i + 1]);
    if (changed != valid) expect_refused(changed);
  }
}

TEST(Secret, IsMadeOfPrefixIdRandomnessAndChecksum) {
  ByteSequenceSource source;
  const Secret secret = Secret::make(source);
  const std::string text(secret.text().reveal());
  ASSERT_EQ(text.size(), 66U);
  EXPECT_EQ(text.substr(0, 5), "ptkl_");
  EXPECT_EQ(text.substr(5, 11), secret.id().text());
  EXPECT_EQ(text[16], '_');
  EXPECT_EQ(text, with_checksum(text.substr(0, 60)));
  EXPECT_EQ(secret.id().text(), to_base62(Bytes{1, 2, 3, 4, 5, 6, 7, 8}, 11));
}

TEST(Secret, IsReadAsItWasMade) {
  ByteSequenceSource source;
  const Secret made = Secret::make(source);
  const auto read = Secret::parse(made.text().clone());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id(), made.id());
  EXPECT_EQ(read->text().reveal(), made.text().reveal());
}

TEST(Secret, ShowsItsLastFourCharactersAsHint) {
  ByteSequenceSource source;
  const Secret secret = Secret::make(source);
  EXPECT_EQ(secret.hint(), secret.text().reveal().substr(62));
}

// Clients hold secrets of this form, which would become invalid if the form changed.
TEST(Secret, HasTheSameFormInEveryVersion) {
  EXPECT_EQ(sample_text(), "ptkl_05McJmDgrvc_28tXK1Or6W6dxxtkBjpgyO1OMqFi6605981s6EEnt4y0cpDI8");
}

TEST(CredentialId, RefusesOtherForms) {
  for (const std::string& text :
       {std::string(), std::string("0000000000"), std::string("000000000000"),
        std::string("0000000000_"), std::string("0000000000 "), std::string("..........."),
        std::string("0000000000\xC3"), std::string(11, '\0')}) {
    const auto id = CredentialId::parse(text);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code, ErrorCode::invalid_argument);
  }
}

TEST(CredentialId, TakesElevenLettersAndDigits) {
  EXPECT_EQ(CredentialId::parse("09AZaz09AZa").value().text(), "09AZaz09AZa");
}

}  // namespace
}  // namespace ptkl
