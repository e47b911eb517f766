// Formats a mail as an Internet message (RFC 5322) with a text and an HTML part (MIME, RFC 2045 to 2047).
#pragma once

#include <string_view>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "core/ports/mailer.h"
#include "server/config/smtp_config.h"

namespace ptkl::server {

/// The header fields that the server chooses. Refers to its values.
struct MailOrigin {
  const MailSender& sender;
  std::string_view message_id;  ///< without brackets: `uuid@example.org`
  Timestamp date;
};

/// Lines end in CRLF and contain at most 998 ASCII characters for every `mail`, so that no value can add a header
/// field.
SecretString to_message(const Mail& mail, const MailOrigin& origin);

}  // namespace ptkl::server
