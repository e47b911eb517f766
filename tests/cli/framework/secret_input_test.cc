#include "cli/framework/secret_input.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/fake_system.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Source = SecretOption::Source;

class SecretInputTest : public ::testing::Test {
 protected:
  Outcome<SecretString> read(Source source, std::string_view argument = "",
                             SecretKind kind = SecretKind::password) {
    const SecretOption option{source, SecretString(argument)};
    const System system{environment_, terminal_, clock_, nullptr, nullptr};
    return read_secret(system, {kind, "--password", "PTKL_SECRET"}, option);
  }

  testing::FakeEnvironment environment_;
  testing::FakeTerminal terminal_;
  ptkl::testing::FixedClock clock_;
};

struct Refused {
  const char* what;
  Source source;
  std::string text;  ///< argument, input and variable alike
};

TEST_F(SecretInputTest, RejectsEmptyAndTooLongSecrets) {
  const Refused rows[] = {
      {"an empty argument", Source::argument, ""},
      {"a long argument", Source::argument, std::string(kMaxSecretBytes + 1, 'x')},
      {"an empty input", Source::standard_input, ""},
      {"an input of a newline", Source::standard_input, "\n"},
      {"an input one byte too long", Source::standard_input, std::string(kMaxSecretBytes + 1, 'x')},
      {"a huge input", Source::standard_input, std::string(16 * kMaxSecretBytes, 'x')},
      {"a long variable", Source::not_given, std::string(kMaxSecretBytes + 1, 'x')},
  };
  for (const Refused& row : rows) {
    SCOPED_TRACE(row.what);
    terminal_.input = row.text;
    environment_.variables["PTKL_SECRET"] = row.text;
    const auto secret = read(row.source, row.text);
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().error.code, ErrorCode::invalid_argument);
  }
}

TEST_F(SecretInputTest, NeverPromptsWithoutATerminal) {
  for (const Source source : {Source::not_given, Source::prompt}) {
    const auto secret = read(source);
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().error.code, ErrorCode::invalid_argument);
    EXPECT_THAT(secret.error().hint, HasSubstr("PTKL_SECRET"));
    EXPECT_THAT(secret.error().hint, HasSubstr("--password -"));
  }
  EXPECT_THAT(terminal_.prompts, IsEmpty());
}

TEST_F(SecretInputTest, RejectsAnEmptyLineAtThePrompt) {
  terminal_.input_is_terminal = true;
  EXPECT_FALSE(read(Source::prompt));
}

struct Taken {
  const char* what;
  const char* input;
  const char* secret;
};

TEST_F(SecretInputTest, RemovesOneNewlineAtTheEndOfTheInput) {
  const Taken rows[] = {
      {"none", "s", "s"},
      {"one", "s\n", "s"},
      {"a Windows newline", "s\r\n", "s"},
      {"only the last", "s\n\n", "s\n"},
      {"no space", " s \n", " s "},
  };
  for (const Taken& row : rows) {
    SCOPED_TRACE(row.what);
    terminal_.input = row.input;
    const auto secret = read(Source::standard_input);
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->reveal(), row.secret);
  }
}

TEST_F(SecretInputTest, AcceptsTheLongestSecretWithItsNewline) {
  terminal_.input = std::string(kMaxSecretBytes, 'x') + "\r\n";
  EXPECT_TRUE(read(Source::standard_input));
}

TEST_F(SecretInputTest, PrefersTheOptionToTheVariable) {
  environment_.variables["PTKL_SECRET"] = "from-variable";
  terminal_.input = "from-input";
  terminal_.input_is_terminal = true;
  terminal_.typed = "typed";
  EXPECT_EQ(read(Source::argument, "from-argument")->reveal(), "from-argument");
  EXPECT_EQ(read(Source::standard_input)->reveal(), "from-input");
  EXPECT_EQ(read(Source::prompt)->reveal(), "typed");
  EXPECT_EQ(read(Source::not_given)->reveal(), "from-variable");
}

TEST_F(SecretInputTest, UsesTheVariableForAnOptionWithoutValueIfThereIsNoTerminal) {
  environment_.variables["PTKL_SECRET"] = "from-variable";
  EXPECT_EQ(read(Source::prompt)->reveal(), "from-variable");
}

TEST_F(SecretInputTest, PrefersTheVariableToThePromptIfRequested) {
  const System system{environment_, terminal_, clock_, nullptr, nullptr};
  const SecretSpec spec{SecretKind::token, "--token", "PTKL_TOKEN"};
  terminal_.input = "from-input.access.token";
  terminal_.input_is_terminal = true;
  terminal_.typed = "typed.access.token";
  const auto read_by = [&](Source source) {
    return read_secret_or_variable(system, spec,
                                   {source, SecretString(std::string_view("arg.access.token"))});
  };
  EXPECT_EQ(read_by(Source::prompt)->reveal(), "typed.access.token");
  environment_.variables["PTKL_TOKEN"] = "from-variable.access.token";
  EXPECT_EQ(read_by(Source::prompt)->reveal(), "from-variable.access.token");
  EXPECT_EQ(read_by(Source::standard_input)->reveal(), "from-input.access.token");
  EXPECT_EQ(read_by(Source::argument)->reveal(), "arg.access.token");
}

