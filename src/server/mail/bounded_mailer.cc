#include "server/mail/bounded_mailer.h"

#include <semaphore>
#include <utility>

#include "base/check.h"

namespace ptkl::server {
namespace {

class BoundedMailer final : public Mailer {
 public:
  BoundedMailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds)
      : mailer_(std::move(mailer)), wait_limit_(bounds.wait_limit), slots_(bounds.max_concurrent) {}

  Result<void> send(const Mail& mail) override {
    if (!slots_.try_acquire_for(wait_limit_)) {
      return failure(ErrorCode::unavailable, "too many mails are waiting for the mail server");
    }
    auto sent = mailer_->send(mail);
    slots_.release();
    return sent;
  }

 private:
  std::unique_ptr<Mailer> mailer_;
  std::chrono::milliseconds wait_limit_;
  std::counting_semaphore<> slots_;
};

}  // namespace

std::unique_ptr<Mailer> make_bounded_mailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds) {
  PTKL_CHECK(bounds.max_concurrent >= 1);
  return std::make_unique<BoundedMailer>(std::move(mailer), bounds);
}

}  // namespace ptkl::server
