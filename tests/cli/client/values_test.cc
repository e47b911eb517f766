// Small values and rules: hosts, text from other sources, expiry.
#include <string>

#include <gtest/gtest.h>

#include "cli/client/target.h"
#include "cli/client/token_endpoint.h"
#include "cli/output/pretty_json.h"
#include "wire/json.h"

namespace ptkl::cli {
namespace {

TEST(HostUrl, RejectsTextsThatAreNoHttpUrl) {
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

TEST(HostUrl, ReportsWhetherOthersCanReadTheTraffic) {
  EXPECT_FALSE(is_plain_http_over_network("https://id.example.org"));
  EXPECT_FALSE(is_plain_http_over_network("http://127.0.0.1:8420"));
  EXPECT_FALSE(is_plain_http_over_network("http://localhost"));
  EXPECT_TRUE(is_plain_http_over_network("http://id.example.org"));
  EXPECT_FALSE(is_plain_http_over_network("http://[::1]:8420"));
  EXPECT_TRUE(is_plain_http_over_network("http://localhost.example.org"));
  EXPECT_TRUE(is_plain_http_over_network("http://127.0.0.1.nip.io:8420"));
}

TEST(PrettyJson, IndentsAndKeepsTheOrder) {
  const auto value = wire::parse_json(R"({"b":[1,true,null],"a":{"x":"y"},"e":[],"o":{}})");
  EXPECT_EQ(pretty_json(*value),
            "{\n  \"b\": [\n    1,\n    true,\n    null\n  ],\n  \"a\": {\n    \"x\": \"y\"\n  },\n"
            "  \"e\": [],\n  \"o\": {}\n}\n");
}

TEST(PrettyJson, KeepsTheValueWhenControlCharactersAreEscaped) {
  const auto value = wire::parse_json("{\"k\\u001b\":\"\\u001b[31m \xc2\x9b \x7f \\\" \\\\ ü\"}");
  const std::string text = pretty_json(*value);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x7f'), std::string::npos);
  EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
  const auto again = wire::parse_json(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *value);
}

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
