#include "wire/json.h"

#include <algorithm>
#include <cmath>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace ptkl::wire {
namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxFaults = 20;

/// How many members the objects of a valid JSON text have: a colon outside of strings is one.
std::size_t count_written_members(std::string_view text) {
  std::size_t members = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && text[i] == ':') {
      ++members;
    }
  }
  return members;
}

std::size_t count_kept_members(const boost::json::value& value) {
  std::size_t members = 0;
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) members += count_kept_members(item);
  } else if (const auto* object = value.if_object()) {
    members += object->size();
    for (const auto& member : *object) members += count_kept_members(member.value());
  }
  return members;
}

bool all_numbers_fit(const boost::json::value& value) {
  if (const auto* number = value.if_double()) return std::isfinite(*number);
  if (const auto* array = value.if_array()) {
    return std::all_of(array->begin(), array->end(), all_numbers_fit);
  }
  if (const auto* object = value.if_object()) {
    return std::all_of(object->begin(), object->end(),
                       [](const auto& member) { return all_numbers_fit(member.value()); });
  }
  return true;
}

std::string summary(const std::vector<FieldError>& faults) {
  std::string text;
  for (const FieldError& fault : faults) {
    if (!text.empty()) text += "; ";
    text += fault.field + ": " + fault.message;
  }
  return text;
}

/// RFC 8259 §7.
void append_escaped(char c, std::string& text) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    text += '\\';
    text += c;
  } else if (code < 0x20) {
    text += "\\u00";
    text += kHexDigits[code >> 4];
    text += kHexDigits[code & 15];
  } else {
    text += c;
  }
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error) return failure(ErrorCode::invalid_argument, "not valid JSON: " + error.message());
  // Boost.JSON keeps the last of several members with one name, so that some are missing then.
  if (count_kept_members(value) != count_written_members(text)) {
    return failure(ErrorCode::invalid_argument, "not valid JSON: a key stands twice in one object");
  }
  if (!all_numbers_fit(value)) {
    return failure(ErrorCode::invalid_argument, "not valid JSON: a number is too large");
  }
  return value;
}

std::string to_text(const boost::json::value& value) { return boost::json::serialize(value); }

SecretString to_quoted(const SecretString& text) {
  std::string quoted;
  // The longest escape is \u001f. Reserved at once, so that growing leaves no copy behind.
  quoted.reserve(2 + 6 * text.reveal().size());
  quoted += '"';
  for (const char c : text.reveal()) append_escaped(c, quoted);
  quoted += '"';
  return SecretString(std::move(quoted));
}

ObjectReader::ObjectReader(std::string_view text) {
  auto value = parse_json(text);
  if (!value) {
    no_object_ = std::move(value.error());
  } else if (!value->is_object()) {
    no_object_ = Error{ErrorCode::invalid_argument, "expected a JSON object"};
  } else {
    value_ = std::move(*value);
  }
}

const boost::json::value* ObjectReader::member(std::string_view key) {
  asked_.emplace(key);
  const auto* object = value_.if_object();
  const auto* found = object != nullptr ? object->if_contains(key) : nullptr;
  return found != nullptr && !found->is_null() ? found : nullptr;
}

bool ObjectReader::has(std::string_view key) { return member(key) != nullptr; }

std::optional<std::string> ObjectReader::text(std::string_view key) {
  const auto* value = member(key);
  if (value == nullptr) return std::nullopt;
  const auto* text = value->if_string();
  if (text == nullptr) {
    fault(key, "expected a string");
    return std::nullopt;
  }
  return std::string(text->begin(), text->end());
}

std::optional<SecretString> ObjectReader::secret(std::string_view key) {
  auto found = text(key);
  if (!found) return std::nullopt;
  return SecretString(std::move(*found));
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view key) {
  const auto* value = member(key);
  if (value == nullptr) return std::nullopt;
  const auto* number = value->if_int64();
  if (number == nullptr) {
    fault(key, "expected a whole number");
    return std::nullopt;
  }
  return *number;
}

std::optional<std::vector<std::string>> ObjectReader::texts(std::string_view key) {
  const auto* value = member(key);
  if (value == nullptr) return std::nullopt;
  const auto* array = value->if_array();
  const auto is_text = [](const boost::json::value& item) { return item.is_string(); };
  if (array == nullptr || !std::all_of(array->begin(), array->end(), is_text)) {
    fault(key, "expected an array of strings");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  texts.reserve(array->size());
  for (const auto& item : *array) {
    texts.emplace_back(item.get_string().begin(), item.get_string().end());
  }
  return texts;
}

void ObjectReader::fault(std::string_view key, std::string message) {
  if (faults_.size() < kMaxFaults) faults_.push_back({std::string(key), std::move(message)});
}

Result<void> ObjectReader::finish() {
  if (no_object_) return failure(*no_object_);
  for (const auto& member : value_.get_object()) {
    const std::string_view key(member.key().data(), member.key().size());
    if (asked_.find(key) == asked_.end()) fault(key, "there is no such member");
  }
  if (faults_.empty()) return {};
  return failure(Error{ErrorCode::invalid_argument, summary(faults_), faults_});
}

}  // namespace ptkl::wire
