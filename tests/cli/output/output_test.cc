// Where results are written: files, standard output, terminals.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"
#include "support/unlisted_folder.h"

namespace ptkl::cli {
namespace {

using testing::Arguments;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kApiUser;
using testing::kCreatedSecret;
using testing::kId;
using ::testing::Not;

class OutputTest : public testing::CommandTest {};

TEST_F(OutputTest, OpensTheFileBeforeSending) {
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId, "-o", path("missing/secret")}), 1);
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(OutputTest, WritesToTheFileInsteadOfStdout) {
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-f", "json", "-o", path("user.json")}), 0);
  EXPECT_EQ(terminal_.out, "");
  EXPECT_EQ(ptkl::testing::mode_of(path("user.json")), 0600U);
  EXPECT_THAT(ptkl::testing::read_file(path("user.json")), HasSubstr("\"username\": \"ci-bot\""));
}

TEST_F(OutputTest, KeepsTheFileWhenTheServerRejects) {
  ptkl::testing::write_file(path("user.json"), "old");
  server_.answer(404, R"({"code": "not_found"})");
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-o", path("user.json")}), 3);
  EXPECT_EQ(ptkl::testing::read_file(path("user.json")), "old");
  EXPECT_EQ(ptkl::testing::count_files(folder_.path()), 1U);
}

/// Commands that show a value only once, and the responses of the server.
struct OneTimeValue {
  Arguments arguments;
  const char* answer;
  const char* value;
};

const OneTimeValue kOneTimeValues[] = {
    {{"api-users", "new-secret", "-u", kId, "-q"}, kCreatedSecret, "the-secret\n"},
    {{"users", "invite", "-e", "a@example.org", "-q"},
     R"({"delivery": "link", "link": "https://id.example.org/i#x"})",
     "https://id.example.org/i#x\n"},
};

TEST_F(OutputTest, DoesNotReplaceAFileByAOneTimeValue) {
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    ptkl::testing::write_file(path("kept"), "another secret");
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("kept")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 6);
    EXPECT_THAT(server_.requests, IsEmpty());
    EXPECT_EQ(ptkl::testing::read_file(path("kept")), "another secret");
    EXPECT_THAT(terminal_.err, HasSubstr(path("kept")));
    EXPECT_THAT(terminal_.err, HasSubstr("--force"));
    EXPECT_EQ(ptkl::testing::count_files(folder_.path()), 1U);
  }
}

TEST_F(OutputTest, DoesNotReplaceALinkByAOneTimeValue) {
  std::filesystem::create_symlink(path("missing"), path("dangling"));
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId, "-o", path("dangling")}), 6);
  EXPECT_THAT(server_.requests, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(path("missing")));
}

TEST_F(OutputTest, ReplacesAFileByAOneTimeValueWithForce) {
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    ptkl::testing::write_file(path("kept"), "another secret");
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"--force", "-o", path("kept")});
    EXPECT_EQ(run(arguments), 0) << terminal_.err;
    EXPECT_EQ(ptkl::testing::read_file(path("kept")), row.value);
    EXPECT_EQ(ptkl::testing::mode_of(path("kept")), 0600U);
  }
}

TEST_F(OutputTest, ForceRequiresAFile) {
  for (const OneTimeValue& row : kOneTimeValues) {
    for (const Arguments& output : {Arguments{}, {"-o", "-"}}) {
      Arguments arguments = row.arguments;
      arguments.emplace_back("--force");
      arguments.insert(arguments.end(), output.begin(), output.end());
      terminal_.err.clear();
      EXPECT_EQ(run(arguments), 2);
      EXPECT_THAT(terminal_.err, HasSubstr("--force requires --output"));
    }
  }
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(OutputTest, KeepsAOneTimeValueWhenTheFileAppearsMeanwhile) {
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    for (const char* file : {"secret", "secret.1", "secret.2"}) {
      std::filesystem::remove(path(file));
    }
    server_.answer(201, row.answer);
    server_.before_response = [this] {
      ptkl::testing::write_file(path("secret"), "of another process");
      ptkl::testing::write_file(path("secret.1"), "of another process");
    };
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 6);
    EXPECT_EQ(ptkl::testing::read_file(path("secret")), "of another process");
    EXPECT_EQ(ptkl::testing::read_file(path("secret.1")), "of another process");
    EXPECT_EQ(ptkl::testing::read_file(path("secret.2")), row.value);
    EXPECT_EQ(ptkl::testing::mode_of(path("secret.2")), 0600U);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the output is in " + path("secret.2")));
    EXPECT_THAT(terminal_.err, Not(HasSubstr("lost")));
    EXPECT_EQ(terminal_.out, "");
  }
}

