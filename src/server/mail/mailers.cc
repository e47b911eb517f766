#include "server/mail/mailers.h"

#include <semaphore>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "http/client/smtp_client.h"
#include "server/mail/mail_message.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::seconds kTimeout{10};

http::SmtpOptions to_options(const SmtpConfig& smtp, SecretString password) {
  http::SmtpOptions options;
  options.host = smtp.host;
  options.port = smtp.port_or_default();
  options.security = smtp.security;
  options.username = smtp.username;
  options.password = std::move(password);
  options.authorities = smtp.authorities.string();
  options.timeout = kTimeout;
  return options;
}

std::string_view domain_of(const Email& address) {
  const std::string_view text = address.text();
  return text.substr(text.find('@') + 1);
}

class SmtpMailer final : public Mailer {
 public:
  SmtpMailer(std::unique_ptr<http::SmtpClient> client, MailSender sender, Clock& clock,
             RandomSource& random_source)
      : client_(std::move(client)),
        sender_(std::move(sender)),
        clock_(clock),
        random_source_(random_source) {}

  Result<void> send(const Mail& mail) override {
    const Timestamp now = clock_.now();
    const std::string id =
        fmt::format("{}@{}", random_source_.make_uuid(now).text(), domain_of(sender_.address));
    auto sent = client_->send({sender_.address.text(), mail.to.text()},
                              to_message(mail, {sender_, id, now}));
    if (sent) return {};
    return failure(ErrorCode::unavailable, std::move(sent.error().message));
  }

 private:
  std::unique_ptr<http::SmtpClient> client_;
  MailSender sender_;
  Clock& clock_;
  RandomSource& random_source_;
};

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

Result<std::unique_ptr<Mailer>> make_smtp_mailer(const SmtpConfig& smtp, SecretString password,
                                                 Clock& clock, RandomSource& random_source) {
  PTKL_CHECK(smtp.is_configured() && smtp.sender);
  auto client = http::make_smtp_client(to_options(smtp, std::move(password)));
  if (!client) return failed(client);
  return std::make_unique<SmtpMailer>(std::move(*client), *smtp.sender, clock, random_source);
}

std::unique_ptr<Mailer> make_bounded_mailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds) {
  PTKL_CHECK(bounds.max_concurrent >= 1);
  return std::make_unique<BoundedMailer>(std::move(mailer), bounds);
}

}  // namespace ptkl::server
