#include "crypto/hmac_sha256.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/hex.h"

namespace ptkl::crypto {
namespace {

struct HmacCase {
  std::string what;
  Bytes key;
  std::string text;
  std::string digest;
};

TEST(HmacSha256, MatchesTheVectorsOfTheRfc) {
  const std::vector<HmacCase> cases = {
      {"RFC 4231 4.2", Bytes(20, 0x0b), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"RFC 4231 4.3, a short key", from_hex("4a656665"), "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"RFC 4231 4.4", Bytes(20, 0xaa), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"RFC 4231 4.5", from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
       std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {"RFC 4231 4.7, a key longer than a block", Bytes(131, 0xaa),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"RFC 4231 4.8, key and text longer than a block", Bytes(131, 0xaa),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const HmacCase& row : cases) {
    SCOPED_TRACE(row.what);
    const HmacSha256 hmac(row.key);
    EXPECT_EQ(to_hex(hmac.hash(row.text)), row.digest);
    EXPECT_EQ(to_hex(hmac.hash(row.text)), row.digest) << "the key was used up";
  }
}

TEST(HmacSha256, IsSharedByThreads) {
  const HmacSha256 hmac(Bytes(20, 0x0b));
  const Digest expected = hmac.hash("Hi There");
  std::vector<int> wrong(4);
  {
    std::vector<std::jthread> threads;
    threads.reserve(wrong.size());
    for (int& count : wrong) {
      threads.emplace_back([&hmac, &expected, &count] {
        for (int i = 0; i < 1000; ++i) count += hmac.hash("Hi There") != expected ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(wrong, std::vector<int>(4));
}

}  // namespace
}  // namespace ptkl::crypto
