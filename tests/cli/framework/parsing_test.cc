// How arguments set the members of every command.
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/api_users/api_users.h"
#include "cli/commands/command_line.h"
#include "cli/commands/completion.h"
#include "cli/commands/profile/profile_commands.h"
#include "cli/commands/role/role.h"
#include "cli/commands/users/users.h"
#include "cli/commands/whoami.h"

namespace ptkl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Arguments = std::vector<std::string>;
using Source = SecretOption::Source;

struct Wrong {
  const char* what;
  Arguments arguments;
};

TEST(Parsing, RejectsUnknownOptionsAndArguments) {
  const Wrong rows[] = {
      {"no such command", {"api-userz", "list"}},
      {"a group without a command", {"api-users"}},
      {"no such command", {"api-users", "lst"}},
      {"no such option", {"api-users", "list", "--formt", "json"}},
      {"no such short option", {"api-users", "list", "-x"}},
      {"an unexpected argument", {"api-users", "list", "all"}},
      {"an unknown format", {"api-users", "list", "-f", "yaml"}},
      {"a format in another case", {"api-users", "list", "-f", "JSON"}},
      {"a format without value", {"api-users", "list", "-f"}},
      {"a format given twice", {"api-users", "list", "-f", "json", "-f", "json"}},
      {"an output without value", {"api-users", "list", "-o"}},
      {"an empty output", {"api-users", "list", "-o", ""}},
      {"get without a uuid", {"api-users", "get"}},
      {"get with an empty uuid", {"api-users", "get", "-u", ""}},
      {"get with the next option for a uuid", {"api-users", "get", "-u", "-f", "json"}},
      {"get with two uuids", {"api-users", "get", "-u", "a", "-u", "b"}},
      {"edit without roles", {"api-users", "edit", "-u", "a"}},
      {"edit with the flag but no role", {"api-users", "edit", "-u", "a", "-r"}},
      {"edit with the next option for a role",
       {"api-users", "edit", "-u", "a", "-r", "-f", "json"}},
      {"edit with an empty role among others", {"api-users", "edit", "-u", "a", "-r", "b", ""}},
      {"create without a username", {"api-users", "create"}},
      {"an overlap without unit", {"api-users", "new-secret", "-u", "a", "--overlap", "24"}},
      {"a negative overlap", {"api-users", "new-secret", "-u", "a", "--overlap", "-1h"}},
      {"an unknown unit", {"api-users", "new-secret", "-u", "a", "--expires", "3y"}},
      {"an empty secret id", {"api-users", "revoke-secret", "-u", "a", "--secret", ""}},
      {"an idle time that is not a duration",
       {"api-users", "new-secret", "-u", "a", "--overlap", "1h", "--until-idle", "30"}},
      {"a role without name", {"role", "create", "-l", "3"}},
      {"an edit without a role", {"role", "edit", "-l", "3"}},
      {"a new name for a role", {"role", "edit", "-u", "a", "-n", "b"}},
      {"a deletion without a role", {"role", "delete", "--dry-run"}},
      {"a level that is not a number", {"role", "create", "-n", "a", "-l", "high"}},
      {"a level with trailing text", {"role", "create", "-n", "a", "-l", "3x"}},
      {"a level with a fraction", {"role", "create", "-n", "a", "-l", "3.5"}},
      {"use without a name", {"profile", "use"}},
      {"use with two names", {"profile", "use", "a", "b"}},
      {"inspect without a name", {"profile", "inspect"}},
      {"delete without a name", {"profile", "delete"}},
      {"a password given twice", {"profile", "new", "-p", "-", "-p", "-"}},
      {"a time limit without unit", {"--timeout", "30", "whoami"}},
      {"two commands", {"whoami", "whoami"}},
      {"completion without a shell", {"completion"}},
      {"--roles= without a value", {"api-users", "edit", "--uuid=", "--roles=a"}},
  };
  for (const Wrong& row : rows) {
    SCOPED_TRACE(row.what);
    CommandLine line;
    const auto parsed = line.parse(row.arguments);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().error.code, ErrorCode::invalid_argument);
    EXPECT_NE(parsed.error().hint, "");
  }
}

