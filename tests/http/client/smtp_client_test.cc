#include "http/client/smtp_client.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/loopback.h"

// TLS and logins over it are tested against a real mail server, in tests/functional.
namespace ptkl::http {
namespace {

using namespace std::string_view_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Listener;
using ::testing::Not;
using testing::Socket;
using ::testing::StartsWith;

const SmtpEnvelope kEnvelope = {"no-reply@id.example.org", "ada@example.com"};

using Replies = std::map<std::string, std::string>;

/// Answers each command by its first word, and remembers the commands and the message.
class MailServer {
 public:
  /// `replies` replace the usual ones; an empty reply closes the connection.
  explicit MailServer(Replies replies = {}) : replies_(std::move(replies)) {}

  SmtpOptions options(SmtpSecurity security = SmtpSecurity::none) const {
    SmtpOptions options;
    options.host = "127.0.0.1";
    options.port = listener_.port();
    options.security = security;
    return options;
  }

  std::vector<std::string> commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
  }
  std::string message() const {
    const std::lock_guard lock(mutex_);
    return message_;
  }

 private:
  std::string reply_to(const std::string& word, const std::string& usual) const {
    const auto found = replies_.find(word);
    return found == replies_.end() ? usual : found->second;
  }

  void serve(Socket& socket) {
    if (!socket.send(reply_to("", "220 test\r\n"))) return;
    while (true) {
      const std::string line = socket.read_through("\r\n");
      if (!line.ends_with("\r\n")) return;
      remember(line.substr(0, line.size() - 2));
      const std::string word = line.substr(0, line.find_first_of(" \r"));
      const std::string reply =
          reply_to(word, word == "DATA" ? "354 continue\r\n" : "250 fine\r\n");
      if (reply.empty() || !socket.send(reply)) return;
      if (reply.starts_with("354") && !take_message(socket)) return;
    }
  }

  bool take_message(Socket& socket) {
    const std::string text = socket.read_through("\r\n.\r\n");
    const std::lock_guard lock(mutex_);
    message_ = text;
    return socket.send(reply_to(".", "250 taken\r\n"));
  }

  void remember(std::string line) {
    const std::lock_guard lock(mutex_);
    commands_.push_back(std::move(line));
  }

