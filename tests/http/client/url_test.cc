#include "http/client/url.h"

#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

using namespace std::string_view_literals;

struct RefusedUrl {
  const char* what;
  std::string_view text;
};

TEST(Url, RefusesInvalidHttpUrls) {
  const RefusedUrl rows[] = {
      {"nothing", ""},
      {"no scheme", "id.example.org"},
      {"another scheme", "ftp://id.example.org"},
      {"a scheme in upper case", "HTTPS://id.example.org"},
      {"no host", "https://"},
      {"a port without a host", "https://:1"},
      {"one slash", "https:/id.example.org"},
      {"no slash", "https:id.example.org"},
      {"three slashes", "https:///id.example.org"},
      {"a blank before it", " https://id.example.org"},
      {"a blank in the host", "https://id example.org"},
      {"a quotation mark in the host", "https://\"id\""},
      {"a backslash in the host", "https://id.example.org\\@other.example"},
      {"a line break", "https://id.example.org\r\nX: y"},
      {"what follows a NUL", "https://id.example.org\0.other.example"sv},
      {"half a pair of brackets", "https://[::1"},
      {"brackets around IPv4", "https://[127.0.0.1]"},
      {"text after the brackets", "https://[::1]x"},
      {"no port after the colon", "https://id.example.org:"},
      {"no port after the colon, and a path", "https://id.example.org:/id"},
      {"a name as the port", "https://id.example.org:https"},
      {"port 0", "https://id.example.org:0"},
      {"a port above 65535", "https://id.example.org:65536"},
      {"a port that is 80 in 16 bits", "https://id.example.org:65616"},
      {"a username", "https://ada@id.example.org"},
      {"a password", "https://:hush@id.example.org"},
      {"a loopback address as the username", "http://127.0.0.1@other.example"},
  };
  for (const RefusedUrl& row : rows) {
    SCOPED_TRACE(row.what);
    const auto url = parse_url(row.text);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().code, ErrorCode::invalid_argument);
  }
}

struct AcceptedUrl {
  const char* text;
  const char* scheme;
  const char* host;
  std::uint16_t port;
};

TEST(Url, HasSchemeHostAndPort) {
  const AcceptedUrl rows[] = {
      {"https://id.example.org", "https", "id.example.org", 0},
      {"http://id.example.org:8420/", "http", "id.example.org", 8420},
      {"https://id.example.org/a//b?c=d:e@f#g", "https", "id.example.org", 0},
      {"https://id.example.org?c", "https", "id.example.org", 0},
      {"http://[::1]:8420", "http", "[::1]", 8420},
      {"https://[fe80::1%25eth0]:65535", "https", "[fe80::1]", 65535},
      {"https://under_score", "https", "under_score", 0},
      // Boost.URL 1.81 takes the rest of these names for a path.
      {"http://127.0.0.1.nip.io:8420", "http", "127.0.0.1.nip.io", 8420},
      {"http://127.0.0.1x", "http", "127.0.0.1x", 0},
      {"http://1.2.3.4.5", "http", "1.2.3.4.5", 0},
      // As libcurl connects.
      {"http://127.1", "http", "127.0.0.1", 0},
      {"http://%6cocalhost", "http", "localhost", 0},
  };
  for (const AcceptedUrl& row : rows) {
    SCOPED_TRACE(row.text);
    const auto url = parse_url(row.text);
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, row.scheme);
    EXPECT_EQ(url->host, row.host);
    EXPECT_EQ(url->port, row.port);
  }
}

TEST(Url, IsReadableInTransitOnlyByHttpToOthers) {
  for (const char* text : {"http://id.example.org", "http://10.0.0.1:80", "http://127.evil.example",
                           "http://127.0.0.1.nip.io:8420", "http://localhost.example.org"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(is_readable_in_transit(*parse_url(text)));
  }
  for (const char* text : {"https://id.example.org", "http://localhost:1", "http://127.0.0.1:8420",
                           "http://[::1]:1", "http://ptkl.localhost"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(is_readable_in_transit(*parse_url(text)));
  }
}

TEST(Authority, PutsIpv6InBrackets) {
  EXPECT_EQ(to_authority("id.example.org", 443), "id.example.org:443");
  EXPECT_EQ(to_authority("192.0.2.1", 80), "192.0.2.1:80");
  EXPECT_EQ(to_authority("::1", 8420), "[::1]:8420");
  EXPECT_EQ(to_authority({"https", "id.example.org", 0}), "id.example.org:443");
  EXPECT_EQ(to_authority({"http", "localhost", 0}), "localhost:80");
  EXPECT_EQ(to_authority({"http", "[::1]", 8420}), "[::1]:8420");
}

}  // namespace
}  // namespace ptkl::http
