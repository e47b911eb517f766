// Indented JSON for a terminal.
#include "cli/output/pretty_json.h"

#include <string>

#include <gtest/gtest.h>

#include "wire/json.h"

namespace ptkl::cli {
namespace {

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

}  // namespace
}  // namespace ptkl::cli
