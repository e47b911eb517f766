#include "process/help_page.h"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HelpPage, ShowsDescriptionUsageSectionsAndExamplesInThisOrder) {
  const HelpPage page{
      "ptkl keys list [options]",
      {"List the signing keys.", "# The keys that verifiers can fetch\nptkl keys list"},
      {{"Options", {{"-q, --quiet", "Print only the ids"}}}},
      "Exit codes: see `ptkl --help`."};
  EXPECT_EQ(to_text(page),
            "List the signing keys.\n"
            "\n"
            "Usage: ptkl keys list [options]\n"
            "\n"
            "Options:\n"
            "  -q, --quiet  Print only the ids\n"
            "\n"
            "Examples:\n"
            "  # The keys that verifiers can fetch\n"
            "  ptkl keys list\n"
            "\n"
            "Exit codes: see `ptkl --help`.\n");
}

TEST(HelpPage, WrapsTextAtEightyColumns) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "nine9char ";
  const HelpPage page{words, {words, ""}, {{"Options", {{"-q, --quiet", words}}}}, words};
  std::istringstream lines(to_text(page));
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  EXPECT_LE(widest, kHelpWidth);
  EXPECT_GE(widest, kHelpWidth - 10);
}

TEST(HelpPage, JoinsTheLinesOfAParagraphAndKeepsIndentedOnes) {
  const HelpPage page{"x", {"One\ntwo.\n\n  kept as\n  it is\n\nThree.", ""}, {}, ""};
  EXPECT_THAT(to_text(page), HasSubstr("One two.\n\n  kept as\n  it is\n\nThree.\n"));
}

TEST(HelpPage, AlignsTextsAndPutsThemBelowLongNames) {
  const HelpPage page{
      "x", {"y", ""}, {{"Options", {{"-a", "short"}, {std::string(40, 'n'), "long"}}}}, ""};
  EXPECT_THAT(to_text(page),
              HasSubstr("  -a  short\n  " + std::string(40, 'n') + "\n      long\n"));
}

TEST(HelpPage, LeavesEmptySectionsAndExamplesOut) {
  const HelpPage page{"x", {"y", ""}, {{"Options", {}}}, ""};
  EXPECT_THAT(to_text(page), Not(HasSubstr("Options")));
  EXPECT_THAT(to_text(page), Not(HasSubstr("Examples")));
}

TEST(HelpPage, LinesLongOptionsUp) {
  EXPECT_EQ(option_label("f", "format", "<json|table>"), "-f, --format <json|table>");
  EXPECT_EQ(option_label("", "force", ""), "    --force");
  EXPECT_EQ(option_label("h", "", ""), "-h");
}

TEST(OptionNames, HaveNoPlaceholderWithoutASpace) {
  const SplitOptionNames flag = split_option_names("-q,--quiet");
  EXPECT_EQ(flag.names, "-q,--quiet");
  EXPECT_EQ(flag.placeholder, "");
}

TEST(OptionNames, HaveThePlaceholderAfterTheFirstSpace) {
  const SplitOptionNames option = split_option_names("-r,--roles <roles...> [more]");
  EXPECT_EQ(option.names, "-r,--roles");
  EXPECT_EQ(option.placeholder, "<roles...> [more]");
}

}  // namespace
}  // namespace ptkl::process
