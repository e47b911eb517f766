#include "cli/output/table.h"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/terminal_text.h"
#include "wire/json.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Column kColumns[] = {
    {"UUID", "uuid", CellKind::identifier},    {"NAME", "name"},
    {"STATUS", "status", CellKind::status},    {"ROLES", "roles", CellKind::names},
    {"LIVE", "secrets", CellKind::live_count}, {"USED", "used", CellKind::time}};

constexpr std::string_view kRows = R"([
  {"uuid": "01978f3e-6c1a-7cc0-8f5e-0123456789ab", "name": "ci-bot", "status": "active",
   "roles": [{"name": "deployer of everything"}, {"name": "reader of everything else"}],
   "secrets": [{"status": "current"}, {"status": "overlapping"}, {"status": "revoked"}],
   "used": "2026-01-05T07:00:00.000Z"},
  {"uuid": "01978f3e-6c1a-7cc0-8f5e-0123456789ac", "name": "b", "status": "disabled",
   "roles": [], "secrets": [], "used": null}
])";

boost::json::array rows_of(std::string_view text) { return wire::parse_json(text)->get_array(); }

TableStyle terminal_of(std::size_t width) {
  return {true, false, width, Timestamp(std::chrono::milliseconds(1'767'600'000'000))};
}

TEST(Table, AlignsWithoutTruncationWithoutATerminal) {
  EXPECT_EQ(make_list_table(rows_of(kRows), kColumns, {}),
            "UUID                                  NAME    STATUS    ROLES"
            "                                              LIVE  USED\n"
            "01978f3e-6c1a-7cc0-8f5e-0123456789ab  ci-bot  active    "
            "deployer of everything, reader of everything else  2     2026-01-05T07:00:00.000Z\n"
            "01978f3e-6c1a-7cc0-8f5e-0123456789ac  b       disabled  "
            "-                                                  0     -\n");
}

TEST(Table, HasItsHeaderWhenItIsEmpty) {
  EXPECT_EQ(make_list_table({}, kColumns, {}), "UUID  NAME  STATUS  ROLES  LIVE  USED\n");
}

TEST(Table, FitsIntoSixtyColumns) {
  const std::string table = make_list_table(rows_of(kRows), kColumns, terminal_of(60));
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(process::display_width(line), 60U) << line;
  EXPECT_THAT(table, HasSubstr("ci-bot"));
  EXPECT_THAT(table, HasSubstr("disabled"));
  EXPECT_THAT(table, HasSubstr("1 hour ago"));
  EXPECT_THAT(table, HasSubstr("…"));
}

TEST(Table, ShowsAnIdentifierCompletelyOrNotAtAll) {
  for (std::size_t width = 20; width < 180; ++width) {
    SCOPED_TRACE(width);
    const std::string table = make_list_table(rows_of(kRows), kColumns, terminal_of(width));
    if (table.find("01978f3e") == std::string::npos) continue;
    EXPECT_THAT(table, HasSubstr("01978f3e-6c1a-7cc0-8f5e-0123456789ab"));
  }
}

TEST(Table, KeepsTheIdentifierIfTruncatingOthersIsSufficient) {
  EXPECT_THAT(make_list_table(rows_of(kRows), kColumns, terminal_of(100)),
              HasSubstr("01978f3e-6c1a-7cc0-8f5e-0123456789ab"));
}

TEST(Table, UsesColoursOnlyIfPermitted) {
  TableStyle style = terminal_of(0);
  EXPECT_THAT(make_list_table(rows_of(kRows), kColumns, style), Not(HasSubstr("\x1b")));
  style.colours = true;
  EXPECT_THAT(make_list_table(rows_of(kRows), kColumns, style), HasSubstr("\x1b[32mactive\x1b[0m"));
}

TEST(Table, EscapesControlCharacters) {
  const auto rows =
      rows_of(R"([{"name": "\u001b]0;owned\u0007", "roles": [{"name": "\u009b2J"}]}])");
  const std::string list = make_list_table(rows, kColumns, {});
  const std::string object = make_object_table(rows[0].get_object(), kColumns, {});
  for (const std::string& table : {list, object}) {
    EXPECT_THAT(table, Not(HasSubstr("\x1b")));
    EXPECT_THAT(table, Not(HasSubstr("\xc2\x9b")));
  }
}

TEST(Table, AcceptsValuesOfOtherTypes) {
  const auto rows =
      rows_of(R"([{"name": 7, "status": {}, "roles": "x", "secrets": 1, "used": []}, 3])");
  EXPECT_THAT(make_list_table(rows, kColumns, terminal_of(80)), HasSubstr("7"));
}

TEST(Table, NeverTruncatesTheValuesOfASingleObject) {
  const auto rows = rows_of(kRows);
  const std::string table = make_object_table(rows[0].get_object(), kColumns, terminal_of(20));
  EXPECT_THAT(table, HasSubstr("FIELD   VALUE\n"));
  EXPECT_THAT(table, HasSubstr("ROLES   deployer of everything, reader of everything else\n"));
}

TEST(Table, OmitsMissingMembers) {
  EXPECT_EQ(make_object_table({{"name", "a"}}, kColumns, {}), "FIELD   VALUE\nNAME    a\n");
}

struct TimeRow {
  std::chrono::seconds from_now;
  const char* text;
};

TEST(RelativeTime, NamesTheLargestUnit) {
  using namespace std::chrono;
  const TimeRow rows[] = {
      {seconds(0), "just now"},      {seconds(-1), "1 second ago"},  {seconds(59), "in 59 seconds"},
      {minutes(-1), "1 minute ago"}, {minutes(59), "in 59 minutes"}, {hours(-23), "23 hours ago"},
      {hours(24), "in 1 day"},       {days(-400), "1 year ago"},
  };
  const Timestamp now(milliseconds(1'767'600'000'000));
  for (const TimeRow& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(relative_time(now + row.from_now, now), row.text);
  }
}

}  // namespace
}  // namespace ptkl::cli
