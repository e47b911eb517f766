#include "core/audit/canonical_json.h"

#include <utility>

#include "base/check.h"

namespace ptkl {
namespace {

constexpr std::int64_t kMaxExactNumber = std::int64_t{1} << 53;

/// The letter of the short escape; 0 where there is none.
char short_escape_of(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    default:
      return 0;
  }
}

void append_escaped(char c, std::string& text) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  if (const char letter = short_escape_of(c)) {
    text += '\\';
    text += letter;
  } else if (code < 0x20) {
    text += "\\u00";
    text += kHexDigits[code >> 4];
    text += kHexDigits[code & 15];
  } else {
    text += c;
  }
}

void append_string(std::string_view value, std::string& text) {
  text += '"';
  for (const char c : value) append_escaped(c, text);
  text += '"';
}

}  // namespace

std::string to_canonical_json(std::string_view text) {
  std::string json;
  json.reserve(text.size() + 2);
  append_string(text, json);
  return json;
}

void CanonicalObject::add_key(std::string_view key) {
  PTKL_CHECK(last_key_ < key);
  if (!last_key_.empty()) text_ += ',';
  append_string(key, text_);
  text_ += ':';
  last_key_ = key;
}

void CanonicalObject::add_text(std::string_view key, std::string_view text) {
  add_key(key);
  append_string(text, text_);
}

void CanonicalObject::add_text_or_null(std::string_view key, std::string_view text) {
  text.empty() ? add_json(key, "") : add_text(key, text);
}

void CanonicalObject::add_integer(std::string_view key, std::int64_t number) {
  const bool is_exact = number >= -kMaxExactNumber && number <= kMaxExactNumber;
  if (!is_exact) return add_text(key, std::to_string(number));
  add_key(key);
  text_ += std::to_string(number);
}

void CanonicalObject::add_json(std::string_view key, std::string_view json) {
  add_key(key);
  text_ += json.empty() ? "null" : json;
}

std::string CanonicalObject::finish() && {
  text_ += '}';
  return std::move(text_);
}

}  // namespace ptkl