TEST(Parsing, NeverRepeatsWhatCouldBeASecret) {
  const Wrong rows[] = {
      {"a value without its option", {"api-users", "get-auth-token", "-u", "a", "hunter2"}},
      {"a misspelt option", {"profile", "auth", "--pasword=hunter2"}},
      {"a misspelt option with a separate value", {"profile", "auth", "--pasword", "hunter2"}},
      {"a short option of another command", {"api-users", "list", "-phunter2"}},
      {"given twice", {"profile", "auth", "-p", "hunter2", "-p", "hunter2"}},
  };
  for (const Wrong& row : rows) {
    SCOPED_TRACE(row.what);
    CommandLine line;
    const auto parsed = line.parse(row.arguments);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().error.message.find("hunter2"), std::string::npos);
    EXPECT_EQ(parsed.error().hint.find("hunter2"), std::string::npos);
  }
}

struct Suggested {
  const char* what;
  Arguments arguments;
  const char* meant;
};

TEST(Parsing, SuggestsTheNearestCommandOrOption) {
  const Suggested rows[] = {
      {"a group", {"api-user", "list"}, "`api-users`"},
      {"swapped letters", {"api-users", "lsit"}, "`list`"},
      {"a long command", {"api-users", "new-secert", "-u", "a"}, "`new-secret`"},
      {"an option", {"api-users", "get", "--uid", "a"}, "`--uuid`"},
      {"a global option", {"api-users", "list", "--profil", "a"}, "`--profile`"},
      {"an option with its value", {"api-users", "list", "--formt=json"}, "`--format`"},
      {"nothing similar", {"frobnicate"}, "--help"},
  };
  for (const Suggested& row : rows) {
    SCOPED_TRACE(row.what);
    CommandLine line;
    const auto parsed = line.parse(row.arguments);
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().hint, HasSubstr(row.meant));
  }
}

/// Parses valid arguments.
class Parse {
 public:
  explicit Parse(const Arguments& arguments) : parsed_(line_.parse(arguments)) {}

  /// The parsed command, with its members set.
  template <class T>
  const T& as() const {
    static const T kNone{};
    EXPECT_TRUE(parsed_);
    if (!parsed_) return kNone;
    const T* const command = dynamic_cast<const T*>(parsed_->command);
    EXPECT_NE(command, nullptr) << "another command than expected";
    return command ? *command : kNone;
  }
  const GlobalOptions& globals() const { return line_.globals(); }
  std::string text() const { return parsed_ ? parsed_->text : ""; }
  std::vector<std::string_view> secrets() const { return line_.given_secrets(); }

 private:
  CommandLine line_;
  Outcome<Parsed> parsed_;
};

TEST(Parsing, ReadsTheOptionsOfOutput) {
  const Parse none({"api-users", "list"});
  EXPECT_EQ(none.as<api_users::List>().output.format, Format::table);
  EXPECT_EQ(none.as<api_users::List>().output.file, std::nullopt);
  EXPECT_FALSE(none.as<api_users::List>().output.quiet);
  const Parse all({"api-users", "list", "-f", "json", "-o", "a.json", "-q"});
  EXPECT_EQ(all.as<api_users::List>().output.format, Format::json);
  EXPECT_EQ(all.as<api_users::List>().output.file, "a.json");
  EXPECT_TRUE(all.as<api_users::List>().output.quiet);
}

TEST(Parsing, OnlyCommandsWithOneTimeValuesAcceptForce) {
  const Parse made({"api-users", "new-secret", "-u", "a", "-o", "file", "--force"});
  EXPECT_TRUE(made.as<api_users::NewSecret>().output.force);
  const Parse invited({"users", "invite", "-e", "a@example.org", "--force"});
  EXPECT_TRUE(invited.as<users::Invite>().output.force);
  for (const Arguments& command :
       {Arguments{"api-users", "list"}, {"api-users", "get-auth-token"}}) {
    Arguments arguments = command;
    arguments.emplace_back("--force");
    EXPECT_FALSE(CommandLine().parse(arguments));
  }
}

