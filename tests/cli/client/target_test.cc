// How the client reads the host of a server.
#include "cli/client/target.h"

#include <gtest/gtest.h>

namespace ptkl::cli {
namespace {

TEST(HostUrl, RejectsTextsThatAreNotAnHttpUrl) {
  for (const char* text : {"",
                           "/",
                           "https://",
                           "https:",
                           "https://:1",
                           "http:///x",
                           "ftp://h",
                           "h h",
                           "https://u:p@h",
                           "https://h?x=1",
                           "https://h#x",
                           "https://h\r\nX: y",
                           "https://h\"",
                           "ä",
                           "https://h:x",
                           "h:65536",
                           "h:",
                           "[::1",
                           "https://[h]",
                           "https://h/a b",
                           "https://h/{x}"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_host_url(text));
  }
}

struct HostRow {
  const char* text;
  const char* url;
};

TEST(HostUrl, AddsTheSchemeAndRemovesTheSlash) {
  const HostRow rows[] = {
      {"https://id.example.org", "https://id.example.org"},
      {"https://id.example.org/", "https://id.example.org"},
      {"https://example.org/id//", "https://example.org/id"},
      {"http://10.0.0.1:8420", "http://10.0.0.1:8420"},
      {"id.example.org", "https://id.example.org"},
      {"id.example.org:8443", "https://id.example.org:8443"},
      {"localhost:8420", "http://localhost:8420"},
      {"127.0.0.1:8420", "http://127.0.0.1:8420"},
      {"[::1]:8420", "http://[::1]:8420"},
      {"http://[fe80::1%25eth0]:8420/", "http://[fe80::1%25eth0]:8420"},
      {"127.0.0.1.nip.io:8420", "https://127.0.0.1.nip.io:8420"},
      {"localhost.example.org/id", "https://localhost.example.org/id"},
  };
  for (const HostRow& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(parse_host_url(row.text), row.url);
  }
}

TEST(HostUrl, DetectsUnencryptedHosts) {
  EXPECT_FALSE(is_plain_http_over_network("https://id.example.org"));
  EXPECT_FALSE(is_plain_http_over_network("http://127.0.0.1:8420"));
  EXPECT_FALSE(is_plain_http_over_network("http://localhost"));
  EXPECT_TRUE(is_plain_http_over_network("http://id.example.org"));
  EXPECT_FALSE(is_plain_http_over_network("http://[::1]:8420"));
  EXPECT_TRUE(is_plain_http_over_network("http://localhost.example.org"));
  EXPECT_TRUE(is_plain_http_over_network("http://127.0.0.1.nip.io:8420"));
}

}  // namespace
}  // namespace ptkl::cli
