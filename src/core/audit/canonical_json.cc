#include "core/audit/canonical_json.h"

#include <utility>

#include "base/check.h"
#include "base/json_string.h"

namespace ptkl {
namespace {

constexpr std::int64_t kMaxExactNumber = std::int64_t{1} << 53;

}  // namespace

std::string to_canonical_json(std::string_view text) {
  std::string json;
  json.reserve(text.size() + 2);
  append_json_string(text, json);
  return json;
}

void CanonicalObject::add_key(std::string_view key) {
  PTKL_CHECK(last_key_ < key);
  if (!last_key_.empty()) text_ += ',';
  append_json_string(key, text_);
  text_ += ':';
  last_key_ = key;
}

void CanonicalObject::add_text(std::string_view key, std::string_view text) {
  add_key(key);
  append_json_string(text, text_);
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