constexpr std::string_view kWellFormedSecret =
    "ptkl_05McJmDgrvc_28tXK1Or6W6dxxtkBjpgyO1OMqFi6605981s6EEnt4y0cpDI8";

struct Malformed {
  const char* what;
  std::string text;
  const char* words;
};

TEST_F(SecretInputTest, RejectsMalformedSecretsWithoutShowingThem) {
  std::string changed(kWellFormedSecret);
  changed[20] = 'x';
  std::string with_a_dash(kWellFormedSecret);
  with_a_dash[20] = '-';
  const Malformed rows[] = {
      {"a password", "hunter2-hunter2", "begin with ptkl_"},
      {"another prefix", "ptk_" + std::string(kWellFormedSecret.substr(5)) + "x",
       "begin with ptkl_"},
      {"quotes", '"' + std::string(kWellFormedSecret) + '"', "begin with ptkl_"},
      {"truncated", std::string(kWellFormedSecret.substr(0, 60)), "66 characters"},
      {"a second newline", std::string(kWellFormedSecret) + "\n\n", "66 characters"},
      {"a space", std::string(kWellFormedSecret) + " ", "66 characters"},
      {"another alphabet", with_a_dash, "the secret contains an invalid character"},
      {"another character", changed, "checksum"},
      {"a token", "eyJhbGciOi.eyJpc3Mi.c2ln", "use --token for it"},
  };
  terminal_.input_is_terminal = true;
  for (const Malformed& row : rows) {
    SCOPED_TRACE(row.what);
    environment_.variables["PTKL_SECRET"] = terminal_.input = terminal_.typed = row.text;
    for (const auto& [source, place] :
         {std::pair(Source::argument, "--password: "), std::pair(Source::prompt, "--password: "),
          std::pair(Source::standard_input, "standard input: "),
          std::pair(Source::not_given, "PTKL_SECRET: ")}) {
      const auto secret = read(source, row.text, SecretKind::secret);
      ASSERT_FALSE(secret);
      EXPECT_EQ(secret.error().error.code, ErrorCode::invalid_argument);
      const std::string words = secret.error().error.message + '\n' + secret.error().hint;
      EXPECT_THAT(words, ::testing::StartsWith(place));
      EXPECT_THAT(words, HasSubstr(row.words));
      EXPECT_THAT(words, Not(HasSubstr(row.text)));
      EXPECT_NE(secret.error().hint, "");
    }
  }
}

TEST_F(SecretInputTest, AcceptsAWellFormedSecret) {
  terminal_.input = std::string(kWellFormedSecret) + "\r\n";
  EXPECT_EQ(read(Source::standard_input, "", SecretKind::secret)->reveal(), kWellFormedSecret);
}

TEST_F(SecretInputTest, AcceptsAnyPassword) {
  for (const char* password : {"hunter2", "ptkl_", "\xC3\xA4 \"quoted\"", "eyJh.eyJi.c"}) {
    EXPECT_EQ(read(Source::argument, password)->reveal(), password);
  }
}

TEST_F(SecretInputTest, RejectsMalformedTokens) {
  for (const std::string& text :
       {std::string(kWellFormedSecret), std::string("ptkl_cut"), std::string("a b"),
        std::string("a\r\nX: y"), std::string("hunter2"), std::string("a.b"), std::string("a.b."),
        std::string(".b.c"), std::string("a..c"), std::string("a.b.c.d"), std::string("a.b.c="),
        std::string("a.b~.c"), 'x' + std::string(kWellFormedSecret),
        "a.b." + std::string(kWellFormedSecret).substr(0, 20),
        "a." + std::string(kWellFormedSecret) + ".c"}) {
    SCOPED_TRACE(text);
    const auto token = read(Source::argument, text, SecretKind::token);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().error.code, ErrorCode::invalid_argument);
    EXPECT_THAT(token.error().error.message, Not(HasSubstr(text)));
  }
  EXPECT_EQ(read(Source::argument, "a b", SecretKind::token).error().error.message,
            "--password: the token contains an invalid character");
  EXPECT_EQ(read(Source::argument, "a.b", SecretKind::token).error().error.message,
            "--password: the token is not a JWT: three parts in base64url with dots between them");
  // `ptkl_` alone may be in a signature by chance.
  for (const char* text : {"eyJh.eyJi.c", "eyJh.eyJi.c-_9", "eyJh.eyJi.xptkl_05McJmDgrvc"}) {
    EXPECT_TRUE(read(Source::argument, text, SecretKind::token)) << text;
  }
}

TEST_F(SecretInputTest, PromptsOnATerminalWithoutAnotherSource) {
  terminal_.input_is_terminal = true;
  terminal_.typed = "typed";
  EXPECT_EQ(read(Source::not_given)->reveal(), "typed");
  EXPECT_THAT(terminal_.prompts, SizeIs(1));
}

TEST_F(SecretInputTest, WarnsOnlyAboutAnArgument) {
  environment_.variables["PTKL_SECRET"] = "s";
  terminal_.input = "s";
  EXPECT_TRUE(read(Source::not_given));
  EXPECT_TRUE(read(Source::standard_input));
  EXPECT_EQ(terminal_.err, "");
  EXPECT_TRUE(read(Source::argument, "hunter2"));
  EXPECT_THAT(terminal_.err, HasSubstr("warning"));
  EXPECT_THAT(terminal_.err, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace ptkl::cli
