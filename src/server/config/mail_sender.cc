#include "server/config/mail_sender.h"

#include <utility>

#include "base/ascii.h"
#include "core/secret.h"

namespace ptkl::server {
namespace {

tl::unexpected<Error> malformed_sender() {
  return failure(ErrorCode::invalid_argument,
                 "expected an address, such as no-reply@example.org or "
                 "ACME Logins <no-reply@example.org>");
}

}  // namespace

Result<MailSender> MailSender::parse(std::string_view text) {
  text = trim(text, " ");
  std::string_view name;
  if (text.ends_with('>')) {
    const std::size_t bracket = text.rfind('<');
    if (bracket == std::string_view::npos) return malformed_sender();
    name = trim(text.substr(0, bracket), " ");
    text = text.substr(bracket + 1, text.size() - bracket - 2);
  }
  const bool is_quoted = name.size() >= 2 && name.front() == '"' && name.back() == '"';
  if (is_quoted) name = name.substr(1, name.size() - 2);
  auto address = Email::parse(text);
  if (!address) return malformed_sender();
  if (const auto checked = check_free_text(name); !checked) return failed(checked);
  return MailSender{std::string(name), std::move(*address)};
}

}  // namespace ptkl::server
