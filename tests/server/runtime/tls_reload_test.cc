#include "server/runtime/tls_reload.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/recording_logger.h"
#include "support/temporary_folder.h"

namespace ptkl::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A server with a certificate that the test reloads.
class ReloadableServer final : public http::Server {
 public:
  std::uint16_t port() const override { return 0; }
  void run(std::chrono::seconds) override {}
  void stop() override {}
  std::optional<http::TlsCertificate> tls_certificate() const override { return certificate; }
  http::TlsResult<http::TlsCertificate> reload_tls() override {
    ++reloads;
    return next;
  }

  std::optional<http::TlsCertificate> certificate;
  http::TlsResult<http::TlsCertificate> next;
  int reloads = 0;
};

class TlsReloadTest : public ::testing::Test {
 protected:
  TlsReloadTest() { server_.certificate = certificate("01", std::chrono::hours(24)); }

  http::TlsCertificate certificate(std::string serial, std::chrono::seconds lifetime) const {
    const Timestamp now = clock_.now();
    return {"CN=id.example.org", std::move(serial), now - std::chrono::hours(1), now + lifetime};
  }

  /// Empty when there is none.
  testing::LogLine line(std::string_view message) const {
    for (const testing::LogLine& line : log_.lines()) {
      if (line.message == message) return line;
    }
    return {};
  }

  std::string expiry_line(const http::TlsCertificate& certificate) const {
    return "\nptkl_tls_certificate_expiry_timestamp_seconds " +
           std::to_string(to_unix_seconds(certificate.not_after)) + '\n';
  }

  testing::FixedClock clock_;
  testing::RecordingLogger log_;
  Metrics metrics_{"1.2.3", {}};
  ReloadableServer server_;
  testing::TemporaryFolder folder_;
  std::filesystem::path key_ = folder_.path() / "key.pem";
  TlsReload tls_reload_{server_, key_, metrics_, log_, clock_};
};

TEST_F(TlsReloadTest, LogsAndCountsAFailure) {
  tls_reload_.report_start();
  server_.next = tl::unexpected<http::TlsFault>({"/etc/ptkl/key.pem", "is empty"});
  tls_reload_.run();
  tls_reload_.run();
  const testing::LogLine failed = line("TLS certificate reload failed");
  EXPECT_EQ(failed.level, LogLevel::error);
  EXPECT_EQ(failed.fields.at("file"), "/etc/ptkl/key.pem");
  EXPECT_EQ(failed.fields.at("reason"), "is empty");
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("\nptkl_tls_certificate_reloads_total{outcome=\"failed\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nptkl_tls_certificate_reloads_total{outcome=\"succeeded\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(expiry_line(*server_.certificate)));
}

TEST_F(TlsReloadTest, DoesNothingForPlainHttp) {
  server_.certificate.reset();
  tls_reload_.report_start();
  tls_reload_.run();
  EXPECT_EQ(server_.reloads, 0);
  ASSERT_EQ(log_.lines().size(), 1U);
  EXPECT_EQ(log_.lines().front().level, LogLevel::info);
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("\nptkl_tls_certificate_reloads_total{outcome=\"succeeded\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nptkl_tls_certificate_reloads_total{outcome=\"failed\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("ptkl_tls_certificate_expiry")));
}

TEST_F(TlsReloadTest, WarnsOfACertificateThatHasExpired) {
  server_.next = certificate("02", std::chrono::seconds(-1));
  tls_reload_.run();
  const testing::LogLine warning = line("TLS certificate has expired");
  EXPECT_EQ(warning.level, LogLevel::warning);
  EXPECT_EQ(warning.fields.at("not_after"), to_rfc3339(server_.next->not_after));
}

TEST_F(TlsReloadTest, WarnsOfACertificateThatIsNotValidYet) {
  server_.certificate->not_before = clock_.now() + std::chrono::minutes(1);
  tls_reload_.report_start();
  const testing::LogLine warning = line("TLS certificate is not valid yet");
  EXPECT_EQ(warning.level, LogLevel::warning);
  EXPECT_EQ(warning.fields.at("not_before"), to_rfc3339(server_.certificate->not_before));
}

TEST_F(TlsReloadTest, WarnsOfAKeyThatOthersCanRead) {
  const bool is_root = ::geteuid() == 0;
  struct Row {
    mode_t mode;
    bool warns;
  };
  // root shares a key with a service through the group.
  for (const Row& row : {Row{0644, true}, Row{0604, true}, Row{0640, !is_root}, Row{0600, false},
                         Row{0400, false}}) {
    SCOPED_TRACE(row.mode);
    testing::write_file(key_, "key");
    ASSERT_EQ(::chmod(key_.c_str(), row.mode), 0);
    testing::RecordingLogger log;
    TlsReload(server_, key_, metrics_, log, clock_).report_start();
    EXPECT_EQ(log.text().find("can be read by other users") != std::string::npos, row.warns);
    std::filesystem::remove(key_);
  }
}

TEST_F(TlsReloadTest, LogsAndCountsASuccess) {
  tls_reload_.report_start();
  EXPECT_EQ(line("TLS certificate loaded").fields.at("serial"), "01");
  server_.next = certificate("02", std::chrono::hours(48));
  tls_reload_.run();
  const testing::LogLine reloaded = line("TLS certificate reloaded");
  EXPECT_EQ(reloaded.level, LogLevel::info);
  EXPECT_EQ(reloaded.fields.at("subject"), "CN=id.example.org");
  EXPECT_EQ(reloaded.fields.at("serial"), "02");
  EXPECT_EQ(reloaded.fields.at("not_after"), to_rfc3339(server_.next->not_after));
  EXPECT_EQ(log_.lines().size(), 2U) << log_.text();
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("\nptkl_tls_certificate_reloads_total{outcome=\"succeeded\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nptkl_tls_certificate_reloads_total{outcome=\"failed\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(expiry_line(*server_.next)));
}

}  // namespace
}  // namespace ptkl::server
