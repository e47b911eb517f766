// The client and the server over TLS.
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "http/certificate.h"
#include "http/client/client.h"
#include "http/running_server.h"
#include "support/eventually.h"
#include "support/temporary_folder.h"

namespace ptkl::http {
namespace {

using ptkl::testing::read_file;
using ptkl::testing::write_file;
using ::testing::AllOf;
using testing::Certificate;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::RunningServer;
using testing::Socket;
using ::testing::StartsWith;

ServerOptions with_tls(const Certificate& certificate) {
  ServerOptions options;
  options.tls_certificate_file = certificate.file();
  options.tls_key_file = certificate.key_file();
  return options;
}

std::string https_url(const RunningServer& server, std::string_view path) {
  return fmt::format("https://127.0.0.1:{}{}", server.port(), path);
}

std::unique_ptr<Client> trusting(const Certificate& certificate) {
  ClientOptions options;
  options.ca_file = certificate.file();
  auto client = make_client(options);
  EXPECT_TRUE(client);
  return std::move(*client);
}

/// A TLS connection that checks no certificate, for bytes that no client would send.
class TlsClient {
 public:
  explicit TlsClient(const Socket& socket) {
    SSL_set_fd(ssl_.get(), socket.descriptor());
    is_connected_ = SSL_connect(ssl_.get()) == 1;
  }

  bool is_connected() const { return is_connected_; }

  void send(std::string_view bytes) {
    EXPECT_EQ(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())),
              static_cast<int>(bytes.size()));
  }

  std::string read_through(std::string_view text) {
    std::string received;
    char byte = 0;
    while (received.find(text) == received.npos && SSL_read(ssl_.get(), &byte, 1) == 1) {
      received.push_back(byte);
    }
    return received;
  }

  /// The serial number of the certificate that the server presented.
  long serial() const {
    const std::unique_ptr<X509, Release> certificate(SSL_get1_peer_certificate(ssl_.get()));
    return ASN1_INTEGER_get(X509_get0_serialNumber(certificate.get()));
  }

