#include "crypto/jws.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace ptkl::crypto {
namespace {

const std::string kKid(43, 'A');

struct BadText {
  std::string what;
  std::string text;
};

TEST(Jws, RefusesOtherNumbersOfSegments) {
  const std::vector<BadText> cases = {
      {"empty", ""},
      {"one segment", "a"},
      {"two segments", "a.b"},
      {"four segments", "a.b.c.d"},
      {"five, as an encrypted JWE has", "a.b.c.d.e"},
      {"dots alone", ".."},
      {"no header", ".b.c"},
      {"no payload, as a detached JWS has", "a..c"},
      {"no signature", "a.b."},
      {"a dot behind", "a.b.c."},
      {"a dot before", ".a.b.c"},
      {"too long", "a.b." + std::string(kMaxTokenSize, 'c')},
  };
  for (const BadText& row : cases) {
    SCOPED_TRACE(row.what);
    const auto segments = split_jws(row.text);
    ASSERT_FALSE(segments);
    EXPECT_EQ(segments.error().code, ErrorCode::unauthenticated);
  }
}

TEST(Jws, SplitsIntoSegments) {
  const auto segments = split_jws("abc.de.f");
  ASSERT_TRUE(segments);
  EXPECT_EQ(segments->header, "abc");
  EXPECT_EQ(segments->payload, "de");
  EXPECT_EQ(segments->signature, "f");
  EXPECT_EQ(segments->signing_input, "abc.de");
}

TEST(Jws, SplitsTheLongestAllowedToken) {
  EXPECT_TRUE(split_jws("a.b." + std::string(kMaxTokenSize - 4, 'c')));
  EXPECT_FALSE(split_jws("a.b." + std::string(kMaxTokenSize - 3, 'c')));
}

std::string with_kid(const std::string& before) { return before + R"("kid":")" + kKid + R"("})"; }

TEST(JwsHeader, RefusesHeadersOfOtherTokens) {
  const std::vector<BadText> cases = {
      {"no JSON", "nonsense"},
      {"no object", "[]"},
      {"a text", R"("at+jwt")"},
      {"empty", "{}"},
      {"no typ", with_kid(R"({"alg":"ES256",)")},
      {"typ of an ID token", with_kid(R"({"alg":"ES256","typ":"JWT",)")},
      {"typ of a status list", with_kid(R"({"alg":"ES256","typ":"statuslist+jwt",)")},
      {"typ with a space", with_kid(R"({"alg":"ES256","typ":"at+jwt ",)")},
      {"typ of another tree", with_kid(R"({"alg":"ES256","typ":"text/at+jwt",)")},
      {"typ a number", with_kid(R"({"alg":"ES256","typ":1,)")},
      {"no kid", R"({"alg":"ES256","typ":"at+jwt"})"},
      {"kid null", R"({"alg":"ES256","typ":"at+jwt","kid":null})"},
      {"kid a number", R"({"alg":"ES256","typ":"at+jwt","kid":7})"},
      {"kid a path", R"({"alg":"ES256","typ":"at+jwt","kid":"../../../../../../dev/null"})"},
      {"kid SQL", R"({"alg":"ES256","typ":"at+jwt","kid":"' OR 1=1 --"})"},
      {"kid too short", R"({"alg":"ES256","typ":"at+jwt","kid":"AAAA"})"},
      {"kid too long",
       R"({"alg":"ES256","typ":"at+jwt","kid":")" + std::string(1000, 'A') + R"("})"},
      {"kid with a newline", R"({"alg":"ES256","typ":"at+jwt","kid":")" + kKid + R"(\n"})"},
      {"kid twice", R"({"alg":"ES256","typ":"at+jwt","kid":")" + kKid + R"(",)" + with_kid("")},
      {"alg twice", with_kid(R"({"alg":"none","alg":"ES256","typ":"at+jwt",)")},
      {"crit", with_kid(R"({"alg":"ES256","typ":"at+jwt","crit":["exp"],)")},
      {"crit empty", with_kid(R"({"alg":"ES256","typ":"at+jwt","crit":[],)")},
      {"jwk", with_kid(R"({"alg":"ES256","typ":"at+jwt","jwk":{},)")},
      {"a member of no meaning", with_kid(R"({"alg":"ES256","typ":"at+jwt","x":1,)")},
      {"two JSON texts", with_kid(R"({"alg":"ES256","typ":"at+jwt",)") + "{}"},
      {"not UTF-8", with_kid("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"x\":\"\xff\",")},
  };
  for (const BadText& row : cases) {
    SCOPED_TRACE(row.what);
    const auto header = decode_header(to_base64url(as_bytes(row.text)));
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().code, ErrorCode::unauthenticated);
  }
}

TEST(JwsHeader, RefusesInvalidBase64Url) {
  const std::string segment = encode_header({"ES256", kKid});
  EXPECT_FALSE(decode_header(segment + "="));
  EXPECT_FALSE(decode_header(" " + segment));
  EXPECT_FALSE(decode_header(segment + "\n"));
  EXPECT_FALSE(decode_header("+" + segment.substr(1)));
}

TEST(JwsHeader, AcceptsTheMediaTypeInEachForm) {
  for (const std::string type : {"at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"}) {
    SCOPED_TRACE(type);
    const std::string json = with_kid(R"({"alg":"ES256","typ":")" + type + R"(",)");
    const auto header = decode_header(to_base64url(as_bytes(json)));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->kid, kKid);
  }
}

TEST(JwsHeader, IsWrittenWithAlgTypAndKid) {
  const std::string segment = encode_header({"ES256", kKid});
  EXPECT_EQ(as_text(from_base64url(segment).value()),
            R"({"alg":"ES256","typ":"at+jwt","kid":")" + kKid + R"("})");
  const auto header = decode_header(segment);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->algorithm, "ES256");
  EXPECT_EQ(header->kid, kKid);
}

TEST(JwsHeader, RefusesTheHeaderOfAStatusList) {
  const std::string segment = encode_status_list_header({"ES256", kKid});
  EXPECT_EQ(as_text(from_base64url(segment).value()),
            R"({"alg":"ES256","typ":"statuslist+jwt","kid":")" + kKid + R"("})");
  EXPECT_FALSE(decode_header(segment));
}

// Whether the algorithm is the key's is decided where the key is known; a header may claim any.
TEST(JwsHeader, ReportsAnUnknownAlgorithm) {
  const auto header =
      decode_header(to_base64url(as_bytes(with_kid(R"({"alg":"none","typ":"at+jwt",)"))));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->algorithm, "none");
}

}  // namespace
}  // namespace ptkl::crypto
