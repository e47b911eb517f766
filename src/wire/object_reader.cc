#include "wire/object_reader.h"

#include <algorithm>
#include <utility>

#include "wire/json.h"

namespace ptkl::wire {
namespace {

constexpr std::size_t kMaxFaults = 20;

std::string summary(const std::vector<FieldError>& faults) {
  std::string text;
  for (const FieldError& fault : faults) {
    if (!text.empty()) text += "; ";
    text += fault.field + ": " + fault.message;
  }
  return text;
}

}  // namespace

ObjectReader::ObjectReader(std::string_view text) {
  auto value = parse_json(text);
  if (!value) {
    parse_error_ = std::move(value.error());
  } else if (!value->is_object()) {
    parse_error_ = Error{ErrorCode::invalid_argument, "expected a JSON object"};
  } else {
    value_ = std::move(*value);
  }
}

const boost::json::value* ObjectReader::find_member(std::string_view key) {
  read_.emplace(key);
  const auto* object = value_.if_object();
  const auto* found = object != nullptr ? object->if_contains(key) : nullptr;
  return found != nullptr && !found->is_null() ? found : nullptr;
}

bool ObjectReader::has(std::string_view key) { return find_member(key) != nullptr; }

std::optional<std::string> ObjectReader::text(std::string_view key) {
  const auto* value = find_member(key);
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
  const auto* value = find_member(key);
  if (value == nullptr) return std::nullopt;
  const auto* number = value->if_int64();
  if (number == nullptr) {
    fault(key, "expected a whole number");
    return std::nullopt;
  }
  return *number;
}

std::optional<std::vector<std::string>> ObjectReader::texts(std::string_view key) {
  const auto* value = find_member(key);
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
  if (parse_error_) return failure(*parse_error_);
  for (const auto& member : value_.get_object()) {
    const std::string_view key(member.key().data(), member.key().size());
    if (read_.find(key) == read_.end()) fault(key, "unknown member");
  }
  if (faults_.empty()) return {};
  return failure(Error{ErrorCode::invalid_argument, summary(faults_), faults_});
}

}  // namespace ptkl::wire