  Replies replies_;
  mutable std::mutex mutex_;
  std::vector<std::string> commands_;
  std::string message_;
  Listener listener_{[this](Socket& socket) { serve(socket); }};
};

Result<void> send(SmtpOptions options, const SmtpEnvelope& envelope = kEnvelope,
                  std::string_view message = "Subject: x\r\n\r\nhello\r\n") {
  const auto client = make_smtp_client(std::move(options));
  EXPECT_TRUE(client);
  return (*client)->send(envelope, SecretString(message));
}

void expect_unavailable(const Result<void>& sent, const std::string& why) {
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
  EXPECT_THAT(sent.error().message, AllOf(StartsWith("mail server 127.0.0.1:"), HasSubstr(why)));
}

TEST(SmtpClient, RefusesAddressesThatBreakALine) {
  const MailServer server;
  for (const std::string_view invalid :
       {""sv, "a@b.example> BODY=8BITMIME"sv, "a@b.example\r\nDATA"sv, "<a@b.example>"sv,
        "a b@c.example"sv, "\xc3\xa4@b.example"sv}) {
    for (const SmtpEnvelope& envelope : {SmtpEnvelope{std::string(invalid), kEnvelope.to},
                                         {kEnvelope.from, std::string(invalid)}}) {
      const auto sent = send(server.options(), envelope);
      ASSERT_FALSE(sent) << invalid;
      EXPECT_EQ(sent.error().code, ErrorCode::invalid_argument) << invalid;
    }
  }
  EXPECT_TRUE(server.commands().empty());
}

TEST(SmtpClient, SendsNothingWhereStarttlsIsNotOffered) {
  const MailServer server;
  SmtpOptions options = server.options(SmtpSecurity::starttls);
  options.username = "mailer";
  options.password = SecretString("pass-word-1"sv);
  expect_unavailable(send(std::move(options)), "no STARTTLS");
  for (const std::string& command : server.commands()) {
    EXPECT_THAT(command, Not(StartsWith("MAIL")));
    EXPECT_THAT(command, Not(StartsWith("AUTH")));
  }
}

TEST(SmtpClient, SendsNothingWhereStarttlsIsRefused) {
  const MailServer server(
      {{"EHLO", "250-test\r\n250 STARTTLS\r\n"}, {"STARTTLS", "454 not now\r\n"}});
  expect_unavailable(send(server.options(SmtpSecurity::starttls)), "no STARTTLS");
  EXPECT_THAT(server.commands(), Not(Contains(StartsWith("MAIL"))));
}

TEST(SmtpClient, SendsNothingWhenTlsIsExpectedAndMissing) {
  const MailServer server;
  expect_unavailable(send(server.options(SmtpSecurity::tls)), "no TLS connection");
  EXPECT_THAT(server.commands(), Not(Contains(StartsWith("MAIL"))));
}

struct SmtpRefusal {
  std::string word;
  std::string reply;
  std::string why;
};

TEST(SmtpClient, ReportsTheRefusalOfTheServer) {
  for (const SmtpRefusal& row : {SmtpRefusal{"MAIL", "553 sender rejected\r\n", "553"},
                                 {"RCPT", "550 no such user\r\n", "550"},
                                 {"RCPT", "450 later\r\n", "try again later"},
                                 {"DATA", "554 no\r\n", "554"},
                                 {".", "552 too large\r\n", "552"},
                                 {"MAIL", "", "was lost"}}) {
    SCOPED_TRACE(row.word + ' ' + row.reply);
    const MailServer server(Replies{{row.word, row.reply}});
    const auto sent = send(server.options());
    expect_unavailable(sent, row.why);
    EXPECT_THAT(sent.error().message, Not(HasSubstr("no such user")));
  }
}

TEST(SmtpClient, ReportsARefusedLoginWithoutThePassword) {
  const MailServer server({{"EHLO", "250-test\r\n250 AUTH PLAIN\r\n"}, {"AUTH", "535 wrong\r\n"}});
  SmtpOptions options = server.options();
  options.username = "mailer";
  options.password = SecretString("pass-word-1"sv);
  const auto sent = send(std::move(options));
  expect_unavailable(sent, "refuses the login of mailer");
  EXPECT_THAT(sent.error().message, Not(HasSubstr("pass-word-1")));
}

TEST(SmtpClient, ReportsThatNothingListens) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  {
    options.port = Listener([](Socket&) {}).port();
  }
  expect_unavailable(send(std::move(options)), "connection refused");
}

TEST(SmtpClient, FailsOnASilentServer) {
  const Listener listener([](Socket& socket) { socket.read_to_end(); });
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = listener.port();
  options.timeout = std::chrono::milliseconds(50);
  expect_unavailable(send(std::move(options)), "within 50ms");
}

TEST(SmtpClient, RefusesMissingAuthorities) {
  SmtpOptions options;
  options.authorities = "/nowhere/ca.pem";
  const auto client = make_smtp_client(std::move(options));
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(client.error().message, HasSubstr("/nowhere/ca.pem"));
}

TEST(SmtpClient, RefusesInvalidAuthorities) {
  const MailServer server(
      {{"EHLO", "250-test\r\n250 STARTTLS\r\n"}, {"STARTTLS", "220 continue\r\n"}});
  SmtpOptions options = server.options(SmtpSecurity::starttls);
  options.authorities = "/dev/null";
  const auto sent = send(std::move(options));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(sent.error().message, HasSubstr("/dev/null"));
}

TEST(SmtpClient, SendsTheMessageUnchanged) {
  const MailServer server;
  ASSERT_TRUE(send(server.options(), kEnvelope, "Subject: x\r\n\r\n.\r\n..\r\n.a\r\nb\r\n"));
  EXPECT_EQ(server.message(),
            "Subject: x\r\n\r\n..\r\n...\r\n..a\r\nb\r\n.\r\n");  // RFC 5321 §4.5.2
  const auto commands = server.commands();
  EXPECT_THAT(commands, ElementsAre(StartsWith("EHLO "), "MAIL FROM:<no-reply@id.example.org>",
                                    "RCPT TO:<ada@example.com>", "DATA", "QUIT"));
}

TEST(SmtpClient, IsThreadSafe) {
  const MailServer server;
  const auto client = make_smtp_client(server.options());
  ASSERT_TRUE(client);
  const SecretString message("Subject: x\r\n\r\nhello\r\n"sv);
  std::vector<std::thread> threads;
  threads.reserve(4);
  std::atomic<int> sent = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { sent += (*client)->send(kEnvelope, message) ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sent, 4);
}

}  // namespace
}  // namespace ptkl::http
