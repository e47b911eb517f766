// The report on revoked secrets.
#include <gtest/gtest.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::expect_done;

class RevokedSecrets : public AppFixture {
 protected:
  RevokedSecrets() : bot_(server_.make_api_user("bot")) {}

  void use(const CreatedSecret& made) { server_.token_of("bot", made.secret.text()); }
  std::vector<RevokedSecret> revoke_all() {
    return expect_done(revoke_secrets(server_.context(), server_.owner(), bot_.user.id));
  }

  ApiUserDetails bot_;
};

TEST_F(RevokedSecrets, ReportNoUseIfThereWasNone) {
  server_.make_secret(bot_);
  const auto ended = revoke_all();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().record.last_used_at, std::nullopt);
  EXPECT_EQ(ended.front().last_token_expires_at, std::nullopt);
}

TEST_F(RevokedSecrets, ReportAnUnwrittenUse) {
  const CreatedSecret made = server_.make_secret(bot_);
  use(made);
  const Timestamp used_at = server_.clock.now();
  server_.clock.advance(10min);
  const auto ended = revoke_all();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().record.last_used_at, used_at);
  EXPECT_EQ(ended.front().record.last_used_from, "192.0.2.7");
  EXPECT_EQ(ended.front().last_token_expires_at, used_at + server_.acme->project.token_lifetime);
}

TEST_F(RevokedSecrets, ReportTheLaterOfAWrittenAndAnUnwrittenUse) {
  const CreatedSecret made = server_.make_secret(bot_);
  use(made);
  ASSERT_TRUE(server_.last_used.flush(*server_.store));
  server_.clock.advance(10min);
  use(made);
  const Timestamp used_at = server_.clock.now();
  const auto ended =
      expect_done(revoke_secret(server_.context(), server_.owner(), bot_.user.id, made.record.id));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().record.last_used_at, used_at);
}

/// Flushes the uses between the transaction and the report.
class FlushingStore final : public Store {
 public:
  FlushingStore(Store& inner, LastUsed& last_used) : inner_(inner), last_used_(last_used) {}

  Result<void> transact(const Body& body) override {
    auto done = inner_.transact(body);
    if (done) done = last_used_.flush(inner_);
    return done;
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
  LastUsed& last_used_;
};

TEST_F(RevokedSecrets, ReportAUseThatIsWrittenJustAfterTheRevocation) {
  const CreatedSecret made = server_.make_secret(bot_);
  use(made);
  const Actor owner = server_.owner();
  FlushingStore flushing(*server_.store, server_.last_used);
  const auto ended = expect_done(revoke_secrets(server_.ports_over(flushing), owner, bot_.user.id));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().record.last_used_at, server_.clock.now());
}

TEST_F(RevokedSecrets, IssuedNoTokenThatOutlivesThem) {
  const CreatedSecret made =
      server_.make_secret(bot_, {.overlap = 0s, .expires_in = 10min, .label = ""});
  use(made);
  EXPECT_EQ(revoke_all().front().last_token_expires_at, made.record.expires_at);
}

TEST_F(RevokedSecrets, AreReportedWhenTheirUsesCannotBeRead) {
  const CreatedSecret made = server_.make_secret(bot_);
  use(made);
  testing::FailingStore unreadable(*server_.store, ErrorCode::unavailable, 1);
  const Actor owner = server_.owner();
  const auto ended =
      expect_done(revoke_secrets(server_.ports_over(unreadable), owner, bot_.user.id));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().record.last_used_at, server_.clock.now());
  EXPECT_FALSE(issue_token(server_.context(), server_.token_request("bot", made.secret.text())));
}

}  // namespace
}  // namespace ptkl::app
