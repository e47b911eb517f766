// Who our mail is from.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/email.h"

namespace ptkl::server {

/// An address, with a name to show beside it or without.
struct MailSender {
  std::string name;  ///< UTF-8 in one line; may be empty
  Email address;

  /// `no-reply@example.org`, `ACME Logins <no-reply@example.org>`, or the name in quotes. Fails with
  /// invalid_argument.
  static Result<MailSender> parse(std::string_view text);
};

}  // namespace ptkl::server
