// Limits on guessing passwords and invitation links.
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "app/access/attempt_limiter.h"
#include "app/access/auth_events.h"
#include "app/users/accept_invitation.h"
#include "app/users/login.h"
#include "support/recording_event_sink.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using std::chrono::seconds;
using testing::code_of;

constexpr std::string_view kHere = "192.0.2.7";
constexpr std::string_view kThere = "192.0.2.8";
constexpr std::string_view kWrong = "a wrong password";
constexpr AttemptLimits kLimits{.secret_failures_per_minute = 60,
                                .password_failures_per_minute = 6,
                                .free_password_failures = 3,
                                .longest_password_delay = seconds(60)};

/// Accepts one password, without the work of hashing. Counts the passwords that it verifies.
class QuickHasher final : public PasswordHasher {
 public:
  Result<std::string> hash(const SecretString&) override { return out_of_order_or("hash"); }
  Result<bool> verify(const SecretString& password, const std::string& encoded) override {
    ++looked_at;
    if (out_of_order) return failure(ErrorCode::unavailable, "no memory");
    return !encoded.empty() && password.reveal() == testing::kPassword;
  }
  bool is_outdated(const std::string&) override { return false; }

  std::atomic<int> looked_at = 0;
  std::atomic<bool> out_of_order = false;

 private:
  Result<std::string> out_of_order_or(std::string text) const {
    if (out_of_order) return failure(ErrorCode::unavailable, "no memory");
    return text;
  }
};

class LoginLimits : public testing::AppFixture {
 protected:
  LoginLimits() { server_.make_user("alice@example.com"); }

  AppContext context() {
    const AppContext all = server_.context();
    AppContext context{all.store,        all.clock,     all.random_source, all.secret_hasher,
                       hasher_,          all.key_ring,  all.token_signer,  all.token_verifier,
                       all.audit_signer, all.last_used, all.log,           all.public_url};
    context.attempt_limiter = &limiter_;
    context.auth_event_sinks = {&observer_};
    return context;
  }
  Result<IssuedToken> log_in_as(std::string_view email, std::string_view password,
                                std::string_view source = kHere) {
    return login(context(), {"acme",
                             testing::email(email),
                             SecretString(password),
                             {std::string(source), "request-1"}});
  }
  Result<IssuedToken> guess(std::string_view email = "alice@example.com") {
    return log_in_as(email, kWrong);
  }
  Result<IssuedToken> log_in(std::string_view source = kHere) {
    return log_in_as("alice@example.com", testing::kPassword, source);
  }
  void guess_in_vain(int times, std::string_view email = "alice@example.com") {
    for (int i = 0; i < times; ++i) EXPECT_FALSE(guess(email));
  }
  Result<AcceptedInvitation> accept(const SecretString& link, std::string_view password,
                                    std::string_view source = kHere) {
    return accept_invitation(
        context(), {link.clone(), SecretString(password), {std::string(source), "request-1"}});
  }

  QuickHasher hasher_;
  AttemptLimiter limiter_{server_.clock, kLimits};
  testing::RecordingEventSink observer_;
};

TEST_F(LoginLimits, CheckNoPasswordDuringADelay) {
  guess_in_vain(3);
  ASSERT_EQ(hasher_.looked_at, 3);
  for (const auto& refused : {guess(), log_in()}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
    EXPECT_EQ(refused.error().retry_after, seconds(1));
  }
  EXPECT_EQ(hasher_.looked_at, 3);
}

TEST_F(LoginLimits, AnswerTheSameForUnknownUsers) {
  guess_in_vain(3);
  guess_in_vain(3, "unknown@example.com");
  const auto known = guess();
  const auto unknown = guess("unknown@example.com");
  ASSERT_FALSE(known);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(known.error().message, unknown.error().message);
  EXPECT_EQ(known.error().retry_after, unknown.error().retry_after);
}

// Names are kept in memory, and an invalid one can be as long as a path.
TEST_F(LoginLimits, CountAllInvalidProjectNamesTogether) {
  const auto guess_in = [this](const std::string& project) {
    return code_of(login(context(), {project,
                                     testing::email("alice@example.com"),
                                     SecretString(kWrong),
                                     {std::string(kHere), "request-1"}}));
  };
  for (const char* none : {"NO NAME", "%", ""}) {
    EXPECT_EQ(guess_in(none), ErrorCode::unauthenticated);
  }
  EXPECT_EQ(guess_in(std::string(15'000, 'x')), ErrorCode::rate_limited);
  EXPECT_EQ(guess_in("acme"), ErrorCode::unauthenticated);
}

TEST_F(LoginLimits, CheckNoMorePasswordsForConcurrentAttempts) {
  const AppContext shared = context();
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const LoginRequest request{"acme",
                                 testing::email("alice@example.com"),
                                 SecretString(kWrong),
                                 {std::string(kHere), "request-1"}};
      for (int j = 0; j < 20; ++j) (void)login(shared, request).has_value();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(hasher_.looked_at, 3);
}

TEST_F(LoginLimits, LeaveOtherAddressesAlone) {
  guess_in_vain(50);
  EXPECT_EQ(code_of(log_in()), ErrorCode::rate_limited);
  EXPECT_TRUE(log_in(kThere));
}

TEST_F(LoginLimits, AcceptACorrectPasswordAfterTheDelay) {
  guess_in_vain(3);
  server_.clock.advance(seconds(1));
  EXPECT_TRUE(log_in());
  guess_in_vain(2);
  EXPECT_TRUE(log_in());
}

TEST_F(LoginLimits, CountNoServerFailure) {
  hasher_.out_of_order = true;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(code_of(log_in()), ErrorCode::unavailable);
  hasher_.out_of_order = false;
  EXPECT_TRUE(log_in());
}

TEST_F(LoginLimits, ReportDelayedAttempts) {
  guess_in_vain(4);
  const auto refusals = observer_.refusals();
  ASSERT_EQ(refusals.size(), 4U);
  EXPECT_EQ(refusals.front().reason, AuthFailureReason::wrong_password);
  EXPECT_EQ(refusals.back().kind, AuthMethod::password);
  EXPECT_EQ(refusals.back().reason, AuthFailureReason::throttled);
  EXPECT_EQ(refusals.back().claimed, "alice@example.com");
}

TEST_F(LoginLimits, RejectFurtherInvalidLinksOfOneAddress) {
  const SecretString valid = server_.invite("bob@example.com");
  const SecretString another = server_.invite("carol@example.com");
  const SecretString invalid("ptkli_" + std::string(43, 'x'));
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(code_of(accept(invalid, testing::kPassword)), ErrorCode::not_found);
  }
  const auto refused = accept(invalid, testing::kPassword);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(refused.error().retry_after, seconds(10));
  EXPECT_EQ(observer_.refusals().back().reason, AuthFailureReason::throttled);
  EXPECT_EQ(code_of(accept(valid, testing::kPassword)), ErrorCode::rate_limited);
  EXPECT_TRUE(log_in());
  EXPECT_TRUE(accept(another, testing::kPassword, kThere));
  server_.clock.advance(seconds(10));
  EXPECT_TRUE(accept(valid, testing::kPassword));
}

TEST_F(LoginLimits, CountNoWeakPasswordForAValidLink) {
  const SecretString valid = server_.invite("bob@example.com");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(code_of(accept(valid, "short")), ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(accept(valid, testing::kPassword));
}

}  // namespace
}  // namespace ptkl::app
