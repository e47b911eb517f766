#include "crypto/key_wrap.h"

#include <gtest/gtest.h>

#include "crypto/hex.h"

namespace ptkl::crypto {
namespace {

KeyWrap wrap_under(std::uint8_t key_byte) { return KeyWrap(SecretBytes(Bytes(32, key_byte))); }

const Bytes kPlain = from_hex("00112233445566778899aabbccddeeff");

TEST(KeyWrap, RefusesAnotherKey) {
  const auto opened = wrap_under(2).unwrap(wrap_under(1).wrap(kPlain, "here"), "here");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::internal);
}

TEST(KeyWrap, RefusesAnotherContext) {
  const KeyWrap wrap = wrap_under(1);
  EXPECT_FALSE(wrap.unwrap(wrap.wrap(kPlain, "here"), "there"));
  EXPECT_FALSE(wrap.unwrap(wrap.wrap(kPlain, "here"), ""));
}

TEST(KeyWrap, RefusesEveryChangedByte) {
  const KeyWrap wrap = wrap_under(1);
  const std::string wrapped = wrap.wrap(kPlain, "here");
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    std::string changed = wrapped;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(wrap.unwrap(changed, "here")) << "byte " << i;
  }
}

TEST(KeyWrap, RefusesEveryTruncation) {
  const KeyWrap wrap = wrap_under(1);
  const std::string wrapped = wrap.wrap(kPlain, "here");
  for (std::size_t size = 0; size < wrapped.size(); ++size) {
    EXPECT_FALSE(wrap.unwrap(wrapped.substr(0, size), "here")) << size << " bytes";
  }
  EXPECT_FALSE(wrap.unwrap(wrapped + "A", "here"));
}

TEST(KeyWrap, RoundTrips) {
  for (const Bytes& plain : {kPlain, Bytes(), Bytes(1000, 7)}) {
    const auto opened = wrap_under(1).unwrap(wrap_under(1).wrap(plain, "here"), "here");
    ASSERT_TRUE(opened);
    EXPECT_EQ(to_hex(opened->reveal()), to_hex(plain));
  }
}

TEST(KeyWrap, NeverProducesTheSameTextTwice) {
  const KeyWrap wrap = wrap_under(1);
  EXPECT_NE(wrap.wrap(kPlain, "here"), wrap.wrap(kPlain, "here"));
}

// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
TEST(KeyWrap, MatchesTheVectorOfTheDraft) {
  const KeyWrap wrap(
      SecretBytes(from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")));
  const Bytes sealed = from_hex(
      "404142434445464748494a4b4c4d4e4f5051525354555657"
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e"
      "39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565"
      "d3"
      "fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
  const Bytes context = from_hex("50515253c0c1c2c3c4c5c6c7");
  const auto opened = wrap.unwrap("v1." + to_base64url(sealed), as_text(context));
  ASSERT_TRUE(opened);
  EXPECT_EQ(as_text(opened->reveal()),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            "future, sunscreen would be it.");
}

}  // namespace
}  // namespace ptkl::crypto
