// A mail as it travels (RFC 5322), in two parts of the same words (MIME, RFC 2045 to 2047).
#pragma once

#include <string_view>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "core/ports/mailer.h"
#include "server/config/mail_sender.h"

namespace ptkl::server {

/// What a message says of itself. Borrows its values.
struct MailOrigin {
  const MailSender& sender;
  std::string_view message_id;  ///< without brackets: `uuid@example.org`
  Timestamp date;
};

/// Lines end in CRLF and have at most 998 characters, all of ASCII, whatever stands in `mail`: no value
/// can begin a header field of its own.
SecretString to_message(const Mail& mail, const MailOrigin& origin);

}  // namespace ptkl::server
