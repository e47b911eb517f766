#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

using namespace std::string_view_literals;

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(IpAddress, RefusesInvalidText) {
  for (const auto text :
       {""sv, "x"sv, "localhost"sv, "1.2.3"sv, "1.2.3.4.5"sv, "1.2.3.256"sv, "01.2.3.4"sv,
        " 1.2.3.4"sv, "1.2.3.4 "sv, "1.2.3.4:80"sv, "[::1]"sv, "::1%eth0"sv, ":::"sv, "1.2.3.4\0"sv,
        "1.2.3.4/32"sv, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"sv}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(IpAddress::parse(text));
  }
}

TEST(IpAddress, HasOneText) {
  EXPECT_EQ(address("192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(address("2001:DB8:0:0::1").text(), "2001:db8::1");
  EXPECT_EQ(address("::ffff:192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(address("::ffff:c000:201"), address("192.0.2.1"));
  EXPECT_EQ(IpAddress().text(), "::");
}

TEST(IpAddress, HasASubscriberOf64BitsForIpv6) {
  EXPECT_EQ(address("192.0.2.1").subscriber().text(), "192.0.2.1");
  EXPECT_EQ(address("2001:db8:1:2:3:4:5:6").subscriber().text(), "2001:db8:1:2::");
  EXPECT_NE(address("2001:db8:1:2::").subscriber(), address("2001:db8:1:3::").subscriber());
}

TEST(IpRange, RefusesInvalidText) {
  for (const char* text : {"", "/", "/8", "x/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
                           "10.0.0.0/08", "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.1/8", "::/129",
                           "2001:db8::1/64", "10.0.0.0-10.0.0.9"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(IpRange::parse(text));
  }
}

TEST(IpRange, ContainsItsAddresses) {
  struct Row {
    const char* range;
    const char* inside;
    const char* outside;
  };
  const Row rows[] = {
      {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
      {"10.0.0.0/8", "::ffff:10.1.2.3", "9.255.255.255"},
      {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
      {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
      {"192.0.2.1/32", "192.0.2.1", "192.0.2.0"},
      {"0.0.0.0/0", "203.0.113.9", "::1"},
      {"::/0", "2001:db8::1", "203.0.113.9"},
      {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
      {"::1", "::1", "::2"},
      {"::ffff:10.0.0.0/104", "10.1.2.3", "11.0.0.0"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.range);
    const auto range = IpRange::parse(row.range);
    ASSERT_TRUE(range);
    EXPECT_FALSE(range->contains(address(row.outside)));
    EXPECT_TRUE(range->contains(address(row.inside)));
  }
}

}  // namespace
}  // namespace ptkl
