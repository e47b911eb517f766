#include "server/config/database_config.h"

#include <algorithm>
#include <string>

#include "server/database/services.h"

namespace ptkl::server {
namespace {

constexpr std::string_view kSchemes[] = {"postgresql://", "postgres://"};

constexpr const char* kEscape =
    "expected a URL such as postgresql://ptkl@db.example.org/ptkl; in user and password everything "
    "but "
    "letters and digits is percent-encoded, such as %40 for @";

/// What stands before the colon, when it looks like a scheme; it is no secret then.
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
    message += "; the SQLite file is in the data folder, without this setting";
  } else if (scheme == "mysql" || scheme == "mariadb" || scheme == "mongodb") {
    message += "; " + std::string(scheme) + " is no database that ptkld can use";
  }
  return failure(ErrorCode::invalid_argument, std::move(message));
}

/// `host`, `host:5432` or `[::1]:5432`.
bool has_good_port(std::string_view host) {
  const std::size_t colon = host.find(':', host.starts_with('[') ? host.find(']') : 0);
  return colon == std::string_view::npos ||
         host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

/// A password with an `@`, `/` or `:` that is not escaped makes its rest a host or a port to libpq, which
/// would then name it where it fails to connect.
bool is_cut_right(std::string_view url) {
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
    if (!has_good_port(hosts.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    hosts.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<void> assign_database_url(DatabaseConfig& database, std::string_view text) {
  const bool is_ours =
      std::any_of(std::begin(kSchemes), std::end(kSchemes),
                  [&](std::string_view scheme) { return text.starts_with(scheme); });
  if (!is_ours) return refuse_scheme(scheme_of(text));
  if (!is_cut_right(text)) return failure(ErrorCode::invalid_argument, kEscape);
  SecretString url(text);
  if (auto good = check_postgres_url(url); !good) return good;
  database.url = std::move(url);
  return {};
}

}  // namespace ptkl::server