/// A command with -f and -o, and its required arguments.
TEST(Parsing, EveryCommandThatPrintsDataAcceptsFormatOutputAndQuiet) {
  const Arguments rows[] = {
      {"api-users", "list"},
      {"api-users", "get", "-u", "a"},
      {"api-users", "create", "-u", "a"},
      {"api-users", "edit", "-u", "a", "-r", "b"},
      {"api-users", "enable", "-u", "a"},
      {"api-users", "disable", "-u", "a"},
      {"api-users", "delete", "-u", "a"},
      {"api-users", "secrets", "-u", "a"},
      {"api-users", "new-secret", "-u", "a"},
      {"api-users", "revoke-secret", "-u", "a"},
      {"api-users", "get-auth-token"},
      {"role", "list"},
      {"role", "get", "-u", "a"},
      {"role", "create", "-n", "a"},
      {"role", "edit", "-u", "a", "-l", "1"},
      {"role", "delete", "-u", "a"},
      {"profile", "list"},
      {"profile", "inspect", "a"},
      {"whoami"},
  };
  for (Arguments arguments : rows) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    for (const char* more : {"--format", "json", "--output", "file", "--quiet"}) {
      arguments.emplace_back(more);
    }
    CommandLine line;
    const auto parsed = line.parse(arguments);
    ASSERT_TRUE(parsed);
    EXPECT_NE(parsed->command, nullptr);
  }
}

TEST(Parsing, ReadsApiUsersCommands) {
  EXPECT_EQ(Parse({"api-users", "get", "--uuid", "ci"}).as<api_users::Get>().user, "ci");
  EXPECT_EQ(Parse({"api-users", "get", "--uuid=ci"}).as<api_users::Get>().user, "ci");
  EXPECT_EQ(Parse({"api-users", "get", "-uci"}).as<api_users::Get>().user, "ci");
  EXPECT_EQ(Parse({"api-users", "enable", "-u", "ci"}).as<api_users::Enable>().user, "ci");
  EXPECT_EQ(Parse({"api-users", "disable", "-u", "ci"}).as<api_users::Disable>().user, "ci");
  EXPECT_EQ(Parse({"api-users", "delete", "-u", "ci"}).as<api_users::Delete>().user, "ci");
  EXPECT_EQ(Parse({"api-users", "secrets", "-u", "ci"}).as<api_users::Secrets>().user, "ci");
}

TEST(Parsing, ReadsCreate) {
  const Parse parse({"api-users", "create", "-u", "ci", "-d", "-builds-", "-r", "a", "b"});
  EXPECT_EQ(parse.as<api_users::Create>().username, "ci");
  EXPECT_EQ(parse.as<api_users::Create>().description, "-builds-");
  EXPECT_THAT(*parse.as<api_users::Create>().roles, ElementsAre("a", "b"));
}

struct RolesRow {
  const char* what;
  Arguments roles;
  std::vector<std::string> expected;
};

TEST(Parsing, AcceptsSeveralRolesAfterOneOptionAndRepeatedOptions) {
  const RolesRow rows[] = {
      {"one", {"-r", "a"}, {"a"}},
      {"several after one flag", {"-r", "a", "b", "c"}, {"a", "b", "c"}},
      {"repeated", {"-r", "a", "-r", "b"}, {"a", "b"}},
      {"both", {"--roles", "a", "b", "--roles=c", "-rd"}, {"a", "b", "c", "d"}},
      {"names of commands", {"-r", "role", "profile", "list"}, {"role", "profile", "list"}},
      {"a name with a space", {"-r", "Release Manager"}, {"Release Manager"}},
      {"none, by an empty argument", {"--roles", ""}, {}},
      {"none, by an empty assignment", {"--roles="}, {}},
      {"none, before another option", {"--roles=", "-f", "json"}, {}},
      {"ended by --", {"-r", "a", "--"}, {"a"}},
  };
  for (const RolesRow& row : rows) {
    SCOPED_TRACE(row.what);
    Arguments arguments = {"api-users", "edit", "-u", "ci"};
    arguments.insert(arguments.end(), row.roles.begin(), row.roles.end());
    EXPECT_EQ(Parse(arguments).as<api_users::Edit>().roles, row.expected);
  }
}

