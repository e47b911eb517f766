#include "core/email.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "core/name_rules.h"

namespace ptkl {
namespace {

constexpr std::size_t kMaxEmailSize = 254;
constexpr std::size_t kMaxLocalPartSize = 64;
constexpr std::size_t kMaxLabelSize = 63;

/// Parts separated by single dots; none is empty.
template <class Predicate>
bool is_dotted(std::string_view text, Predicate is_part) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_part(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// RFC 5322 §3.2.3, in lower case.
bool is_atom(std::string_view text) {
  constexpr std::string_view kAlso = "!#$%&'*+-/=?^_`{|}~";
  const auto is_atom_character = [&](char c) {
    return is_lower_or_digit(c) || kAlso.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_atom_character);
}

/// RFC 1123 §2.1.
bool is_label(std::string_view text) {
  return is_name(text, kMaxLabelSize, is_lower_or_digit, "-") && text.back() != '-';
}

bool is_email(std::string_view text) {
  // Without an @, `at` is larger than everything.
  const std::size_t at = text.find('@');
  if (at > kMaxLocalPartSize || text.size() > kMaxEmailSize) return false;
  return is_dotted(text.substr(0, at), is_atom) && is_dotted(text.substr(at + 1), is_label);
}

}  // namespace

Result<Email> Email::parse(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_ascii_lower);
  if (!is_email(lower)) {
    return failure(ErrorCode::invalid_argument, "expected an email address like ada@example.com");
  }
  return Email(std::move(lower));
}

}  // namespace ptkl
