#include "fuzz/targets.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/check.h"
#include "base/encoding.h"
#include "base/ip_address.h"
#include "base/timestamp.h"
#include "core/invitation.h"
#include "core/passwords/password_rules.h"
#include "core/secret.h"
#include "crypto/forge.h"
#include "crypto/key_store.h"
#include "http/source_address.h"
#include "server/api/oauth_request.h"
#include "server/mail/mail_message.h"
#include "wire/json.h"
#include "wire/pages.h"
#include "wire/problem.h"
#include "wire/requests.h"

namespace ptkl::fuzz {
namespace {

bool holds_double(const boost::json::value& value) {
  const auto* array = value.if_array();
  const auto* object = value.if_object();
  return value.is_double() ||
         (array != nullptr && std::any_of(array->begin(), array->end(), holds_double)) ||
         (object != nullptr && std::any_of(object->begin(), object->end(), [](const auto& member) {
            return holds_double(member.value());
          }));
}

void fuzz_json(std::string_view input) {
  const auto value = wire::parse_json(input);
  // Boost.JSON 1.81 reads doubles to all but the last bit, so they may change each time.
  if (!value || holds_double(*value)) return;
  const auto again = wire::parse_json(wire::to_text(*value));
  PTKL_CHECK(again);
  PTKL_CHECK(wire::to_text(*again) == wire::to_text(*value));
}

std::string_view text_of(const std::string& text) { return text; }
std::string_view text_of(const SecretString& text) { return text.reveal(); }

/// Writes the parsed value, reads it and writes it again; both texts must be equal.
template <class Body>
void check_body(std::string_view input, Result<Body> (*parse)(std::string_view)) {
  const auto body = parse(input);
  if (!body) {
    PTKL_CHECK(body.error().code == ErrorCode::invalid_argument);
    return;
  }
  const auto written = wire::to_json(*body);
  const auto again = parse(text_of(written));
  PTKL_CHECK(again);
  PTKL_CHECK(text_of(wire::to_json(*again)) == text_of(written));
}

void fuzz_requests(std::string_view input) {
  check_body(input, &wire::parse_create_api_user);
  check_body(input, &wire::parse_update_api_user);
  check_body(input, &wire::parse_create_secret);
  check_body(input, &wire::parse_create_role);
  check_body(input, &wire::parse_update_role);
  check_body(input, &wire::parse_invite_user);
  check_body(input, &wire::parse_rotate_keys);
  check_body(input, &wire::parse_new_session);
  const auto accepted = wire::parse_accept_invitation(input);
  PTKL_CHECK(accepted || accepted.error().code == ErrorCode::invalid_argument);
  wire::parse_problem(input, 400);
  wire::parse_oauth_error(input, 400);
}

/// For every password: the limits on its length apply, its case makes no difference to the list of common
/// passwords, and the error names the field.
void fuzz_password(std::string_view input) {
  const Email email = *Email::parse("alice.miller@example.com");
  const ProjectName project = *ProjectName::parse("acme");
  const auto checked = check_password(SecretString(input), email, project);
  const bool may_fit = input.size() >= kMinPasswordCharacters && input.size() <= kMaxPasswordBytes;
  PTKL_CHECK(may_fit || !checked);
  std::string lower(input);
  for (char& c : lower) c = to_ascii_lower(c);
  PTKL_CHECK(check_password(SecretString(std::move(lower)), email, project).has_value() ==
             checked.has_value());
  if (checked) return;
  PTKL_CHECK(checked.error().code == ErrorCode::invalid_argument);
  PTKL_CHECK(checked.error().fields.size() == 1 && checked.error().fields[0].field == "password");
}

void fuzz_secret(std::string_view input) {
  const auto token = InvitationToken::parse(SecretString(input));
  PTKL_CHECK(!token || token->text().reveal() == input);
  const auto secret = Secret::parse(SecretString(input));
  if (!secret) return;
  PTKL_CHECK(secret->text().reveal() == input);
  PTKL_CHECK(CredentialId::parse(secret->id().text()));
}

/// The input as a whole token, and as header and claims of a correctly signed token, because no fuzzer finds
/// a signature.
void fuzz_token(std::string_view input) {
  static const auto kStore = crypto::make_key_store(crypto::MasterKey::make());
  static const crypto::Forge kForge;
  if (!kStore->key_id(input)) PTKL_CHECK(!kStore->verify(input, kForge.key()));
  const std::size_t newline = input.find('\n');
  const std::string_view header = input.substr(0, newline);
  const std::string_view claims = newline == input.npos ? "" : input.substr(newline + 1);
  for (const std::string& token :
       {kForge.sign(header, claims), kForge.sign(kForge.header(), claims)}) {
    const auto verified = kStore->verify(token, kForge.key());
    if (!verified) continue;
    PTKL_CHECK(kStore->key_id(token));
    PTKL_CHECK(verified->issued_at >= 0 && verified->expires_at >= 0);
    PTKL_CHECK(verified->level >= 0 && verified->level <= 100);
    PTKL_CHECK(verified->slot.number >= 0);
  }
}

/// The body of the endpoints under `/oauth2/`, and the same bytes as a Basic header.
void fuzz_form(std::string_view input) {
  static const auto kStore = crypto::make_key_store(crypto::MasterKey::make());
  http::Request request;
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = input;
  const auto form = server::Form::parse(request);
  if (!form) {
    PTKL_CHECK(form.error().code == OAuthErrorCode::invalid_request);
    return;
  }
  const auto token = form->find("token");
  PTKL_CHECK(!token || !token->empty());
  if (token && kStore->key_id(*token)) PTKL_CHECK(token->size() <= input.size());
  const auto by_body = server::read_client_credentials(request.headers, *form);
  PTKL_CHECK(by_body);
  PTKL_CHECK(by_body->id == form->find("client_id").value_or(""));
  request.headers.add("Authorization", "Basic " + to_base64(as_bytes(input)));
  const auto by_header = server::read_client_credentials(request.headers, *form);
  PTKL_CHECK(!by_header || !form->find("client_secret"));
}

/// Each line is short ASCII, none is a single dot, and the header has the same fields as with harmless
/// text.
void check_message(std::string_view message) {
  PTKL_CHECK(message.ends_with("\r\n"));
  int fields = 0;
  bool in_header = true;
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find("\r\n"));
    message.remove_prefix(line.size() + 2);
    PTKL_CHECK(line.size() <= 998 && line != ".");
    PTKL_CHECK(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    if (line.empty()) in_header = false;
    if (in_header && line.front() != ' ') ++fields;
  }
  PTKL_CHECK(fields == 8);
}

/// The first line as sender, the second as subject, all of it as bodies.
void fuzz_mail(std::string_view input) {
  const std::size_t newline = input.find('\n');
  const std::string_view rest = newline == input.npos ? input : input.substr(newline + 1);
  const auto sender = server::MailSender::parse(input.substr(0, newline));
  const auto usual = server::MailSender::parse("no-reply@id.example.org");
  const Mail mail{usual->address, std::string(rest), SecretString(input), SecretString(rest)};
  const server::MailOrigin origin{sender ? *sender : *usual, "id@id.example.org", Timestamp()};
  check_message(server::to_message(mail, origin).reveal());
}

void fuzz_cursor(std::string_view input) {
  const auto id = wire::parse_cursor(input);
  if (id) PTKL_CHECK(wire::to_cursor(*id) == input);
}

void fuzz_time(std::string_view input) {
  const auto time = parse_rfc3339(input);
  if (!time) return;
  const auto again = parse_rfc3339(to_rfc3339(*time));
  PTKL_CHECK(again);
  PTKL_CHECK(*again == *time);
}

void fuzz_coding(std::string_view input) {
  if (const auto text = form_decode(input)) PTKL_CHECK(form_decode(form_encode(*text)) == *text);
  if (const auto text = percent_decode(input)) {
    PTKL_CHECK(percent_decode(percent_encode(*text)) == *text);
  }
  if (const auto bytes = from_base64url(input)) PTKL_CHECK(to_base64url(*bytes) == input);
  if (const auto bytes = from_base64(input)) PTKL_CHECK(to_base64(*bytes) == input);
  PTKL_CHECK(form_decode(form_encode(input)).value() == input);
  PTKL_CHECK(percent_decode(percent_encode(input)).value() == input);
}

/// Each line is one field of X-Forwarded-For from a trusted proxy. The address that the proxy appends is the
/// source, whatever the client sent.
void fuzz_source(std::string_view input) {
  const auto proxy = IpAddress::parse("10.0.0.1");
  const auto client = IpAddress::parse("192.0.2.1");
  const std::array trusted = {*IpRange::parse("10.0.0.0/8"), *IpRange::parse("2001:db8::/32")};
  http::Headers headers;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    headers.add("X-Forwarded-For", std::string(line));
  }
  const IpAddress source = http::source_of(*proxy, headers, trusted);
  PTKL_CHECK(IpAddress::parse(source.text()) == source);
  PTKL_CHECK(http::source_of(*client, headers, trusted) == *client);
  headers.add("X-Forwarded-For", "192.0.2.1");
  PTKL_CHECK(http::source_of(*proxy, headers, trusted) == *client);
}

constexpr std::array kTargets = {
    Target{"json", &fuzz_json},         Target{"requests", &fuzz_requests},
    Target{"secret", &fuzz_secret},     Target{"token", &fuzz_token},
    Target{"form", &fuzz_form},         Target{"cursor", &fuzz_cursor},
    Target{"time", &fuzz_time},         Target{"coding", &fuzz_coding},
    Target{"mail", &fuzz_mail},         Target{"source", &fuzz_source},
    Target{"password", &fuzz_password},
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

}  // namespace ptkl::fuzz