TEST(Parsing, ReadsNewSecretAndRevokeSecret) {
  const Parse made({"api-users", "new-secret", "-u", "ci", "--overlap", "24h", "--expires", "90d",
                    "--label", "for build 7"});
  EXPECT_EQ(made.as<api_users::NewSecret>().user, "ci");
  EXPECT_EQ(made.as<api_users::NewSecret>().overlap, std::chrono::hours(24));
  EXPECT_EQ(made.as<api_users::NewSecret>().expires, std::chrono::days(90));
  EXPECT_EQ(made.as<api_users::NewSecret>().label, "for build 7");
  EXPECT_EQ(Parse({"api-users", "new-secret", "-u", "ci"}).as<api_users::NewSecret>().overlap,
            std::nullopt);
  const Parse revoked({"api-users", "revoke-secret", "-u", "ci", "--secret", "0123456789a"});
  EXPECT_EQ(revoked.as<api_users::RevokeSecret>().user, "ci");
  EXPECT_EQ(revoked.as<api_users::RevokeSecret>().secret, "0123456789a");
}

struct SecretRow {
  const char* what;
  Arguments password;
  Source source;
  const char* value;
};

TEST(Parsing, ReadsSecretOptionsInEachOfTheirForms) {
  const SecretRow rows[] = {
      {"not given", {}, Source::not_given, ""},
      {"without value, at the end", {"-p"}, Source::prompt, ""},
      {"without value, before an option", {"-p", "-u", "ci"}, Source::prompt, ""},
      {"standard input", {"-p", "-"}, Source::standard_input, ""},
      {"standard input, assigned", {"--password=-"}, Source::standard_input, ""},
      {"a value", {"-p", "hunter2"}, Source::argument, "hunter2"},
      {"a value, attached", {"-phunter2"}, Source::argument, "hunter2"},
      {"a value, assigned", {"--password=-hunter2"}, Source::argument, "-hunter2"},
      {"a value that is a command's name", {"-p", "list"}, Source::argument, "list"},
      {"a value in brackets", {"-p", "[a,b]"}, Source::argument, "[a,b]"},
      {"an empty value", {"-p", ""}, Source::argument, ""},
  };
  for (const SecretRow& row : rows) {
    SCOPED_TRACE(row.what);
    for (const Arguments& command :
         {Arguments{"api-users", "get-auth-token"}, {"profile", "new"}}) {
      Arguments arguments = command;
      arguments.insert(arguments.end(), row.password.begin(), row.password.end());
      const Parse parse(arguments);
      const SecretOption& password = command.front() == "profile"
                                         ? parse.as<profile_commands::New>().password
                                         : parse.as<api_users::GetAuthToken>().password;
      EXPECT_EQ(password.source, row.source);
      EXPECT_EQ(password.value.reveal(), row.value);
    }
  }
}

TEST(Parsing, NamesTheSecretsAmongTheArguments) {
  EXPECT_THAT(Parse({"profile", "auth", "-p", "-"}).secrets(), IsEmpty());
  EXPECT_THAT(Parse({"--token", "abc", "whoami"}).secrets(), ElementsAre("abc"));
  EXPECT_THAT(Parse({"api-users", "get-auth-token", "-p", "hunter2"}).secrets(),
              ElementsAre("hunter2"));
}

TEST(Parsing, ReadsGetAuthToken) {
  const Parse parse({"api-users", "get-auth-token", "--user", "ci", "--scope", "a.read", "b.read",
                     "--resource", "https://api.example.org"});
  EXPECT_EQ(parse.as<api_users::GetAuthToken>().user, "ci");
  EXPECT_THAT(*parse.as<api_users::GetAuthToken>().scope, ElementsAre("a.read", "b.read"));
  EXPECT_EQ(parse.as<api_users::GetAuthToken>().resource, "https://api.example.org");
}

