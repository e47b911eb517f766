// When a session with PostgreSQL requires TLS: what a server without TLS receives.
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/loopback.h"
#include "storage/postgres/server.h"
#include "support/environment.h"
#include "support/postgres_server.h"
#include "support/temporary_folder.h"

namespace ptkl::storage {
namespace {

using ptkl::testing::EnvironmentVariable;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using TlsVariables = std::vector<std::pair<std::string, std::string>>;

/// A server without TLS that requests the password in clear text.
class PlaintextServer {
 public:
  PlaintextServer()
      : listener_(std::make_unique<http::testing::Listener>(
            [this](http::testing::Socket& socket) { serve(socket); })),
        port_(std::to_string(listener_->port())) {}

  const std::string& port() const { return port_; }

  /// Ends the server. Returns all that it received, except for requests for encryption.
  std::string stop() {
    listener_.reset();
    return received_;
  }

 private:
  // SSLRequest and GSSENCRequest: a length of 8, and a code.
  static constexpr std::size_t kEncryptionRequest = 8;

  void serve(http::testing::Socket& socket) {
    using namespace std::string_literals;
    std::string message = socket.read_bytes(kEncryptionRequest);
    while (message.size() == kEncryptionRequest) {
      socket.send("N");
      message = socket.read_bytes(1);
    }
    received_ += message;
    if (message.empty()) return;
    socket.send("R\0\0\0\x08\0\0\0\x03"s);  // AuthenticationCleartextPassword
    received_ += socket.read_bytes(1);
  }

  std::string received_;  ///< used only by the listener's thread until that has ended
  std::unique_ptr<http::testing::Listener> listener_;
  std::string port_;
};

/// PORT stands for the server's port, FOLDER for the folder of service files.
struct TlsRow {
  const char* what;
  std::string url;
  TlsVariables environment = {};
};

class PostgresTls : public ::testing::Test {
 protected:
  PostgresTls() {
    for (const char* name : {"HOME", "PGDATABASE", "PGGSSENCMODE", "PGHOST", "PGHOSTADDR",
                             "PGPASSFILE", "PGPASSWORD", "PGPORT", "PGSERVICE", "PGSERVICEFILE",
                             "PGSSLMODE", "PGSSLROOTCERT", "PGSYSCONFDIR", "PGUSER"}) {
      cleared_.emplace_back(name);
    }
  }

  /// Writes a service file that defines the service `prod` with `text`.
  void write_service(const std::string& text, const std::string& file = "pg_service.conf") {
    services_.emplace_back(file, "[prod]\n" + text);
  }

  /// A connection without TLS must reveal nothing about the database.
  void expect_tls_is_required(const TlsRow& row) {
    const Attempt attempt = connect(row);
    EXPECT_EQ(attempt.error.code, ErrorCode::unavailable) << attempt.error.message;
    EXPECT_THAT(attempt.error.message, HasSubstr("SSL"));
    EXPECT_THAT(attempt.error.message, Not(HasSubstr("hunter2")));
    EXPECT_THAT(attempt.received, IsEmpty());
  }

  void expect_verification_is_required(const TlsRow& row) {
    expect_tls_is_required(row);
    EXPECT_THAT(connect(row).error.message, HasSubstr("verify-full"));
  }

  void expect_tls_is_not_required(const TlsRow& row) {
    const Attempt attempt = connect(row);
    EXPECT_EQ(attempt.error.code, ErrorCode::unavailable) << attempt.error.message;
    EXPECT_THAT(attempt.error.message, Not(HasSubstr("verify-full")));
    EXPECT_THAT(attempt.received, HasSubstr("hunter2"));
  }

 private:
  struct Attempt {
    Error error;
    std::string received;
  };

