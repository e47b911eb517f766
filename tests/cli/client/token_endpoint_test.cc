// How the client reads the expiry of a token.
#include "cli/client/token_endpoint.h"

#include <chrono>
#include <optional>

#include <gtest/gtest.h>

namespace ptkl::cli {
namespace {

TEST(Expiry, IsUnknownWithoutTheClaim) {
  // The payloads: {} · {"exp":"soon"} · {"exp":-1} · {"exp":9223372036854775807}
  for (const char* token : {"", "opaque", "a.b", "a.?.c", "a.e30.c", "a.eyJleHAiOiJzb29uIn0.c",
                            "a.eyJleHAiOi0xfQ.c", "a.eyJleHAiOjkyMjMzNzIwMzY4NTQ3NzU4MDd9.c"}) {
    SCOPED_TRACE(token);
    EXPECT_EQ(find_expiry(token), std::nullopt);
  }
}

TEST(Expiry, IsReadFromTheToken) {
  // {"exp":1767603600}
  EXPECT_EQ(find_expiry("a.eyJleHAiOjE3Njc2MDM2MDB9.c"),
            Timestamp(std::chrono::seconds(1'767'603'600)));
}

}  // namespace
}  // namespace ptkl::cli