TEST(Parsing, ReadsRoleCommands) {
  EXPECT_EQ(Parse({"role", "get", "-u", "deployer"}).as<role::Get>().role, "deployer");
  Parse({"role", "list"}).as<role::List>();
  const Parse parse(
      {"role", "create", "-n", "deployer", "-p", "a.read", "b.*", "-w", "x", "y", "-l", "20"});
  EXPECT_EQ(parse.as<role::Create>().name, "deployer");
  EXPECT_THAT(*parse.as<role::Create>().permissions, ElementsAre("a.read", "b.*"));
  EXPECT_THAT(*parse.as<role::Create>().workspaces, ElementsAre("x", "y"));
  EXPECT_EQ(parse.as<role::Create>().level, 20);
  EXPECT_EQ(Parse({"role", "create", "-n", "a", "-l", "-3"}).as<role::Create>().level, -3)
      << "the bounds are checked when the level is used";
}

TEST(Parsing, ReadsProfileCommands) {
  Parse({"profile"}).as<profile_commands::ShowActive>();
  Parse({"profile", "list"}).as<profile_commands::List>();
  EXPECT_EQ(Parse({"profile", "use", "work"}).as<profile_commands::Use>().name, "work");
  EXPECT_EQ(Parse({"profile", "inspect", "work"}).as<profile_commands::Inspect>().name, "work");
  EXPECT_EQ(Parse({"profile", "delete", "work"}).as<profile_commands::Delete>().name, "work");
  const Parse made({"profile", "new", "-n", "work", "-u", "ci", "-p", "-", "-P", "acme", "-h",
                    "localhost:8420"});
  EXPECT_EQ(made.as<profile_commands::New>().name, "work");
  EXPECT_EQ(made.as<profile_commands::New>().username, "ci");
  EXPECT_EQ(made.as<profile_commands::New>().project, "acme");
  EXPECT_EQ(made.as<profile_commands::New>().host, "localhost:8420");
  const Parse token({"profile", "auth", "-t"});
  EXPECT_EQ(token.as<profile_commands::Auth>().token.source, Source::prompt);
  EXPECT_FALSE(token.as<profile_commands::Auth>().password.is_given());
}

TEST(Parsing, ReadsWhoamiAndCompletion) {
  Parse({"whoami"}).as<Whoami>();
  EXPECT_EQ(Parse({"completion", "zsh"}).as<Completion>().shell, "zsh");
}

TEST(Parsing, AcceptsGlobalOptionsBeforeAndAfterTheCommand) {
  const Arguments globals = {"--profile", "work", "--host",    "https://h", "--project", "acme",
                             "--token",   "abc",  "--timeout", "5s",        "--verbose"};
  for (const std::size_t position : {0, 1, 2}) {
    SCOPED_TRACE(position);
    Arguments arguments = {"api-users", "list"};
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(position), globals.begin(),
                     globals.end());
    const Parse parse(arguments);
    parse.as<api_users::List>();
    EXPECT_EQ(parse.globals().profile, "work");
    EXPECT_EQ(parse.globals().host, "https://h");
    EXPECT_EQ(parse.globals().project, "acme");
    EXPECT_EQ(parse.globals().token.value.reveal(), "abc");
    EXPECT_EQ(parse.globals().timeout, std::chrono::seconds(5));
    EXPECT_TRUE(parse.globals().verbose);
  }
}

TEST(Parsing, DoesNotUseTheCommandAsTheTokenOfAnOptionWithoutValue) {
  const Parse parse({"--token", "api-users", "list"});
  parse.as<api_users::List>();
  EXPECT_EQ(parse.globals().token.source, Source::prompt);
}

TEST(Parsing, ShowsHelpWithDashH) {
  EXPECT_THAT(Parse({"-h"}).text(), HasSubstr("Usage: ptkl"));
  EXPECT_THAT(Parse({"api-users", "-h"}).text(), HasSubstr("Usage: ptkl api-users"));
  EXPECT_THAT(Parse({"api-users", "get", "-h"}).text(), HasSubstr("Usage: ptkl api-users get"));
  EXPECT_THAT(Parse({"profile", "new", "--help"}).text(), HasSubstr("-h, --host <url>"));
}

TEST(Parsing, ShowsTheVersion) {
  EXPECT_THAT(Parse({"--version"}).text(), ::testing::MatchesRegex("ptkl [0-9.]+\n"));
}

TEST(Parsing, ShowsHelpWithoutACommand) {
  EXPECT_THAT(Parse(Arguments{}).text(), HasSubstr("Usage: ptkl"));
}

}  // namespace
}  // namespace ptkl::cli