TEST_F(OutputTest, WarnsWhenAOneTimeValueIsNotDurable) {
  const ptkl::testing::UnlistedFolder unlisted(folder_.path());
  ASSERT_TRUE(unlisted.is_unlisted());
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret"), "--force"});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 0) << terminal_.err;
    EXPECT_EQ(ptkl::testing::read_file(path("secret")), row.value);
    EXPECT_THAT(terminal_.err, HasSubstr("ptkl: warning: the content is in " + path("secret") +
                                         ", but may not survive a power failure: cannot sync "));
    EXPECT_THAT(terminal_.err, Not(HasSubstr("lost")));
  }
}

TEST_F(OutputTest, NamesTheOtherFileThatIsNotDurable) {
  const ptkl::testing::UnlistedFolder unlisted(folder_.path());
  ASSERT_TRUE(unlisted.is_unlisted());
  server_.before_response = [this] {
    ptkl::testing::write_file(path("secret"), "of another process");
  };
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    std::filesystem::remove(path("secret"));
    std::filesystem::remove(path("secret.1"));
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 6);
    EXPECT_EQ(ptkl::testing::read_file(path("secret.1")), row.value);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the output is in " + path("secret.1") +
                                         ", but may not survive a power failure"));
    EXPECT_THAT(terminal_.err, Not(HasSubstr("lost")));
  }
}

TEST_F(OutputTest, ReportsThatAOneTimeValueIsLost) {
  server_.before_response = [this] {
    ptkl::testing::write_file(path("secret"), "of another process");
    for (int number = 1; number <= 1000; ++number) {
      ptkl::testing::write_file(path("secret." + std::to_string(number)), "of another process");
    }
  };
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    std::filesystem::remove(path("secret"));
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 1);
    EXPECT_THAT(terminal_.err, HasSubstr(" is lost: "));
    EXPECT_EQ(ptkl::testing::count_files(folder_.path()), 1001U);
  }
}

TEST_F(OutputTest, ReplacesAFileByARepeatableResult) {
  ptkl::testing::write_file(path("user.json"), "old");
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-q", "-o", path("user.json")}), 0);
  EXPECT_EQ(ptkl::testing::read_file(path("user.json")), std::string(kId) + '\n');
}

TEST_F(OutputTest, WritesToStdoutForADash) {
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-q", "-o", "-"}), 0);
  EXPECT_EQ(terminal_.out, std::string(kId) + "\n");
}

TEST_F(OutputTest, EndsWithoutAMessageWhenThePipeIsClosed) {
  server_.answer(200, kApiUser);
  terminal_.write_error = Error{ErrorCode::internal, ""};
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 1);
  EXPECT_EQ(terminal_.err, "");
}

TEST_F(OutputTest, ShowsRelativeTimesAndColoursOnATerminal) {
  terminal_.output_is_terminal = true;
  terminal_.columns = 200;
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("1 hour ago"));
  EXPECT_THAT(terminal_.out, HasSubstr("\x1b[32mactive"));
  terminal_.out.clear();
  environment_.variables["NO_COLOR"] = "1";
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("2026-01-05T07:00:00.000Z"));
  EXPECT_THAT(terminal_.out, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace ptkl::cli
