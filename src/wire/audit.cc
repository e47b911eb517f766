#include "wire/audit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/integer.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "core/audit/canonical_json.h"
#include "wire/json.h"

namespace ptkl::wire {
namespace json = boost::json;
namespace {

constexpr std::int64_t kMaxExactNumber = std::int64_t{1} << 53;

/// The UTF-16 code units of valid UTF-8: RFC 8785 §3.2.3 sorts by them.
std::u16string to_utf16(std::string_view text) {
  std::u16string units;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
      code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    if (code >= 0x10000) {
      units += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
      code = 0xDC00 + ((code - 0x10000) & 0x3FFU);
    }
    units += static_cast<char16_t>(code);
    i += size;
  }
  return units;
}

bool comes_first(std::string_view left, std::string_view right) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(left.begin(), left.end(), is_ascii) &&
      std::all_of(right.begin(), right.end(), is_ascii)) {
    return left < right;
  }
  return to_utf16(left) < to_utf16(right);
}

Result<void> write(const json::value& value, std::string& text);

Result<void> write(const json::array& array, std::string& text) {
  text += '[';
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i > 0) text += ',';
    if (auto done = write(array[i], text); !done) return done;
  }
  text += ']';
  return {};
}

Result<void> write(const json::object& object, std::string& text) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const auto* left, const auto* right) {
    return comes_first(left->key(), right->key());
  });
  text += '{';
  for (const auto* member : members) {
    if (member != members.front()) text += ',';
    text += to_canonical_json(member->key());
    text += ':';
    if (auto done = write(member->value(), text); !done) return done;
  }
  text += '}';
  return {};
}

Result<void> write(const json::value& value, std::string& text) {
  if (const auto* object = value.if_object()) return write(*object, text);
  if (const auto* array = value.if_array()) return write(*array, text);
  const auto* number = value.if_int64();
  if (number != nullptr && *number >= -kMaxExactNumber && *number <= kMaxExactNumber) {
    text += std::to_string(*number);
  } else if (const auto* string = value.if_string()) {
    text += to_canonical_json(*string);
  } else if (const auto* truth = value.if_bool()) {
    text += *truth ? "true" : "false";
  } else if (value.is_null()) {
    text += "null";
  } else {
    return failure(ErrorCode::invalid_argument, "expected whole numbers up to 2^53");
  }
  return {};
}

bool is_canonical(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return false;
  const auto again = to_canonical(*value);
  return again && *again == text;
}

/// Replaces each byte that is not UTF-8 by U+FFFD.
std::string to_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    valid += size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return valid;
}

/// The event as JSON. It is canonical unless its row was altered in the database; then the invalid
/// parts are shown as text, and the hash no longer matches.
std::string to_readable_json(AuditEvent event) {
  std::string text = ptkl::to_json(event);
  if (is_canonical(text)) return text;
  for (std::string* json : {&event.before, &event.after}) {
    if (!json->empty() && !is_canonical(*json)) *json = to_canonical_json(to_utf8(*json));
  }
  for (std::string* part :
       {&event.actor.id, &event.actor.name, &event.actor.credential, &event.action,
        &event.target.type, &event.target.id, &event.target.name, &event.source_address,
        &event.request_id, &event.reason, &event.previous_hash, &event.hash}) {
    *part = to_utf8(*part);
  }
  return ptkl::to_json(event);
}

}  // namespace

Result<std::string> to_canonical(const json::value& value) {
  std::string text;
  if (auto done = write(value, text); !done) return failed(done);
  return text;
}

std::string to_text(const AuditPage& page) {
  std::string text = R"({"items":[)";
  for (const AuditEvent& event : page.items) {
    if (&event != &page.items.front()) text += ',';
    text += to_readable_json(event);
  }
  text += R"(],"next_cursor":)";
  text += page.next ? to_canonical_json(to_cursor(*page.next)) : "null";
  return text + '}';
}

json::object to_json(const SignedAuditCheckpoint& checkpoint) {
  const AuditCheckpoint& payload = checkpoint.payload;
  const auto previous = payload.first_previous_hash.empty()
                            ? json::value(nullptr)
                            : json::value(payload.first_previous_hash);
  return {{"number", payload.number},
          {"hash", payload.hash},
          {"first", payload.first},
          {"first_previous_hash", previous},
          {"issuer", payload.issuer},
          {"issued_at", to_rfc3339(Timestamp(std::chrono::seconds(payload.issued_at)))},
          {"jws", checkpoint.jws}};
}

std::string to_cursor(std::int64_t number) { return std::to_string(number); }

Result<std::int64_t> parse_number_cursor(std::string_view cursor) {
  const auto number = parse_integer<std::int64_t>(cursor);
  if (!number || *number < 0) {
    return failure(ErrorCode::invalid_argument, "expected the next_cursor of a previous page");
  }
  return *number;
}

}  // namespace ptkl::wire
