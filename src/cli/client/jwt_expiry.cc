#include "cli/client/jwt_expiry.h"

#include <cstdint>

#include <boost/json/object.hpp>

#include "base/encoding.h"
#include "wire/json.h"

namespace ptkl::cli {
namespace {

/// Later than the year 9999 has no RFC 3339 form.
constexpr std::int64_t kLatest = 253'402'300'799;

}  // namespace

std::optional<Timestamp> find_expiry(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto payload = from_base64url(token.substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  const auto claims = wire::parse_json(as_text(*payload));
  if (!claims || !claims->is_object()) return std::nullopt;
  const boost::json::value* const exp = claims->get_object().if_contains("exp");
  if (exp == nullptr || !exp->is_int64()) return std::nullopt;
  const std::int64_t seconds = exp->get_int64();
  if (seconds < 0 || seconds > kLatest) return std::nullopt;
  return Timestamp(std::chrono::seconds(seconds));
}

}  // namespace ptkl::cli
