#include "server/mail/mailers.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "support/test_app.h"

namespace ptkl::server {
namespace {

using namespace std::string_view_literals;
using testing::code_of;

Mail make_mail() {
  return {*Email::parse("ada@example.com"), "Hello", SecretString("a"sv), SecretString("b"sv)};
}

/// Signals that a mail has arrived, and accepts it when the test allows it.
class SlowMailer final : public Mailer {
 public:
  SlowMailer(std::promise<void>& arrived, std::shared_future<void> may_send)
      : arrived_(arrived), may_send_(std::move(may_send)) {}

  Result<void> send(const Mail&) override {
    arrived_.set_value();
    may_send_.wait();
    return {};
  }

 private:
  std::promise<void>& arrived_;
  std::shared_future<void> may_send_;
};

TEST(BoundedMailer, RejectsAMailThatWouldWaitTooLong) {
  std::promise<void> arrived;
  std::promise<void> may_send;
  const auto mailer =
      make_bounded_mailer(std::make_unique<SlowMailer>(arrived, may_send.get_future().share()),
                          {.max_concurrent = 1, .wait_limit = std::chrono::milliseconds(1)});
  auto first = std::async(std::launch::async, [&] { return mailer->send(make_mail()); });
  arrived.get_future().wait();
  EXPECT_EQ(code_of(mailer->send(make_mail())), ErrorCode::unavailable);
  may_send.set_value();
  EXPECT_TRUE(first.get());
}

class FailingMailer final : public Mailer {
 public:
  Result<void> send(const Mail&) override { return failure(ErrorCode::unavailable, "no"); }
};

TEST(BoundedMailer, ReleasesItsSlotAfterAFailure) {
  const auto mailer =
      make_bounded_mailer(std::make_unique<FailingMailer>(),
                          {.max_concurrent = 1, .wait_limit = std::chrono::milliseconds(1)});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(mailer->send(make_mail()).error().message, "no");
}

}  // namespace
}  // namespace ptkl::server
