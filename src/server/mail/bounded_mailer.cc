#include "server/mail/bounded_mailer.h"

#include <semaphore>
#include <utility>

#include "base/check.h"

namespace ptkl::server {
namespace {

class BoundedMailer final : public Mailer {
 public:
  BoundedMailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds)
      : mailer_(std::move(mailer)), patience_(bounds.patience), turns_(bounds.at_once) {}

  Result<void> send(const Mail& mail) override {
    if (!turns_.try_acquire_for(patience_)) {
      return failure(ErrorCode::unavailable, "too many mails wait for the mail server already");
    }
    auto sent = mailer_->send(mail);
    turns_.release();
    return sent;
  }

 private:
  std::unique_ptr<Mailer> mailer_;
  std::chrono::milliseconds patience_;
  std::counting_semaphore<> turns_;
};

}  // namespace

std::unique_ptr<Mailer> make_bounded_mailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds) {
  PTKL_CHECK(bounds.at_once >= 1);
  return std::make_unique<BoundedMailer>(std::move(mailer), bounds);
}

}  // namespace ptkl::server
