#include "process/text_table.h"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/terminal_text.h"

namespace ptkl::process {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<TableColumn> kTwoColumns = {{"ID", ColumnFit::whole}, {"LABEL"}};

TEST(TextTable, LinesColumnsUp) {
  EXPECT_EQ(to_table(kTwoColumns, {{{"0123456789a"}, {"ci"}}, {{"b"}, {"-"}}}, {}),
            "ID           LABEL\n"
            "0123456789a  ci\n"
            "b            -\n");
}

TEST(TextTable, LinesColumnsUpByDisplayWidth) {
  const std::vector<TableColumn> columns = {{"LABEL"}, {"STATUS"}};
  EXPECT_EQ(
      to_table(columns,
               {{{"本番環境"}, {"current"}}, {{"🔑 ci"}, {"current"}}, {{"e\u0301"}, {"revoked"}}},
               {}),
      "LABEL     STATUS\n"
      "本番環境  current\n"
      "🔑 ci     current\n"
      "e\u0301         revoked\n");
}

TEST(TextTable, ShowsTheHeaderOfAnEmptyTable) {
  EXPECT_EQ(to_table(kTwoColumns, {}, {}), "ID  LABEL\n");
}

TEST(TextTable, CutsTextsToTheWidthAndLeavesOutWhatMustBeWhole) {
  const std::vector<TableRow> rows = {{{"0123456789a"}, {"本番環境の本番環境の本番環境"}}};
  for (std::size_t width = 10; width < 50; ++width) {
    SCOPED_TRACE(width);
    const std::string table = to_table(kTwoColumns, rows, {false, width});
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), width);
    EXPECT_EQ(table.find("0123") != std::string::npos,
              table.find("0123456789a") != std::string::npos);
  }
}

TEST(TextTable, KeepsTheColourOfACutText) {
  const std::vector<TableRow> rows = {{{"0123456789a"}, {"overlapping", "33"}}};
  EXPECT_THAT(to_table(kTwoColumns, rows, {true, 23}), HasSubstr("\x1b[33moverlappi…\x1b[0m"));
  EXPECT_THAT(to_table(kTwoColumns, rows, {false, 0}), Not(HasSubstr("\x1b")));
}

TEST(TextTable, ShowsFieldsWithoutCuttingThem) {
  EXPECT_EQ(to_field_table({{"name", {"acme"}}, {"long name", {"x"}}}, {false, 5}),
            "FIELD      VALUE\n"
            "name       acme\n"
            "long name  x\n");
  EXPECT_EQ(to_field_table({{"a", {"b"}}}, {}, 7), "FIELD    VALUE\na        b\n");
}

}  // namespace
}  // namespace ptkl::process
