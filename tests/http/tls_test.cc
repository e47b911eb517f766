// The client and the server over TLS.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/certificate.h"
#include "http/client.h"
#include "http/running_server.h"

namespace ptkl::http {
namespace {

using testing::Certificate;
using ::testing::HasSubstr;
using testing::RunningServer;

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

TEST_F(Tls, ServerRefusesFilesThatAreNoGood) {
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
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1"));
}

TEST_F(Tls, ClientRefusesASelfSignedCertificateByDefault) {
  auto client = make_client({});
  ASSERT_TRUE(client);
  const auto answer = get(**client, "/ping");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST_F(Tls, ClientRefusesACertificateOfAnotherHost) {
  const Certificate elsewhere("IP:127.0.0.2");
  const RunningServer server({.options = with_tls(elsewhere)});
  const auto answer = trusting(elsewhere)->send(Method::get, https_url(server, "/ping"), {}, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST_F(Tls, ClientRefusesAnAuthorityFileThatIsNone) {
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

TEST_F(Tls, CarriesLargeBodiesBothWays) {
  const auto client = trusting(certificate_);
  const std::string body(kMaxBodyBytes, 'b');
  const auto echo = client->send(Method::post, https_url(server_, "/worker/echo"), {}, body);
  ASSERT_TRUE(echo) << echo.error().message;
  EXPECT_EQ(echo->body, body);
  const auto large = get(*client, "/large/5000000");
  ASSERT_TRUE(large) << large.error().message;
  EXPECT_EQ(large->body.size(), 5'000'000U);
}

TEST_F(Tls, ShowsTheRefusalToWhoStillSends) {
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

TEST_F(Tls, GivesUpOnAHandshakeThatDoesNotCome) {
  ServerOptions options = with_tls(certificate_);
  options.header_timeout = std::chrono::milliseconds(50);
  options.sweep_interval = std::chrono::milliseconds(5);
  const RunningServer server({.options = options});
  EXPECT_EQ(server.exchange(""), "");
}

}  // namespace
}  // namespace ptkl::http
