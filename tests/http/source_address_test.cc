#include "http/source_address.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

using Fields = std::vector<std::string>;

struct ForwardedCase {
  const char* what;
  const char* peer;
  Fields forwarded_for;
  const char* source;
};

std::string source_of(const ForwardedCase& row) {
  const std::vector<IpRange> trusted = {IpRange::parse("10.0.0.0/8").value(),
                                        IpRange::parse("2001:db8:ffff::/48").value()};
  Headers headers;
  for (const std::string& value : row.forwarded_for) headers.add("X-Forwarded-For", value);
  return source_of(IpAddress::parse(row.peer).value(), headers, trusted).text();
}

void expect_each(const std::vector<ForwardedCase>& rows) {
  for (const ForwardedCase& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(source_of(row), row.source);
  }
}

TEST(SourceAddress, IgnoresTheHeaderOfUntrustedPeers) {
  expect_each({
      {"an untrusted peer", "203.0.113.9", {"192.0.2.1"}, "203.0.113.9"},
      {"an untrusted peer that names a proxy",
       "203.0.113.9",
       {"192.0.2.1, 10.0.0.1"},
       "203.0.113.9"},
      {"an untrusted IPv6 peer", "2001:db8::1", {"192.0.2.1"}, "2001:db8::1"},
      {"no header", "10.0.0.1", {}, "10.0.0.1"},
      {"an empty header", "10.0.0.1", {""}, "10.0.0.1"},
      {"a name", "10.0.0.1", {"client.example"}, "10.0.0.1"},
      {"unknown", "10.0.0.1", {"unknown"}, "10.0.0.1"},
      {"an empty last entry", "10.0.0.1", {"192.0.2.1,"}, "10.0.0.1"},
      {"an empty last field", "10.0.0.1", {"192.0.2.1", " "}, "10.0.0.1"},
      {"a space for a comma", "10.0.0.1", {"192.0.2.1 192.0.2.2"}, "10.0.0.1"},
      {"no port after the colon", "10.0.0.1", {"192.0.2.1:"}, "10.0.0.1"},
      {"a port that is none", "10.0.0.1", {"192.0.2.1:http"}, "10.0.0.1"},
      {"half a pair of brackets", "10.0.0.1", {"[2001:db8::1"}, "10.0.0.1"},
      {"text behind the brackets", "10.0.0.1", {"[2001:db8::1]x"}, "10.0.0.1"},
      {"a range", "10.0.0.1", {"192.0.2.0/24"}, "10.0.0.1"},
      {"a fault behind a proxy", "10.0.0.1", {"192.0.2.1, x, 10.0.0.2"}, "10.0.0.1"},
  });
}

TEST(SourceAddress, IsTheRightmostUntrustedAddress) {
  expect_each({
      {"one", "10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
      {"forged further left", "10.0.0.1", {"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
      {"a fault further left", "10.0.0.1", {"x,,'\", 192.0.2.1"}, "192.0.2.1"},
      {"behind two proxies", "10.0.0.1", {"1.1.1.1, 192.0.2.1 , 10.0.0.2"}, "192.0.2.1"},
      {"in two fields", "10.0.0.1", {"198.51.100.7", "192.0.2.1"}, "192.0.2.1"},
      {"proxies in a field of their own",
       "10.0.0.1",
       {"192.0.2.1", "10.0.0.3,10.0.0.2"},
       "192.0.2.1"},
      {"with a port", "10.0.0.1", {"192.0.2.1:4711"}, "192.0.2.1"},
      {"IPv6", "10.0.0.1", {"2001:db8::1"}, "2001:db8::1"},
      {"IPv6 with a port", "10.0.0.1", {"[2001:db8::1]:4711"}, "2001:db8::1"},
      {"IPv6 in brackets", "10.0.0.1", {"[2001:db8::1]"}, "2001:db8::1"},
      {"IPv4 in IPv6", "::ffff:10.0.0.1", {"::ffff:192.0.2.1"}, "192.0.2.1"},
      {"a proxy of IPv6", "2001:db8:ffff::2", {"192.0.2.1"}, "192.0.2.1"},
  });
}

TEST(SourceAddress, IsTheLeftmostWhenAllAreTrusted) {
  expect_each({{"a proxy asks for itself", "10.0.0.1", {"10.0.0.3, 10.0.0.2"}, "10.0.0.3"}});
}

TEST(SourceAddress, IsThePeerWithoutTrustedProxies) {
  const Headers headers = {{"X-Forwarded-For", "192.0.2.1"}};
  EXPECT_EQ(source_of(IpAddress::parse("127.0.0.1").value(), headers, {}).text(), "127.0.0.1");
}

TEST(SourceAddress, IgnoresForwarded) {
  const std::vector<IpRange> trusted = {IpRange::parse("127.0.0.1").value()};
  const Headers headers = {{"Forwarded", "for=192.0.2.1"}};
  EXPECT_EQ(source_of(IpAddress::parse("127.0.0.1").value(), headers, trusted).text(), "127.0.0.1");
}

}  // namespace
}  // namespace ptkl::http
