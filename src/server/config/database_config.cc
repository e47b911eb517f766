#include "server/config/database_config.h"

#include <algorithm>
#include <string>

#include "storage/postgres/database.h"
#include "storage/postgres/server.h"

namespace ptkl::server {
namespace {

constexpr std::string_view kSchemes[] = {"postgresql://", "postgres://"};

constexpr const char* kPercentEncode =
    "expected a URL such as postgresql://ptkl@db.example.org/ptkl; percent-encode every character "
    "of "
    "user and password that is not a letter or a digit, such as %40 for @";

/// The text before the colon if it looks like a scheme, and so cannot be a secret; otherwise empty.
std::string_view scheme_of(std::string_view text) {
  const std::string_view scheme = text.substr(0, text.find(':'));
  const bool is_one =
      scheme.size() < text.size() && scheme.size() <= 10 && !scheme.empty() &&
      scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
  return is_one ? scheme : std::string_view();
}

tl::unexpected<Error> refuse_scheme(std::string_view scheme) {
  std::string message = "expected a URL such as postgresql://ptkl@db.example.org/ptkl";
  if (scheme == "sqlite" || scheme == "file") {
    message += "; for SQLite, leave this setting out: its file is in the data folder";
  } else if (scheme == "mysql" || scheme == "mariadb" || scheme == "mongodb") {
    message += "; ptkld does not support " + std::string(scheme);
  }
  return failure(ErrorCode::invalid_argument, std::move(message));
}

/// `host`, `host:5432` or `[::1]:5432`.
bool has_valid_port(std::string_view host) {
  const std::size_t colon = host.find(':', host.starts_with('[') ? host.find(']') : 0);
  return colon == std::string_view::npos ||
         host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

/// Whether libpq takes no part of the password for a host or port. An unescaped `@`, `/` or `:` in the
/// password causes that, and libpq's error message would then show that part.
bool separates_password(std::string_view url) {
  const std::string_view rest = url.substr(url.find("//") + 2);
  const std::string_view before_query = rest.substr(0, rest.find('?'));
  std::string_view hosts = rest.substr(0, rest.find_first_of("/?"));
  const std::size_t at = hosts.find('@');
  if (std::count(before_query.begin(), before_query.end(), '@') >
      (at == std::string_view::npos ? 0 : 1)) {
    return false;
  }
  if (at != std::string_view::npos) hosts.remove_prefix(at + 1);
  while (true) {
    const std::size_t comma = hosts.find(',');
    if (!has_valid_port(hosts.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    hosts.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<SecretString> parse_postgres_url(std::string_view text) {
  const bool is_supported =
      std::any_of(std::begin(kSchemes), std::end(kSchemes),
                  [&](std::string_view scheme) { return text.starts_with(scheme); });
  if (!is_supported) return refuse_scheme(scheme_of(text));
  if (!separates_password(text)) return failure(ErrorCode::invalid_argument, kPercentEncode);
  SecretString url(text);
  const auto server =
      storage::PostgresServer::parse(url, storage::PostgresOptions().answer_timeout);
  if (!server) return failed(server);
  return url;
}

}  // namespace ptkl::server