  /// Connects to a new server, which rejects every login.
  Attempt connect(const TlsRow& row) {
    SCOPED_TRACE(row.what);
    PlaintextServer server;
    const auto fill_in = [&](std::string text) {
      for (const auto& [word, value] :
           TlsVariables{{"PORT", server.port()}, {"FOLDER", folder_.path()}}) {
        for (auto at = text.find(word); at != text.npos; at = text.find(word)) {
          text.replace(at, word.size(), value);
        }
      }
      return text;
    };
    for (const auto& [file, text] : services_) {
      ptkl::testing::write_file(folder_.path() / file, fill_in(text));
    }
    std::deque<EnvironmentVariable> environment;
    for (const auto& [name, value] : row.environment)
      environment.emplace_back(name, fill_in(value));
    const auto parsed =
        PostgresServer::parse(SecretString(fill_in(row.url)), std::chrono::seconds(5));
    if (!parsed) return {parsed.error(), server.stop()};
    const auto session = parsed->connect();
    return {session ? Error{ErrorCode::internal, "connected"} : session.error(), server.stop()};
  }

  std::deque<EnvironmentVariable>
      cleared_;  ///< variables of the developer's shell must not affect the test
  ptkl::testing::TemporaryFolder folder_;
  TlsVariables services_;
};

// 0.0.0.0 is not a loopback address, although Linux connects to this machine.
TEST_F(PostgresTls, VerifiesAHostInTheUrlThatIsNotLocal) {
  for (const TlsRow& row : {
           TlsRow{"a name", "postgresql://ptkl:hunter2@db.example.org:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"a name that begins like an address",
                  "postgresql://ptkl:hunter2@127.evil.example:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"a name that contains an address",
                  "postgresql://ptkl:hunter2@127.0.0.1.nip.io:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"a name that begins with localhost",
                  "postgresql://ptkl:hunter2@localhost.example.org:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"a name below localhost, which DNS resolves",
                  "postgresql://ptkl:hunter2@db.localhost:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"an address", "postgresql://ptkl:hunter2@128.0.0.1:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"an IPv6 address",
                  "postgresql://ptkl:hunter2@[2001:db8::1]:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"another host after a local one",
                  "postgresql://ptkl:hunter2@localhost:PORT,db.example.org:PORT/x"
                  "?hostaddr=127.0.0.1,127.0.0.1"},
           TlsRow{"another host after a socket",
                  "postgresql:///x?user=ptkl&password=hunter2&port=PORT&host=/run,db.example.org"
                  "&hostaddr=127.0.0.1,127.0.0.1"},
           TlsRow{"an address that replaces a local host",
                  "postgresql://ptkl:hunter2@localhost:PORT/x?hostaddr=0.0.0.0"},
           TlsRow{"an address that replaces a socket",
                  "postgresql://ptkl:hunter2@%2Frun:PORT/x?hostaddr=0.0.0.0"},
           TlsRow{"an address only", "postgresql://ptkl:hunter2@:PORT/x?hostaddr=0.0.0.0"},
           TlsRow{"a list with a missing address",
                  "postgresql://ptkl:hunter2@:PORT/x?hostaddr=,127.0.0.1"},
           TlsRow{"an empty sslmode",
                  "postgresql://ptkl:hunter2@db.example.org:PORT/x?hostaddr=127.0.0.1&sslmode="},
           TlsRow{"a weaker sslmode in the environment",
                  "postgresql://ptkl:hunter2@db.example.org:PORT/x?hostaddr=127.0.0.1",
                  {{"PGSSLMODE", "disable"}}},
       }) {
    SCOPED_TRACE(row.what);
    expect_verification_is_required(row);
  }
}

TEST_F(PostgresTls, VerifiesEveryHostThatComesFromTheEnvironment) {
  for (const TlsRow& row : {
           TlsRow{"PGHOST", "postgresql://ptkl:hunter2@:PORT/x", {{"PGHOST", "127.0.0.1"}}},
           TlsRow{"PGHOST and PGPORT",
                  "postgresql://ptkl:hunter2@/x",
                  {{"PGHOST", "localhost"}, {"PGPORT", "PORT"}}},
           TlsRow{"PGHOSTADDR", "postgresql://ptkl:hunter2@:PORT/x", {{"PGHOSTADDR", "127.0.0.1"}}},
           TlsRow{"PGHOST and PGHOSTADDR",
                  "postgresql://ptkl:hunter2@:PORT/x",
                  {{"PGHOST", "db.example.org"}, {"PGHOSTADDR", "127.0.0.1"}}},
           TlsRow{"PGHOST with a weaker sslmode",
                  "postgresql://ptkl:hunter2@:PORT/x",
                  {{"PGHOST", "127.0.0.1"}, {"PGSSLMODE", "disable"}}},
           TlsRow{"PGHOSTADDR in place of localhost",
                  "postgresql://ptkl:hunter2@localhost:PORT/x",
                  {{"PGHOSTADDR", "127.0.0.1"}}},
           TlsRow{"PGHOSTADDR in place of a loopback address",
                  "postgresql://ptkl:hunter2@127.0.0.2:PORT/x",
                  {{"PGHOSTADDR", "127.0.0.1"}}},
           TlsRow{"PGHOSTADDR in place of a socket",
                  "postgresql://ptkl:hunter2@%2Frun:PORT/x",
                  {{"PGHOSTADDR", "127.0.0.1"}}},
       }) {
    SCOPED_TRACE(row.what);
    expect_verification_is_required(row);
  }
}

TEST_F(PostgresTls, VerifiesEveryHostThatComesFromAService) {
  write_service("host=127.0.0.1\nport=PORT\nsslmode=disable\n");
  write_service("host=127.0.0.1\nport=PORT\nsslmode=disable\n", ".pg_service.conf");
  write_service("hostaddr=127.0.0.1\n", "address.conf");
  for (const TlsRow& row : {
           TlsRow{"a service of the URL",
                  "postgresql://ptkl:hunter2@/x?service=prod",
                  {{"PGSERVICEFILE", "FOLDER/pg_service.conf"}}},
           TlsRow{"PGSERVICE",
                  "postgresql://ptkl:hunter2@/x",
                  {{"PGSERVICE", "prod"}, {"PGSERVICEFILE", "FOLDER/pg_service.conf"}}},
           TlsRow{"a file in the home directory",
                  "postgresql://ptkl:hunter2@/x?service=prod",
                  {{"HOME", "FOLDER"}}},
           TlsRow{"PGSERVICE and a file in the home directory",
                  "postgresql://ptkl:hunter2@/x",
                  {{"PGSERVICE", "prod"}, {"HOME", "FOLDER"}}},
           TlsRow{"the system's file",
                  "postgresql://ptkl:hunter2@/x?service=prod",
                  {{"PGSYSCONFDIR", "FOLDER"}}},
           TlsRow{"an address in place of the URL's local host",
                  "postgresql://ptkl:hunter2@localhost:PORT/x?service=prod",
                  {{"PGSERVICEFILE", "FOLDER/address.conf"}}},
           TlsRow{"an address of PGSERVICE in place of the URL's local host",
                  "postgresql://ptkl:hunter2@localhost:PORT/x",
                  {{"PGSERVICE", "prod"}, {"PGSERVICEFILE", "FOLDER/address.conf"}}},
       }) {
    SCOPED_TRACE(row.what);
    expect_verification_is_required(row);
  }
}

TEST_F(PostgresTls, IsRequiredOfALocalHostIfTheUrlOrTheEnvironmentRequiresIt) {
  for (const TlsRow& row : {
           TlsRow{"the URL", "postgresql://ptkl:hunter2@127.0.0.1:PORT/x?sslmode=require"},
           TlsRow{"the environment",
                  "postgresql://ptkl:hunter2@127.0.0.1:PORT/x",
                  {{"PGSSLMODE", "require"}}},
       }) {
    SCOPED_TRACE(row.what);
    expect_tls_is_required(row);
  }
}

TEST_F(PostgresTls, IsNotRequiredIfTheUrlNamesOnlyLocalHosts) {
  write_service("host=db.example.org\nhostaddr=0.0.0.0\n");
  write_service("dbname=x\n", "no_host.conf");
  for (const TlsRow& row : {
           TlsRow{"an address", "postgresql://ptkl:hunter2@127.0.0.1:PORT/x"},
           TlsRow{"another address of the network",
                  "postgresql://ptkl:hunter2@127.0.0.2:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"an IPv6 address", "postgresql://ptkl:hunter2@[::1]:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"localhost", "postgresql://ptkl:hunter2@localhost:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"a socket", "postgresql://ptkl:hunter2@%2Frun:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"an address only", "postgresql://ptkl:hunter2@:PORT/x?hostaddr=127.0.0.1"},
           TlsRow{"several",
                  "postgresql://ptkl:hunter2@localhost:PORT,127.0.0.1:PORT/x"
                  "?hostaddr=127.0.0.1,127.0.0.1"},
           TlsRow{"PGHOST, which the URL overrides",
                  "postgresql://ptkl:hunter2@127.0.0.1:PORT/x",
                  {{"PGHOST", "db.example.org"}}},
           TlsRow{"PGHOSTADDR, which the URL overrides",
                  "postgresql://ptkl:hunter2@127.0.0.1:PORT/x?hostaddr=127.0.0.1",
                  {{"PGHOSTADDR", "0.0.0.0"}}},
           TlsRow{"a service, which the URL overrides",
                  "postgresql://ptkl:hunter2@127.0.0.1:PORT/x?hostaddr=127.0.0.1&service=prod",
                  {{"PGSERVICEFILE", "FOLDER/pg_service.conf"}}},
           TlsRow{"PGSERVICE without an address",
                  "postgresql://ptkl:hunter2@127.0.0.1:PORT",
                  {{"PGSERVICE", "prod"}, {"PGSERVICEFILE", "FOLDER/no_host.conf"}}},
       }) {
    SCOPED_TRACE(row.what);
    expect_tls_is_not_required(row);
  }
}

TEST_F(PostgresTls, IsNotRequiredIfTheUrlDisablesIt) {
  write_service("host=127.0.0.1\nport=PORT\nsslmode=require\n");
  for (const TlsRow& row : {
           TlsRow{"of a host",
                  "postgresql://ptkl:hunter2@db.example.org:PORT/x"
                  "?hostaddr=127.0.0.1&sslmode=disable"},
           TlsRow{"where the server has it",
                  "postgresql://ptkl:hunter2@db.example.org:PORT/x"
                  "?hostaddr=127.0.0.1&sslmode=prefer"},
           TlsRow{"of a host in the environment",
                  "postgresql://ptkl:hunter2@:PORT/x?sslmode=disable",
                  {{"PGHOST", "127.0.0.1"}, {"PGSSLMODE", "require"}}},
           TlsRow{"of a service",
                  "postgresql://ptkl:hunter2@/x?service=prod&sslmode=disable",
                  {{"PGSERVICEFILE", "FOLDER/pg_service.conf"}}},
       }) {
    SCOPED_TRACE(row.what);
    expect_tls_is_not_required(row);
  }
}

// An '@' in a host is most often the end of a password that is not percent-encoded.
TEST_F(PostgresTls, RejectsAbstractSockets) {
  for (const char* url : {"postgresql://%40ptkl/x", "postgresql:///x?host=@ptkl"}) {
    const auto parsed =
        PostgresServer::parse(SecretString(std::string_view(url)), std::chrono::seconds(5));
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument);
  }
}

// libpq has no TLS there, and ignores `sslmode`.
TEST_F(PostgresTls, IsNotRequiredOfASocketFromTheEnvironment) {
  ptkl::testing::require_postgres();
  if (IsSkipped() || HasFatalFailure()) return;
  std::string url = ptkl::testing::find_postgres_url().value();
  const std::string folder = ptkl::testing::run_sql(url, "SHOW unix_socket_directories");
  const std::string host = "@127.0.0.1:";
  url.replace(url.find(host), host.size(), "@:");
  const EnvironmentVariable variable("PGHOST", folder);
  const auto parsed = PostgresServer::parse(SecretString(url), std::chrono::seconds(5));
  ASSERT_TRUE(parsed);
  const auto session = parsed->connect();
  EXPECT_TRUE(session) << session.error().message;
}

}  // namespace
}  // namespace ptkl::storage
