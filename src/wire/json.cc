#include "wire/json.h"

#include <array>
#include <cmath>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

#include "base/json_string.h"

namespace ptkl::wire {
namespace json = boost::json;
namespace {

constexpr std::size_t kMaxDepth = 16;

/// Builds the value from the events of Boost.JSON's parser, and checks what the parser does not.
class StrictHandler {
 public:
  // NOLINTBEGIN(readability-identifier-naming): basic_parser requires these names.
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  // NOLINTEND(readability-identifier-naming)

  StrictHandler() : stack_({}, buffer_.data(), buffer_.size()) { stack_.reset(); }
  StrictHandler(const StrictHandler&) = delete;
  StrictHandler& operator=(const StrictHandler&) = delete;
  ~StrictHandler() = default;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t members, json::error_code&) {
    members_ += members;
    stack_.push_object(members);
    return true;
  }
  bool on_array_end(std::size_t items, json::error_code&) {
    stack_.push_array(items);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t, json::error_code&) {
    stack_.push_key(rest);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, json::error_code&) {
    stack_.push_string(rest);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, json::error_code& error) {
    // The parser turns 1e400 into an infinity.
    if (!std::isfinite(number)) {
      error = json::error::exponent_overflow;
      return false;
    }
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, json::error_code&) {
    stack_.push_bool(truth);
    return true;
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  /// The whole text's value, once it has been parsed.
  json::value take_value() { return stack_.release(); }
  /// How many members the objects of the text have, a repeated key counted each time.
  std::size_t members() const { return members_; }

 private:
  /// Enough for most bodies, so that the stack needs no memory of the heap.
  std::array<unsigned char, 4096> buffer_;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  json::value_stack stack_;
  std::size_t members_ = 0;
};

std::size_t count_members(const json::value& value) {
  std::size_t members = 0;
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) members += count_members(item);
  } else if (const auto* object = value.if_object()) {
    members += object->size();
    for (const auto& member : *object) members += count_members(member.value());
  }
  return members;
}

tl::unexpected<Error> invalid_json(const std::string& reason) {
  return failure(ErrorCode::invalid_argument, "invalid JSON: " + reason);
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::basic_parser<StrictHandler> parser(options);
  json::error_code error;
  const std::size_t parsed = parser.write_some(false, text.data(), text.size(), error);
  if (!error && parsed < text.size()) error = json::error::extra_data;
  if (error) return invalid_json(error.message());
  json::value value = parser.handler().take_value();
  // Boost.JSON keeps the last of several members with the same key, so a repeated key loses
  // members.
  if (count_members(value) != parser.handler().members()) {
    return invalid_json("an object has the same key twice");
  }
  return value;
}

std::string to_text(const json::value& value) { return json::serialize(value); }

SecretString to_quoted(const SecretString& text) {
  std::string quoted;
  // The longest escape is \u001f. Reserved before writing, so that growing leaves no copy behind.
  quoted.reserve(2 + 6 * text.reveal().size());
  append_json_string(text.reveal(), quoted);
  return SecretString(std::move(quoted));
}

const json::object* find_object(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  return member != nullptr ? member->if_object() : nullptr;
}

const json::array* find_array(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  return member != nullptr ? member->if_array() : nullptr;
}

std::optional<std::string_view> find_text(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  const auto* text = member != nullptr ? member->if_string() : nullptr;
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

std::optional<std::int64_t> find_integer(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  const auto* number = member != nullptr ? member->if_int64() : nullptr;
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

std::optional<std::int64_t> find_integer(const json::value& value, std::string_view key) {
  const json::object* const object = value.if_object();
  return object != nullptr ? find_integer(*object, key) : std::nullopt;
}

std::optional<Timestamp> find_time(const json::object& object, std::string_view key) {
  const auto time = parse_rfc3339(find_text(object, key).value_or(""));
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace ptkl::wire
