#include "process/progress_bar.h"

#include <sstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

using std::chrono::milliseconds;

TEST(ProgressText, FillsTheBarAtMostCompletely) {
  const std::string empty(30, ' ');
  EXPECT_EQ(progress_text({0, 4}, "rows"), "[" + empty + "] 0 rows");
  EXPECT_EQ(progress_text({2, 4}, "rows"),
            "[" + std::string(15, '#') + std::string(15, ' ') + "] 2 rows");
  EXPECT_EQ(progress_text({9, 4}, "rows"), "[" + std::string(30, '#') + "] 9 rows");
  EXPECT_EQ(progress_text({INT64_MAX, INT64_MAX}, "rows").substr(0, 32),
            "[" + std::string(30, '#') + "]");
}

TEST(ProgressText, ShowsNoBarWithoutATotal) {
  EXPECT_EQ(progress_text({7, 0}, "pages"), "7 pages");
}

TEST(ProgressLine, FitsIntoTheTerminal) {
  const ProgressState state{100'000, 200'000};
  const std::string pace = ", 31000 holders/s, 0:03 left";
  const std::string text = " 100000 holders";
  const struct {
    std::size_t columns;
    std::string line;
  } rows[] = {
      {79, "[" + std::string(15, '#') + std::string(15, ' ') + "]" + text + pace},
      {59, "[" + std::string(7, '#') + std::string(7, ' ') + "]" + text + pace},
      {53, "[####    ]" + text + pace},
      {52, "[" + std::string(15, '#') + std::string(15, ' ') + "]" + text},
      {25, "[####    ]" + text},
      {24, "100000 holders"},
      {8, "100000 h"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.columns);
    EXPECT_EQ(progress_line(state, "holders", pace, row.columns), row.line);
  }
  EXPECT_EQ(progress_line({7, 0}, "pages", ", 10 pages/s", 9), "7 pages");
}

TEST(PaceText, IsEmptyBeforeThereIsAPace) {
  EXPECT_EQ(pace_text({5, 10}, 5, milliseconds(10), "rows"), "");
  EXPECT_EQ(pace_text({5, 10}, 0, milliseconds(2000), "rows"), "");
}

TEST(PaceText, EstimatesTheTimeLeftFromThisRun) {
  EXPECT_EQ(pace_text({600, 1250}, 100, milliseconds(10'000), "rows"), ", 10 rows/s, 1:05 left");
  EXPECT_EQ(pace_text({600, 37'200}, 100, milliseconds(10'000), "rows"),
            ", 10 rows/s, 1:01:00 left");
  EXPECT_EQ(pace_text({600, 0}, 100, milliseconds(10'000), "rows"), ", 10 rows/s");
}

TEST(ProgressBar, ShowsNothingWithoutATerminal) {
  if (::isatty(STDERR_FILENO) == 1) GTEST_SKIP() << "stderr is one";
  std::ostringstream err;
  {
    ProgressBar bar(err, "rows");
    bar.show({1, 2});
  }
  EXPECT_EQ(err.str(), "");
}

TEST(ProgressBar, WritesToATerminalOfTheCallerAndTakesItselfAway) {
  std::string shown;
  const auto write = [&shown](std::string_view text) { shown += text; };
  {
    ProgressBar bar(write, true, "rows");
    bar.show({1, 2});
    EXPECT_NE(shown.find("] 1 rows"), std::string::npos);
  }
  EXPECT_TRUE(shown.ends_with("\r\x1b[K"));
  shown.clear();
  ProgressBar(write, false, "rows").show({1, 2});
  EXPECT_EQ(shown, "");
}

}  // namespace
}  // namespace ptkl::process
