// The help of every command, found by walking through all of them.
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/command_line.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using Arguments = std::vector<std::string>;

std::string help_of(const Arguments& arguments) {
  CommandLine line;
  const auto parsed = line.parse(arguments);
  return parsed ? parsed->text : "";
}

/// The paths of a command and all below it.
void collect(const CommandDescription& command, const Arguments& path,
             std::vector<Arguments>& paths) {
  paths.push_back(path);
  for (const CommandDescription& below : command.commands) {
    Arguments longer = path;
    longer.push_back(below.name);
    collect(below, longer, paths);
  }
}

TEST(Help, ShowsAnExampleForEveryCommand) {
  std::vector<Arguments> paths;
  collect(CommandLine().describe(), {}, paths);
  EXPECT_EQ(paths.size(), 1 + 6 + 35U);
  for (Arguments path : paths) {
    SCOPED_TRACE(::testing::PrintToString(path));
    path.emplace_back("--help");
    EXPECT_THAT(help_of(path), HasSubstr("\nExample:\n  "));
  }
}

/// Every line of help must be readable on a usual terminal.
TEST(Help, FitsIntoHundredColumns) {
  std::vector<Arguments> paths;
  collect(CommandLine().describe(), {}, paths);
  for (Arguments path : paths) {
    SCOPED_TRACE(::testing::PrintToString(path));
    path.emplace_back("--help");
    std::istringstream lines(help_of(path));
    for (std::string text; std::getline(lines, text);) EXPECT_LE(text.size(), 100U) << text;
  }
}

}  // namespace
}  // namespace ptkl::cli
