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

/// Tells when a mail has come, and takes it when it is let.
class SlowMailer final : public Mailer {
 public:
  SlowMailer(std::promise<void>& came, std::shared_future<void> may_go)
      : came_(came), may_go_(std::move(may_go)) {}

  Result<void> send(const Mail&) override {
    came_.set_value();
    may_go_.wait();
    return {};
  }

 private:
  std::promise<void>& came_;
  std::shared_future<void> may_go_;
};

TEST(BoundedMailer, RejectsAMailThatWouldWaitTooLong) {
  std::promise<void> came;
  std::promise<void> may_go;
  const auto mailer =
      make_bounded_mailer(std::make_unique<SlowMailer>(came, may_go.get_future().share()),
                          {.max_concurrent = 1, .wait_limit = std::chrono::milliseconds(1)});
  auto first = std::async(std::launch::async, [&] { return mailer->send(make_mail()); });
  came.get_future().wait();
  EXPECT_EQ(code_of(mailer->send(make_mail())), ErrorCode::unavailable);
  may_go.set_value();
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
