#include "base/loopback.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

using namespace std::string_view_literals;

struct LoopbackCase {
  const char* what;
  std::string_view host;
};

TEST(Loopback, RefusesOtherHosts) {
  const LoopbackCase rows[] = {
      {"nothing", ""},
      {"a name that begins like an address", "127.evil.example"},
      {"an address as a part of a name", "127.0.0.1.nip.io"},
      {"a name that ends like localhost", "notlocalhost"},
      {"localhost as a part of a name", "localhost.evil.example"},
      {"the domain above", "localhost.example"},
      {"any address", "0.0.0.0"},
      {"the network beside", "128.0.0.1"},
      {"a private address", "10.0.0.1"},
      {"too many parts", "127.0.0.0.1"},
      {"too few parts", "127.1"},
      {"a port after it", "127.0.0.1:80"},
      {"what follows a NUL", "127.0.0.1\0.evil.example"sv},
      {"a name below localhost with a NUL", "evil.example\0.localhost"sv},
      {"any address of IPv6", "::"},
      {"the address beside", "::2"},
      {"brackets around something else", "[2001:db8::1]"},
      {"brackets around a name", "[localhost]"},
      {"brackets around IPv4", "[127.0.0.1]"},
      {"half a pair of brackets", "[::1"},
  };
  for (const LoopbackCase& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_FALSE(is_loopback(row.host));
    EXPECT_FALSE(is_loopback_address(row.host));
  }
}

TEST(Loopback, AcceptsThisMachine) {
  for (const char* host : {"localhost", "LocalHost", "ptkl.localhost", "127.0.0.1", "127.0.0.0",
                           "127.255.255.255", "::1", "0:0:0:0:0:0:0:1", "[::1]"}) {
    SCOPED_TRACE(host);
    EXPECT_TRUE(is_loopback(host));
  }
}

TEST(LoopbackAddress, RefusesNames) {
  for (const std::string_view host : {"localhost"sv, "ptkl.localhost"sv, "\0.localhost"sv}) {
    SCOPED_TRACE(host);
    EXPECT_FALSE(is_loopback_address(host));
  }
}

TEST(LoopbackAddress, AcceptsAddresses) {
  for (const char* host : {"127.0.0.1", "127.255.255.255", "::1", "[::1]"}) {
    SCOPED_TRACE(host);
    EXPECT_TRUE(is_loopback_address(host));
  }
}

}  // namespace
}  // namespace ptkl