  std::string read_to_end() {
    std::string received;
    std::array<char, 4096> buffer;
    for (int count = 0; (count = SSL_read(ssl_.get(), buffer.data(), buffer.size())) > 0;) {
      received.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return received;
  }

  /// Whether the server sent close_notify, not only the end of the connection (RFC 8446 §6.1).
  bool was_told_the_end() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

 private:
  struct Release {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  std::unique_ptr<SSL_CTX, Release> context_{SSL_CTX_new(TLS_client_method())};
  std::unique_ptr<SSL, Release> ssl_{SSL_new(context_.get())};
  bool is_connected_ = false;
};

class Tls : public ::testing::Test {
 protected:
  Result<Response> get(Client& client, std::string_view path) const {
    return client.send(Method::get, https_url(server_, path), {}, "");
  }

  Certificate certificate_{"IP:127.0.0.1"};
  RunningServer server_{{.options = with_tls(certificate_)}};
};

ErrorCode refusal_of(const ServerOptions& options) {
  const Router router;
  testing::RecordingLogger log;
  const ServerHooks hooks{[](int status, auto, const auto&) { return Response{status}; },
                          [](const auto&, const auto&, auto, auto) {}, [] { return "id"; }};
  const auto server = make_server(options, router, hooks, log);
  return server ? ErrorCode::internal : server.error().code;
}

TEST_F(Tls, ServerRefusesInvalidFiles) {
  const Certificate other("IP:127.0.0.1");
  ServerOptions missing = with_tls(certificate_);
  missing.tls_certificate_file += ".missing";
  EXPECT_EQ(refusal_of(missing), ErrorCode::invalid_argument);
  ServerOptions no_key = with_tls(certificate_);
  no_key.tls_key_file.clear();
  EXPECT_EQ(refusal_of(no_key), ErrorCode::invalid_argument);
  ServerOptions swapped = with_tls(certificate_);
  std::swap(swapped.tls_certificate_file, swapped.tls_key_file);
  EXPECT_EQ(refusal_of(swapped), ErrorCode::invalid_argument);
  ServerOptions foreign_key = with_tls(certificate_);
  foreign_key.tls_key_file = other.key_file();
  EXPECT_EQ(refusal_of(foreign_key), ErrorCode::invalid_argument);
}

TEST_F(Tls, ClientRefusesACertificateOfAnotherAuthority) {
  const Certificate other("IP:127.0.0.1");
  const auto answer = get(*trusting(other), "/ping");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_THAT(answer.error().message,
              AllOf(StartsWith(fmt::format("127.0.0.1:{}: its certificate is not trusted (",
                                           server_.port())),
                    EndsWith("CA certificates used: " + other.file())));
}

TEST_F(Tls, ClientRefusesASelfSignedCertificateByDefault) {
  auto client = make_client({});
  ASSERT_TRUE(client);
  const auto answer = get(**client, "/ping");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_THAT(answer.error().message, EndsWith("CA certificates used: /etc/ssl/certs"));
}

TEST_F(Tls, ClientRefusesACertificateOfAnotherHost) {
  const Certificate elsewhere("IP:127.0.0.2");
  const RunningServer server({.options = with_tls(elsewhere)});
  const auto answer = trusting(elsewhere)->send(Method::get, https_url(server, "/ping"), {}, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST_F(Tls, ClientRefusesAnInvalidAuthorityFile) {
  for (const std::string& file : {certificate_.file() + ".missing", certificate_.key_file()}) {
    ClientOptions options;
    options.ca_file = file;
    auto client = make_client(options);
    ASSERT_TRUE(client);
    const auto answer = get(**client, "/ping");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::invalid_argument);
  }
}

TEST_F(Tls, NeitherSideFallsBackToPlainHttp) {
  const auto client = trusting(certificate_);
  EXPECT_FALSE(client->send(Method::get, server_.url("/ping"), {}, ""));
  const RunningServer plain;
  EXPECT_FALSE(client->send(Method::get, https_url(plain, "/ping"), {}, ""));
  EXPECT_EQ(server_.exchange(testing::get("/ping")).find("pong"), std::string::npos);
}

TEST_F(Tls, ServesRequestsOverOneConnection) {
  const auto client = trusting(certificate_);
  for (const std::string_view path : {"/ping", "/worker/ping", "/ping"}) {
    const auto answer = get(*client, path);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "pong");
  }
}

TEST_F(Tls, TransfersLargeBodiesInBothDirections) {
  const auto client = trusting(certificate_);
  const std::string body(kMaxBodyBytes, 'b');
  const auto echo = client->send(Method::post, https_url(server_, "/worker/echo"), {}, body);
  ASSERT_TRUE(echo) << echo.error().message;
  EXPECT_EQ(echo->body, body);
  const auto large = get(*client, "/large/5000000");
  ASSERT_TRUE(large) << large.error().message;
  EXPECT_EQ(large->body.size(), 5'000'000U);
}

TEST_F(Tls, ShowsTheRefusalToAClientThatStillSends) {
  const auto client = trusting(certificate_);
  const auto answer = client->send(Method::post, https_url(server_, "/echo"), {},
                                   std::string(kMaxBodyBytes + 1, 'b'));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 413);
}

TEST_F(Tls, DrainsLikePlainHttp) {
  const auto client = trusting(certificate_);
  ASSERT_TRUE(get(*client, "/ping"));
  server_.stop();
  server_.join();
  EXPECT_FALSE(get(*client, "/ping"));
}

TEST_F(Tls, DrainsWithoutWaitingForAHandshake) {
  ServerOptions options = with_tls(certificate_);
  options.header_timeout = testing::kPatience;
  options.drain_grace = std::chrono::milliseconds(10);
  options.sweep_interval = std::chrono::milliseconds(5);
  RunningServer server({.options = options});
  Socket silent = server.connect();
  server.stop();
  server.join();
  EXPECT_EQ(silent.read_to_end(), "");
}

TEST_F(Tls, AnswersRequestsThatTakeTooLong) {
  ServerOptions options = with_tls(certificate_);
  options.header_timeout = std::chrono::milliseconds(100);
  options.sweep_interval = std::chrono::milliseconds(5);
  const RunningServer server({.options = options});
  std::string answer;
  // On a busy machine the handshake may take that long: then there is no response.
  EXPECT_TRUE(ptkl::testing::eventually([&] {
    Socket socket = server.connect();
    TlsClient client(socket);
    if (!client.is_connected()) return false;
    client.send("GET /ping HT");
    answer = client.read_to_end();
    return !answer.empty();
  }));
  EXPECT_THAT(testing::statuses(answer), ElementsAre(408));
}

TEST_F(Tls, AnswersPipelinedRequestsAndSendsCloseNotify) {
  Socket socket = server_.connect();
  TlsClient client(socket);
  ASSERT_TRUE(client.is_connected());
  client.send(testing::get("/worker/ping") + testing::get("/ping", testing::kClose));
  EXPECT_THAT(testing::statuses(client.read_to_end()), ElementsAre(200, 200));
  EXPECT_TRUE(client.was_told_the_end());
}

TEST_F(Tls, ClosesWhenTheHandshakeDoesNotArrive) {
  ServerOptions options = with_tls(certificate_);
  options.header_timeout = std::chrono::milliseconds(50);
  options.sweep_interval = std::chrono::milliseconds(5);
  const RunningServer server({.options = options});
  EXPECT_EQ(server.exchange(""), "");
}

using Alteration = std::function<void(const Certificate& files)>;

void make_tls_pipe(const std::string& file) {
  std::filesystem::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
}

enum class TlsFileAtFault { certificate, key };

/// The result of a failed renewal. `alter` starts with valid files.
struct BadRenewal {
  const char* what;
  TlsFileAtFault at_fault;
  const char* reason;  ///< a part of it
  Alteration alter;
};

const BadRenewal kBadTlsRenewals[] = {
    {"no certificate", TlsFileAtFault::certificate, "No such file",
     [](const auto& files) { std::filesystem::remove(files.file()); }},
    {"no key", TlsFileAtFault::key, "No such file",
     [](const auto& files) { std::filesystem::remove(files.key_file()); }},
    {"a directory for a certificate", TlsFileAtFault::certificate, "directory",
     [](const auto& files) {
       std::filesystem::remove(files.file());
       std::filesystem::create_directory(files.file());
     }},
    {"a directory for a key", TlsFileAtFault::key, "directory",
     [](const auto& files) {
       std::filesystem::remove(files.key_file());
       std::filesystem::create_directory(files.key_file());
     }},
    {"a certificate that is a pipe without a writer", TlsFileAtFault::certificate, "regular file",
     [](const auto& files) { make_tls_pipe(files.file()); }},
    {"a key that is a pipe without a writer", TlsFileAtFault::key, "regular file",
     [](const auto& files) { make_tls_pipe(files.key_file()); }},
    {"an empty certificate", TlsFileAtFault::certificate, "empty",
     [](const auto& files) { write_file(files.file(), ""); }},
    {"an empty key", TlsFileAtFault::key, "empty",
     [](const auto& files) { write_file(files.key_file(), ""); }},
    {"a certificate that is too large", TlsFileAtFault::certificate, "larger",
     [](const auto& files) { write_file(files.file(), std::string(1 << 20, 'x')); }},
    {"a certificate that was written half", TlsFileAtFault::certificate, "PEM",
     [](const auto& files) {
       const std::string whole = read_file(files.file());
       write_file(files.file(), whole.substr(0, whole.size() / 2));
     }},
    {"a chain that was written half", TlsFileAtFault::certificate, "PEM",
     [](const auto& files) {
       const std::string whole = read_file(files.file());
       write_file(files.file(), whole + whole.substr(0, whole.size() / 2));
     }},
    {"a key that was written half", TlsFileAtFault::key, "PEM",
     [](const auto& files) {
       const std::string whole = read_file(files.key_file());
       write_file(files.key_file(), whole.substr(0, whole.size() / 2));
     }},
    {"certificate and key the wrong way round", TlsFileAtFault::certificate, "PEM",
     [](const auto& files) {
       const std::string certificate = read_file(files.file());
       write_file(files.file(), read_file(files.key_file()));
       write_file(files.key_file(), certificate);
     }},
    {"a key of another certificate", TlsFileAtFault::key, "does not belong",
     [](const auto& files) {
       const Certificate other("IP:127.0.0.1");
       write_file(files.key_file(), read_file(other.key_file()));
     }},
    {"an encrypted key", TlsFileAtFault::key, "encrypted",
     [](const auto& files) { write_file(files.key_file(), files.encrypted_key()); }},
};

class TlsReload : public Tls {
 protected:
  long presented_serial() const {
    const Socket socket = server_.connect();
    return TlsClient(socket).serial();
  }

