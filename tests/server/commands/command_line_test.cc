#include "server/commands/command_line.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "base/clock.h"
#include "core/text_list.h"
#include "server/config/settings_table.h"
#include "support/file_size_limit.h"
#include "support/temporary_folder.h"
#include "support/test_app.h"
#include "wire/json.h"

namespace ptkl::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CommandLineTest : public ::testing::Test {
 protected:
  ExitCode run(const std::vector<std::string>& words) {
    out.str("");
    err.str("");
    return run_command_line(words, {environment, out, err});
  }
  std::vector<std::string> init(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"init", "--data", data.string(), "--project", "acme"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  testing::TemporaryFolder folder;
  std::filesystem::path data = folder.path() / "data";
  std::map<std::string, std::string> environment;
  std::ostringstream out;
  std::ostringstream err;
};

TEST_F(CommandLineTest, RejectsWrongUsage) {
  struct Row {
    const char* what;
    std::vector<std::string> words;
    const char* said;
  };
  const Row rows[] = {
      {"nothing", {}, "Usage"},
      {"misspelt command", {"srve"}, "did you mean `serve`?"},
      {"a group alone", {"project"}, "create"},
      {"misspelt word in a group", {"config", "chek"}, "did you mean `check`?"},
      {"misspelt option", {"config", "check", "--lisen=x"}, "did you mean `--listen`?"},
      {"an option far from all", {"config", "check", "--zzzzzz"}, "--zzzzzz"},
      {"option without value", {"config", "check", "--listen"}, "--listen"},
      {"a word too many", {"config", "check", "now"}, "unexpected extra argument"},
      {"wrong value", {"config", "check", "--listen", "x"}, "--listen: expected"},
      {"no data folder", {"serve"}, "--data"},
      {"no project", {"init", "--data", "d"}, "--project"},
      {"no name", {"project", "create"}, "name"},
      {"dev off loopback", {"dev", "--insecure-http", "--listen", "192.0.2.1:0"}, "--listen"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(run(row.words), ExitCode::wrong_usage);
    EXPECT_THAT(err.str(), HasSubstr(row.said));
    EXPECT_EQ(out.str(), "");
  }
}

TEST_F(CommandLineTest, HintsAtTheNearestCommandOrTheHelp) {
  run({"srve"});
  EXPECT_EQ(err.str(), "ptkld: unknown command srve\nhint: did you mean `serve`?\n");
  run({"nothing-like-it"});
  EXPECT_EQ(err.str(), "ptkld: unknown command nothing-like-it\nhint: see `ptkld --help`\n");
}

TEST_F(CommandLineTest, ReportsEveryFaultTogether) {
  environment["PTKLD_WORKERS"] = "x";
  EXPECT_EQ(run({"config", "check", "--listen", "x", "--lgo-level", "debug"}),
            ExitCode::wrong_usage);
  for (const char* place : {"PTKLD_WORKERS:", "--listen:", "--lgo-level:"}) {
    EXPECT_THAT(err.str(), HasSubstr(place));
  }
}

TEST_F(CommandLineTest, ReportsFaultsOfTheNewProjectTogetherWithThem) {
  EXPECT_EQ(
      run({"init", "--project", "A b", "--token-lifetime", "1s", "--listen", "x", "--prot=1"}),
      ExitCode::wrong_usage);
  for (const char* place : {"--project:", "--token-lifetime:", "--listen:", "--prot:"}) {
    EXPECT_THAT(err.str(), HasSubstr(place));
  }
}

TEST_F(CommandLineTest, TreatsTheWordAfterAnUnknownOptionAsItsValue) {
  EXPECT_EQ(run({"config", "check", "--prot", "8420"}), ExitCode::wrong_usage);
  EXPECT_THAT(err.str(), Not(HasSubstr("unexpected")));
}

TEST_F(CommandLineTest, DoesNotRepeatAWordThatMayBeASecret) {
  run({"serve", "--data", "d", "ptkl_0123456789A_secret"});
  EXPECT_THAT(err.str(), Not(HasSubstr("ptkl_0123")));
}

TEST_F(CommandLineTest, RejectsInvalidValuesForInit) {
  struct Row {
    const char* what;
    std::vector<std::string> more;
    const char* place;
  };
  const Row rows[] = {
      {"a short lifetime", {"--token-lifetime", "59s"}, "--token-lifetime"},
      {"a long lifetime", {"--token-lifetime", "25h"}, "--token-lifetime"},
      {"no unit", {"--token-lifetime", "60"}, "--token-lifetime"},
      {"a relative resource", {"--resource", "/api"}, "--resource"},
      {"a wrong format", {"--format", "xml"}, "--format"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(run(init(row.more)), ExitCode::wrong_usage);
    EXPECT_THAT(err.str(), HasSubstr(row.place));
    EXPECT_FALSE(std::filesystem::exists(data));
  }
  EXPECT_EQ(run({"init", "--data", data.string(), "--project", "Acme"}), ExitCode::wrong_usage);
}

TEST_F(CommandLineTest, CreatesNothingWhenTheOutputCannotBeWritten) {
  const std::string missing = (folder.path() / "missing" / "out").string();
  EXPECT_EQ(run(init({"-o", missing})), ExitCode::failed);
  EXPECT_FALSE(std::filesystem::exists(data));
  out.setstate(std::ios::badbit);
  EXPECT_EQ(run_command_line(init(), {environment, out, err}), ExitCode::failed);
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(CommandLineTest, ShowsTheNewProjectAsJson) {
  EXPECT_EQ(run(init({"-f", "json", "--public-url", "https://id.example.com"})), ExitCode::done);
  const auto shown = wire::parse_json(out.str());
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->at("project").as_string(), "acme");
  EXPECT_EQ(shown->at("issuer").as_string(), "https://id.example.com/projects/acme");
  EXPECT_EQ(shown->at("username").as_string(), "owner");
  EXPECT_TRUE(Secret::parse(SecretString(std::string_view(shown->at("secret").as_string()))));
  EXPECT_TRUE(Uuid::parse(shown->at("uuid").as_string()));
}

TEST_F(CommandLineTest, NamesTheFieldsOfAResultWithSpaces) {
  EXPECT_EQ(run(init()), ExitCode::done);
  EXPECT_EQ(run({"migrate", "--data", data.string()}), ExitCode::done);
  EXPECT_THAT(out.str(), HasSubstr("\nschema before  "));
}

TEST_F(CommandLineTest, ShowsOnlyTheSecretWhenQuiet) {
  EXPECT_EQ(run(init({"-q"})), ExitCode::done);
  EXPECT_EQ(err.str(), "");
  std::string secret = out.str();
  ASSERT_EQ(secret.back(), '\n');
  secret.pop_back();
  EXPECT_TRUE(Secret::parse(SecretString(std::string_view(secret))));
}

TEST_F(CommandLineTest, WritesToTheFileAndNotToStdout) {
  const auto file = folder.path() / "owner.json";
  EXPECT_EQ(run(init({"-f", "json", "-o", file.string()})), ExitCode::done);
  EXPECT_EQ(out.str(), "");
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(wire::parse_json(text));
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(CommandLineTest, DoesNotReplaceAFileByASecretWithoutForce) {
  const std::string kept = (folder.path() / "kept").string();
  const std::vector<std::string> create{"project", "create", "beta", "--data", data.string()};
  const auto with = [](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  for (const auto& words : {init(), create}) {
    SCOPED_TRACE(words.front());
    testing::write_file(kept, "another secret");
    EXPECT_EQ(run(with(words, {"-o", kept})), ExitCode::conflict);
    EXPECT_THAT(err.str(), HasSubstr(kept));
    EXPECT_THAT(err.str(), HasSubstr("--force"));
    EXPECT_EQ(testing::read_file(kept), "another secret");
    EXPECT_EQ(run(with(words, {"--force"})), ExitCode::wrong_usage);
    EXPECT_THAT(err.str(), HasSubstr("--force: requires --output"));
    EXPECT_EQ(run(with(words, {"--force", "-o", "-"})), ExitCode::wrong_usage);
    EXPECT_EQ(run(with(words, {"-q", "--force", "-o", kept})), ExitCode::done);
    EXPECT_THAT(testing::read_file(kept), ::testing::StartsWith("ptkl_"));
  }
}

TEST_F(CommandLineTest, InitCreatesNothingWhenTheOutputFileExists) {
  testing::write_file(folder.path() / "kept", "another secret");
  EXPECT_EQ(run(init({"-o", (folder.path() / "kept").string()})), ExitCode::conflict);
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(CommandLineTest, DevDoesNotReplaceASecretOfAnotherServer) {
  std::filesystem::create_directory(data);
  testing::write_file(data / "owner.secret", "another secret");
  EXPECT_EQ(run({"dev", "--data", data.string(), "--listen", "127.0.0.1:0"}), ExitCode::conflict);
  EXPECT_THAT(err.str(), HasSubstr((data / "owner.secret").string()));
  EXPECT_EQ(testing::read_file(data / "owner.secret"), "another secret");
  EXPECT_EQ(testing::count_files(data), 1U);
}

TEST_F(CommandLineTest, RejectsASecondInitWithAReason) {
  ASSERT_EQ(run(init()), ExitCode::done);
  EXPECT_EQ(run(init()), ExitCode::conflict);
  EXPECT_THAT(err.str(), HasSubstr("already"));
}

TEST_F(CommandLineTest, CreatesAProject) {
  const std::vector<std::string> create{"project", "create", "beta", "--data", data.string()};
  EXPECT_EQ(run(create), ExitCode::not_found);
  EXPECT_THAT(err.str(), HasSubstr("ptkld init"));
  ASSERT_EQ(run(init()), ExitCode::done);
  EXPECT_EQ(run(create), ExitCode::done);
  EXPECT_THAT(out.str(), HasSubstr("/projects/beta\n"));
  EXPECT_EQ(run(create), ExitCode::conflict);
}

TEST_F(CommandLineTest, CreatesNoProjectWhenTheDiskHasNoRoomForItsSecret) {
  ASSERT_EQ(run(init()), ExitCode::done);
  const std::vector<std::string> create{"project", "create", "beta", "--data", data.string()};
  std::vector<std::string> into_file = create;
  into_file.insert(into_file.end(), {"-o", (folder.path() / "out").string()});
  {
    const testing::FileSizeLimit full(1024);
    EXPECT_EQ(run(into_file), ExitCode::failed);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out"));
  EXPECT_EQ(run(create), ExitCode::done);
}

TEST_F(CommandLineTest, RejectsAnotherMasterKey) {
  ASSERT_EQ(run(init()), ExitCode::done);
  std::filesystem::remove(data / "master.key");
  EXPECT_EQ(run({"project", "create", "beta", "--data", data.string()}), ExitCode::not_found);
  ASSERT_EQ(run({"init", "--data", (folder.path() / "other").string(), "--project", "acme"}),
            ExitCode::done);
  environment["CREDENTIALS_DIRECTORY"] = (folder.path() / "other").string();
  EXPECT_EQ(run({"project", "create", "beta", "--data", data.string()}), ExitCode::wrong_usage);
}

TEST_F(CommandLineTest, NamesTheOptionOfAUsageError) {
  struct Row {
    std::vector<std::string> words;
    const char* message;
  };
  const Row rows[] = {
      {{"init", "--data", "d"}, "ptkld: --project is required\nhint: see `ptkld init --help`\n"},
      {{"project", "create"},
       "ptkld: <name> is required\nhint: see `ptkld project create --help`\n"},
      {{"serve", "--listen"},
       "ptkld: --listen: a value is required\nhint: see `ptkld serve --help`\n"},
      {{"init", "--project", "a", "--project", "b"},
       "ptkld: specify --project only once\nhint: see `ptkld init --help`\n"},
      {{"init", "--project", "a", "-f", "xml"},
       "ptkld: --format: expected json or table\nhint: see `ptkld init --help`\n"},
      {{"--verbose=x"}, "ptkld: unknown option --verbose\nhint: see `ptkld --help`\n"},
      {{"config", "check", "--lisen=x"},
       "ptkld: --lisen: unknown option\nhint: did you mean `--listen`?\n"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(run(row.words), ExitCode::wrong_usage);
    EXPECT_EQ(err.str(), row.message);
  }
}

/// The commands in the section `Commands` of a help page, each as its words.
std::vector<std::vector<std::string>> listed_commands(const std::string& page) {
  std::vector<std::vector<std::string>> commands;
  std::istringstream lines(page.substr(page.find("Commands:\n") + 10));
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    std::istringstream words(line.substr(2, line.find("  ", 2) - 2));
    std::vector<std::string>& command = commands.emplace_back();
    for (std::string word; words >> word;) command.push_back(word);
  }
  return commands;
}

class HelpTest : public CommandLineTest {
 protected:
  std::string help(std::vector<std::string> words) {
    words.emplace_back("--help");
    EXPECT_EQ(run(words), ExitCode::done);
    return out.str();
  }
};

TEST_F(HelpTest, DescribesEveryCommandWithExamplesInEightyColumns) {
  auto commands = listed_commands(help({}));
  EXPECT_EQ(commands.size(), 10U);
  commands.insert(commands.end(), {{}, {"project"}, {"config"}});
  for (const std::vector<std::string>& words : commands) {
    const std::string path = join_words(words);
    SCOPED_TRACE(path);
    const std::string page = help(words);
    const std::size_t usage = page.find("\n\nUsage: ptkld" + (path.empty() ? "" : ' ' + path));
    ASSERT_NE(usage, std::string::npos);
    EXPECT_EQ(page.at(usage - 1), '.') << "the description is a sentence";
    EXPECT_THAT(page, HasSubstr("\nExamples:\n  # "));
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(HelpTest, ListsEverySettingForServeAndThoseThatApplyForOtherCommands) {
  const std::string serve = help({"serve"});
  const std::string backup = help({"backup"});
  for (const Setting& setting : settings()) {
    EXPECT_THAT(serve, HasSubstr("\n      " + setting.flag()));
    const bool applies = setting.key == "data" || setting.key == "master_key_file";
    EXPECT_EQ(backup.find("      " + setting.flag()) != std::string::npos, applies) << setting.key;
  }
}

TEST_F(HelpTest, HidesSettingsThatTheCommandStillAccepts) {
  EXPECT_EQ(run({"backup", "--data", data.string(), "--workers", "3", "-o", "x"}),
            ExitCode::not_found);
}

TEST_F(CommandLineTest, PrintsItsVersion) {
  EXPECT_EQ(run({"--version"}), ExitCode::done);
  const std::string by_flag = out.str();
  EXPECT_EQ(run({"version"}), ExitCode::done);
  EXPECT_EQ(out.str(), by_flag);
  EXPECT_THAT(by_flag, ::testing::StartsWith("ptkld "));
}

TEST_F(CommandLineTest, AcceptsAValidConfiguration) {
  EXPECT_EQ(run({"config", "check", "--listen", "127.0.0.1:0"}), ExitCode::done);
}

}  // namespace
}  // namespace ptkl::server
