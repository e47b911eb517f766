// The help of every command, found by visiting all of them.
#include <algorithm>
#include <cctype>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/command_line.h"
#include "process/terminal_text.h"

namespace ptkl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

struct HelpCase {
  Arguments path;
  CommandDescription command;
  std::string help;
};

std::string help_of(Arguments path) {
  path.emplace_back("--help");
  CommandLine line;
  const auto parsed = line.parse(path);
  return parsed ? parsed->text : "";
}

void collect(const CommandDescription& command, const Arguments& path,
             std::vector<HelpCase>& cases) {
  cases.push_back({path, command, help_of(path)});
  for (const CommandDescription& below : command.commands) {
    Arguments longer = path;
    longer.push_back(below.name);
    collect(below, longer, cases);
  }
}

std::vector<HelpCase> all_commands() {
  std::vector<HelpCase> cases;
  collect(CommandLine().describe(), {}, cases);
  return cases;
}

/// The arguments of the first call of `ptkl` in a shell line; absent if there is none. Handles quotes, and
/// ends at a pipe, a redirection or the end of a substitution.
std::optional<Arguments> ptkl_call_in(const std::string& line) {
  Arguments words;
  std::string word;
  bool is_word = false;
  char quote = '\0';
  for (const char c : line + ' ') {
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
      continue;
    }
    if (c == '"' || c == '\'') {
      quote = c;
      is_word = true;
      continue;
    }
    const bool ends_word = std::isspace(static_cast<unsigned char>(c)) != 0;
    const bool ends_call = c == '|' || c == '<' || c == '>' || c == ')';
    if (!ends_word && !ends_call && c != '(') {
      word += c;
      is_word = true;
      continue;
    }
    if (is_word) words.push_back(word);
    word.clear();
    is_word = false;
    if (ends_call && std::count(words.begin(), words.end(), "ptkl") > 0) break;
  }
  const auto program = std::find(words.begin(), words.end(), "ptkl");
  if (program == words.end()) return std::nullopt;
  return Arguments(program + 1, words.end());
}

/// The calls of `ptkl` in the examples of a command.
std::vector<Arguments> calls_in_examples(const CommandDescription& command) {
  std::vector<Arguments> calls;
  std::istringstream lines{std::string(command.text.examples)};
  std::string whole;
  for (std::string line; std::getline(lines, line);) {
    whole += line;
    if (whole.ends_with('\\')) {
      whole.pop_back();
      continue;
    }
    if (const auto call = ptkl_call_in(whole); call && !whole.starts_with('#')) {
      calls.push_back(*call);
    }
    whole.clear();
  }
  return calls;
}

TEST(Help, CoversEveryCommand) { EXPECT_EQ(all_commands().size(), 1 + 6 + 35U); }

TEST(Help, FitsIntoEightyColumns) {
  for (const HelpCase& row : all_commands()) {
    SCOPED_TRACE(::testing::PrintToString(row.path));
    std::istringstream lines(row.help);
    for (std::string text; std::getline(lines, text);) {
      EXPECT_LE(process::display_width(text), 80U) << text;
    }
  }
}

TEST(Help, DescribesEveryCommandInDetail) {
  for (const HelpCase& row : all_commands()) {
    SCOPED_TRACE(::testing::PrintToString(row.path));
    const std::string about(row.command.text.about);
    EXPECT_GE(about.size(), 70U);
    EXPECT_TRUE(about.ends_with('.'));
    EXPECT_THAT(about, HasSubstr(" "));
    EXPECT_EQ(row.help.substr(0, 20), about.substr(0, 20));
    EXPECT_TRUE(row.path.empty() || !row.command.summary.empty());
  }
}

TEST(Help, ShowsCommentedExamplesOfEveryCommand) {
  for (const HelpCase& row : all_commands()) {
    SCOPED_TRACE(::testing::PrintToString(row.path));
    EXPECT_THAT(row.help, HasSubstr("\nExamples:\n  # "));
    const auto calls = calls_in_examples(row.command);
    EXPECT_FALSE(calls.empty());
    bool shows_itself = false;
    for (const Arguments& call : calls) {
      shows_itself = shows_itself || std::search(call.begin(), call.end(), row.path.begin(),
                                                 row.path.end()) != call.end();
    }
    EXPECT_TRUE(shows_itself);
  }
}

TEST(Help, ShowsOnlyExamplesThatParse) {
  for (const HelpCase& row : all_commands()) {
    for (const Arguments& call : calls_in_examples(row.command)) {
      SCOPED_TRACE(::testing::PrintToString(call));
      CommandLine line;
      const auto parsed = line.parse(call);
      ASSERT_TRUE(parsed) << parsed.error().error.message;
      EXPECT_NE(parsed->command, nullptr);
    }
  }
}

TEST(Help, DescribesEveryOption) {
  for (const HelpCase& row : all_commands()) {
    for (const OptionDescription& option : row.command.options) {
      SCOPED_TRACE(::testing::PrintToString(row.path) + option.help);
      EXPECT_FALSE(option.help.empty());
      EXPECT_FALSE(option.long_names.empty());
      EXPECT_EQ(option.takes_value, !option.placeholder.empty());
      EXPECT_THAT(row.help, HasSubstr("--" + option.long_names.front()));
    }
  }
}

TEST(Help, ShowsRequiredOptionsInTheUsage) {
  EXPECT_THAT(help_of({"api-users", "edit"}),
              HasSubstr("Usage: ptkl api-users edit --uuid <uuid|username> --roles <roles...> "
                        "[options]\n"));
  EXPECT_THAT(help_of({"profile", "use"}), HasSubstr("Usage: ptkl profile use <name> [options]\n"));
  EXPECT_THAT(help_of({"profile"}), HasSubstr("Usage: ptkl profile [command] [options]\n"));
  EXPECT_THAT(help_of({"keys"}), HasSubstr("Usage: ptkl keys <command> [options]\n"));
}

TEST(Help, ShowsEnvironmentAndExitCodesOnceInTheHelpOfTheProgram) {
  EXPECT_THAT(help_of({}), HasSubstr("\nEnvironment:\n  PTKL_HOST "));
  EXPECT_THAT(help_of({}), HasSubstr("\nExit codes:\n  0 "));
  EXPECT_THAT(help_of({"whoami"}), Not(HasSubstr("Exit codes:")));
}

TEST(Help, FindsTheCallInAShellLine) {
  EXPECT_EQ(ptkl_call_in("export PTKL_HOST=x"), std::nullopt);
  EXPECT_THAT(*ptkl_call_in("A=1 ptkl role edit -w \"\" -p 'a.*' < file"),
              ElementsAre("role", "edit", "-w", "", "-p", "a.*"));
  EXPECT_THAT(*ptkl_call_in("X=$(ptkl whoami -q)"), ElementsAre("whoami", "-q"));
}

}  // namespace
}  // namespace ptkl::cli