  static std::string file_at_fault(const Certificate& files, TlsFileAtFault at_fault) {
    return at_fault == TlsFileAtFault::certificate ? files.file() : files.key_file();
  }

  Certificate renewed_{"IP:127.0.0.1", 2};
};

TEST_F(TlsReload, KeepsThePreviousPairWhenTheNewOneCannotBeUsed) {
  for (const BadRenewal& renewal : kBadTlsRenewals) {
    SCOPED_TRACE(renewal.what);
    std::filesystem::remove_all(certificate_.file());
    std::filesystem::remove_all(certificate_.key_file());
    certificate_.replace_with(renewed_);
    renewal.alter(certificate_);
    const auto reloaded = server_.reload_tls();
    ASSERT_FALSE(reloaded);
    EXPECT_EQ(reloaded.error().file, file_at_fault(certificate_, renewal.at_fault));
    EXPECT_THAT(reloaded.error().reason, HasSubstr(renewal.reason));
    EXPECT_EQ(presented_serial(), 1);
    ASSERT_TRUE(server_.tls_certificate());
    EXPECT_EQ(server_.tls_certificate()->serial, "01");
  }
}

TEST_F(TlsReload, ShowsNothingOfTheKeyInItsReasons) {
  certificate_.replace_with(renewed_);
  const std::string key = read_file(certificate_.key_file());
  write_file(certificate_.key_file(), key.substr(0, key.size() / 2));
  const auto reloaded = server_.reload_tls();
  ASSERT_FALSE(reloaded);
  const std::string line = key.substr(key.find('\n') + 1, 16);
  EXPECT_EQ(reloaded.error().reason.find(line), std::string::npos);
}

TEST_F(TlsReload, AppliesTheSameRulesAtStart) {
  for (const BadRenewal& renewal : kBadTlsRenewals) {
    // A pipe may be read at start: `--tls-key <(command)`.
    if (std::string_view(renewal.reason) == "regular file") continue;
    SCOPED_TRACE(renewal.what);
    const Certificate files("IP:127.0.0.1");
    renewal.alter(files);
    EXPECT_EQ(refusal_of(with_tls(files)), ErrorCode::invalid_argument);
  }
}

TEST_F(TlsReload, PresentsTheNewCertificateToNewConnections) {
  EXPECT_EQ(presented_serial(), 1);
  certificate_.replace_with(renewed_);
  EXPECT_EQ(presented_serial(), 1);
  const auto reloaded = server_.reload_tls();
  ASSERT_TRUE(reloaded) << reloaded.error().reason;
  EXPECT_EQ(reloaded->serial, "02");
  EXPECT_EQ(reloaded->subject, "CN=test");
  EXPECT_GT(reloaded->not_after, reloaded->not_before);
  EXPECT_EQ(server_.tls_certificate()->serial, "02");
  EXPECT_EQ(presented_serial(), 2);
}

TEST_F(TlsReload, KeepsOpenConnections) {
  const Socket socket = server_.connect();
  TlsClient client(socket);
  client.send(testing::get("/ping"));
  EXPECT_THAT(client.read_through("pong"), HasSubstr("200"));
  certificate_.replace_with(renewed_);
  ASSERT_TRUE(server_.reload_tls());
  ASSERT_TRUE(server_.reload_tls());
  client.send(testing::get("/worker/ping", testing::kClose));
  EXPECT_THAT(testing::statuses(client.read_to_end()), ElementsAre(200));
  EXPECT_EQ(client.serial(), 1);
}

TEST_F(TlsReload, WorksAfterAFailure) {
  std::filesystem::remove(certificate_.key_file());
  ASSERT_FALSE(server_.reload_tls());
  certificate_.replace_with(renewed_);
  ASSERT_TRUE(server_.reload_tls());
  EXPECT_EQ(presented_serial(), 2);
}

TEST_F(TlsReload, ReportsNoCertificateWithoutTls) {
  const RunningServer plain;
  EXPECT_FALSE(plain.tls_certificate());
}

TEST_F(TlsReload, WorksWhileConnectionsAreOpened) {
  ServerOptions options = with_tls(certificate_);
  options.io_threads = 2;
  RunningServer server({.options = options});
  std::vector<std::jthread> clients;
  clients.reserve(2);
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([&] {
      for (int opened = 0; opened < 20; ++opened) {
        const Socket socket = server.connect();
        TlsClient client(socket);
        client.send(testing::get("/ping", testing::kClose));
        EXPECT_THAT(testing::statuses(client.read_to_end()), ElementsAre(200));
      }
    });
  }
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(server.reload_tls());
}

}  // namespace
}  // namespace ptkl::http
