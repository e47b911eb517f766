#include "server/commands/command_line.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "base/clock.h"
#include "storage/temporary_folder.h"
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

  storage::TemporaryFolder folder;
  std::filesystem::path data = folder.path() / "data";
  std::map<std::string, std::string> environment;
  std::ostringstream out;
  std::ostringstream err;
};

TEST_F(CommandLineTest, RefusesWrongUsage) {
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
      {"a word too many", {"config", "check", "now"}, "one too many"},
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

TEST_F(CommandLineTest, WordsAHintAsTheClientDoes) {
  run({"srve"});
  EXPECT_EQ(err.str(), "ptkld: there is no command srve\nhint: did you mean `serve`?\n");
  run({"nothing-like-it"});
  EXPECT_EQ(err.str(), "ptkld: there is no command nothing-like-it\nhint: run `ptkld --help`\n");
}

TEST_F(CommandLineTest, TellsEveryFaultAtOnce) {
  environment["PTKLD_WORKERS"] = "x";
  EXPECT_EQ(run({"config", "check", "--listen", "x", "--lgo-level", "debug"}),
            ExitCode::wrong_usage);
  for (const char* place : {"PTKLD_WORKERS:", "--listen:", "--lgo-level:"}) {
    EXPECT_THAT(err.str(), HasSubstr(place));
  }
}

TEST_F(CommandLineTest, TellsTheFaultsOfTheNewProjectTogetherWithThose) {
  EXPECT_EQ(
      run({"init", "--project", "A b", "--token-lifetime", "1s", "--listen", "x", "--prot=1"}),
      ExitCode::wrong_usage);
  for (const char* place : {"--project:", "--token-lifetime:", "--listen:", "--prot:"}) {
    EXPECT_THAT(err.str(), HasSubstr(place));
  }
}

TEST_F(CommandLineTest, TakesTheWordAfterAnUnknownOptionForItsValue) {
  EXPECT_EQ(run({"config", "check", "--prot", "8420"}), ExitCode::wrong_usage);
  EXPECT_THAT(err.str(), Not(HasSubstr("too many")));
}

TEST_F(CommandLineTest, NeverRepeatsAWordThatMayBeASecret) {
  run({"serve", "--data", "d", "ptkl_0123456789A_secret"});
  EXPECT_THAT(err.str(), Not(HasSubstr("ptkl_0123")));
}

TEST_F(CommandLineTest, RefusesWhatInitCannotMake) {
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

TEST_F(CommandLineTest, MakesNothingWhenTheOutputCannotBeWritten) {
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

TEST_F(CommandLineTest, ReplacesNoFileByAOneTimeSecret) {
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

TEST_F(CommandLineTest, InitMakesNothingWhenTheOutputIsRefused) {
  testing::write_file(folder.path() / "kept", "another secret");
  EXPECT_EQ(run(init({"-o", (folder.path() / "kept").string()})), ExitCode::conflict);
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(CommandLineTest, DevReplacesNoSecretThatIsNotItsOwn) {
  std::filesystem::create_directory(data);
  testing::write_file(data / "owner.secret", "another secret");
  EXPECT_EQ(run({"dev", "--data", data.string(), "--listen", "127.0.0.1:0"}), ExitCode::conflict);
  EXPECT_THAT(err.str(), HasSubstr((data / "owner.secret").string()));
  EXPECT_EQ(testing::read_file(data / "owner.secret"), "another secret");
  EXPECT_EQ(testing::count_files(data), 1U);
}

TEST_F(CommandLineTest, SaysWhyThereIsNoSecondInit) {
  ASSERT_EQ(run(init()), ExitCode::done);
  EXPECT_EQ(run(init()), ExitCode::conflict);
  EXPECT_THAT(err.str(), HasSubstr("already"));
}

TEST_F(CommandLineTest, AddsAProject) {
  const std::vector<std::string> create{"project", "create", "beta", "--data", data.string()};
  EXPECT_EQ(run(create), ExitCode::not_found);
  EXPECT_THAT(err.str(), HasSubstr("ptkld init"));
  ASSERT_EQ(run(init()), ExitCode::done);
  EXPECT_EQ(run(create), ExitCode::done);
  EXPECT_THAT(out.str(), HasSubstr("/projects/beta\n"));
  EXPECT_EQ(run(create), ExitCode::conflict);
}

TEST_F(CommandLineTest, AddsNoProjectWhoseSecretHasNoRoom) {
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

TEST_F(CommandLineTest, ServesNoDatabaseOfAnotherMasterKey) {
  ASSERT_EQ(run(init()), ExitCode::done);
  std::filesystem::remove(data / "master.key");
  EXPECT_EQ(run({"project", "create", "beta", "--data", data.string()}), ExitCode::not_found);
  ASSERT_EQ(run({"init", "--data", (folder.path() / "other").string(), "--project", "acme"}),
            ExitCode::done);
  environment["CREDENTIALS_DIRECTORY"] = (folder.path() / "other").string();
  EXPECT_EQ(run({"project", "create", "beta", "--data", data.string()}), ExitCode::wrong_usage);
}

TEST_F(CommandLineTest, HelpsWithAnExample) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"init", "--help"},
                                             {"serve", "-h"},
                                             {"dev", "--help"},
                                             {"project", "create", "--help"},
                                             {"config", "check", "--help"}}) {
    EXPECT_EQ(run(words), ExitCode::done);
    EXPECT_THAT(out.str(), HasSubstr("Example:\n  ptkld " + words.front()));
  }
}

TEST_F(CommandLineTest, TellsItsVersion) {
  EXPECT_EQ(run({"--version"}), ExitCode::done);
  const std::string by_flag = out.str();
  EXPECT_EQ(run({"version"}), ExitCode::done);
  EXPECT_EQ(out.str(), by_flag);
  EXPECT_THAT(by_flag, ::testing::StartsWith("ptkld "));
}

TEST_F(CommandLineTest, SaysThatTheConfigurationIsGood) {
  EXPECT_EQ(run({"config", "check", "--listen", "127.0.0.1:0"}), ExitCode::done);
}

}  // namespace
}  // namespace ptkl::server
