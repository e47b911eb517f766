// The sender of mail.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/email.h"

namespace ptkl::server {

/// An address and the name that mail programs show with it.
struct MailSender {
  std::string name;  ///< one line of UTF-8; may be empty
  Email address;

  /// `no-reply@example.org`, `ACME Logins <no-reply@example.org>`, or the name in quotes.
  /// Errors: invalid_argument.
  static Result<MailSender> parse(std::string_view text);
};

}  // namespace ptkl::server
