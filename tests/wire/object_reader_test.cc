#include "wire/object_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::wire {
namespace {

/// The names of the members for which finish() reports a fault.
std::vector<std::string> faulty_fields(ObjectReader& reader) {
  const auto read = reader.finish();
  std::vector<std::string> fields;
  if (read) return fields;
  EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
  for (const FieldError& fault : read.error().fields) fields.push_back(fault.field);
  return fields;
}

TEST(ObjectReader, RejectsTextThatIsNotAnObject) {
  for (const std::string text : {"", "nonsense", "[]", "null", "1", "\"a\"", R"({"a":1,"a":1})"}) {
    SCOPED_TRACE(text);
    ObjectReader reader(text);
    EXPECT_FALSE(reader.has("a"));
    EXPECT_EQ(reader.text("a"), std::nullopt);
    const auto read = reader.finish();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(read.error().fields.empty());
  }
}

TEST(ObjectReader, RejectsMembersOfAnotherType) {
  struct Row {
    std::string value;
    bool text;
    bool integer;
    bool texts;
  };
  const std::vector<Row> rows = {
      {R"("a")", true, false, false},
      {R"("")", true, false, false},
      {R"("1")", true, false, false},
      {"1", false, true, false},
      {"-9223372036854775808", false, true, false},
      {"9223372036854775807", false, true, false},
      {"9223372036854775808", false, false, false},
      {"1.0", false, false, false},
      {"1e2", false, false, false},
      {"true", false, false, false},
      {"{}", false, false, false},
      {"[]", false, false, true},
      {R"(["a",""])", false, false, true},
      {R"(["a",1])", false, false, false},
      {R"([null])", false, false, false},
      {R"([["a"]])", false, false, false},
      {R"({"0":"a"})", false, false, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.value);
    const std::string object = R"({"key":)" + row.value + "}";
    ObjectReader as_text(object);
    EXPECT_EQ(as_text.text("key").has_value(), row.text);
    EXPECT_EQ(as_text.finish().has_value(), row.text);
    ObjectReader as_integer(object);
    EXPECT_EQ(as_integer.integer("key").has_value(), row.integer);
    EXPECT_EQ(as_integer.finish().has_value(), row.integer);
    ObjectReader as_texts(object);
    EXPECT_EQ(as_texts.texts("key").has_value(), row.texts);
    EXPECT_EQ(as_texts.finish().has_value(), row.texts);
  }
}

TEST(ObjectReader, ReportsEveryFaultAtOnce) {
  ObjectReader reader(R"({"name":1,"level":"x","extra":null,"roles":"y","fine":"z"})");
  EXPECT_EQ(reader.text("name"), std::nullopt);
  EXPECT_EQ(reader.integer("level"), std::nullopt);
  EXPECT_EQ(reader.texts("roles"), std::nullopt);
  EXPECT_EQ(reader.text("fine"), "z");
  reader.fault("fine", "is not fine");
  EXPECT_THAT(faulty_fields(reader),
              ::testing::ElementsAre("name", "level", "roles", "fine", "extra"));
}

TEST(ObjectReader, RejectsUnknownMembers) {
  ObjectReader reader(R"({"name":"a","Name":"b","__proto__":{}})");
  EXPECT_EQ(reader.text("name"), "a");
  EXPECT_THAT(faulty_fields(reader), ::testing::ElementsAre("Name", "__proto__"));
}

TEST(ObjectReader, KeepsNoMoreThanTwentyFaults) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
  ObjectReader reader(text + R"("last":0})");
  EXPECT_EQ(faulty_fields(reader).size(), 20U);
}

TEST(ObjectReader, TreatsNullAsMissing) {
  ObjectReader reader(R"({"a":null,"b":null,"c":null})");
  EXPECT_FALSE(reader.has("a"));
  EXPECT_EQ(reader.text("a"), std::nullopt);
  EXPECT_EQ(reader.integer("b"), std::nullopt);
  EXPECT_EQ(reader.texts("c"), std::nullopt);
  EXPECT_FALSE(reader.has("d"));
  EXPECT_TRUE(reader.finish());
}

TEST(ObjectReader, ReadsTextWithZeroBytes) {
  ObjectReader reader(R"({"a":"x\u0000y"})");
  EXPECT_EQ(reader.text("a"), std::string("x\0y", 3));
  EXPECT_TRUE(reader.finish());
}

}  // namespace
}  // namespace ptkl::wire
