#include "crypto/claims.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/role.h"
#include "wire/json.h"

namespace ptkl::crypto {
namespace {

/// Writes one JSON object from left to right. A tree of Boost.JSON values would cost a tenth of a
/// signature.
class ClaimWriter {
 public:
  ClaimWriter() {
    constexpr std::size_t kUsualSize = 1024;
    text_.reserve(kUsualSize);
    text_ += '{';
  }

  void key(std::string_view name) {
    if (text_.back() != '{') text_ += ',';
    string(name);
    text_ += ':';
  }

  void text(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }

  void number(std::string_view name, std::int64_t value) {
    key(name);
    fmt::format_to(std::back_inserter(text_), "{}", value);
  }

  void texts(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    text_ += '[';
    for (const std::string& value : values) {
      if (text_.back() != '[') text_ += ',';
      string(value);
    }
    text_ += ']';
  }

  void begin_object(std::string_view name) {
    key(name);
    text_ += '{';
  }
  void end_object() { text_ += '}'; }

  std::string finish() {
    end_object();
    return std::move(text_);
  }

 private:
  /// RFC 8259 §7: quotes, backslashes and control characters are escaped, all else stands for
  /// itself.
  void string(std::string_view value) {
    const auto needs_escape = [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    };
    text_ += '"';
    if (std::none_of(value.begin(), value.end(), needs_escape)) {
      text_ += value;
    } else {
      for (const char c : value) {
        if (needs_escape(c)) {
          fmt::format_to(std::back_inserter(text_), "\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          text_ += c;
        }
      }
    }
    text_ += '"';
  }

  std::string text_;
};

/// Reads typed members; one that is missing or of another type makes the whole invalid.
class ClaimReader {
 public:
  explicit ClaimReader(const boost::json::value& value) : object_(value.if_object()) {}

  std::string text(std::string_view key) {
    const auto* value = member(key);
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    if (text == nullptr) return fault<std::string>();
    return std::string(text->begin(), text->end());
  }

  /// NumericDate, index or level: never negative.
  std::int64_t number(std::string_view key) {
    const auto* value = member(key);
    const auto* number = value != nullptr ? value->if_int64() : nullptr;
    if (number == nullptr || *number < 0) return fault<std::int64_t>();
    return *number;
  }

  /// `absent` when there is no such member.
  std::int64_t number_or(std::string_view key, std::int64_t absent) {
    return member(key) != nullptr ? number(key) : absent;
  }

  Uuid uuid(std::string_view key) {
    const auto uuid = Uuid::parse(text(key));
    return uuid ? *uuid : fault<Uuid>();
  }

  std::vector<std::string> texts(std::string_view key) {
    const auto* value = member(key);
    const auto* array = value != nullptr ? value->if_array() : nullptr;
    if (array == nullptr) return fault<std::vector<std::string>>();
    std::vector<std::string> texts;
    for (const auto& item : *array) {
      const auto* text = item.if_string();
      if (text == nullptr) return fault<std::vector<std::string>>();
      texts.emplace_back(text->begin(), text->end());
    }
    return texts;
  }

  /// Null when it is missing.
  const boost::json::value* member(std::string_view key) {
    return object_ != nullptr ? object_->if_contains(key) : nullptr;
  }

  bool valid() const { return valid_; }

 private:
  template <class T>
  T fault() {
    valid_ = false;
    return T();
  }

  const boost::json::object* object_;
  bool valid_ = true;
};

/// The slot that `idx` and `uri` name; the list's number is the last segment of the URI.
std::optional<StatusSlot> find_slot(ClaimReader& claims, std::string_view issuer) {
  const auto* status = claims.member("status");
  const auto* reference = status != nullptr && status->is_object()
                              ? status->get_object().if_contains("status_list")
                              : nullptr;
  if (reference == nullptr) return std::nullopt;
  ClaimReader list(*reference);
  const std::int64_t index = list.number("idx");
  const std::string uri = list.text("uri");
  if (!list.valid() || index >= StatusSlot::kSlotsPerList) return std::nullopt;

  constexpr std::int64_t kMaxList =
      std::numeric_limits<std::int64_t>::max() / StatusSlot::kSlotsPerList - 1;
  const std::size_t slash = uri.rfind('/');
  const char* first = uri.data() + (slash == uri.npos ? 0 : slash + 1);
  std::int64_t number = 0;
  std::from_chars(first, uri.data() + uri.size(), number);
  if (number < 0 || number > kMaxList) return std::nullopt;
  const StatusSlot slot{number * StatusSlot::kSlotsPerList + index};
  // Written again and compared, so that one slot has exactly one URI.
  if (slot.uri(issuer) != uri) return std::nullopt;
  return slot;
}

}  // namespace

std::string to_claims(const AccessToken& token) {
  ClaimWriter out;
  out.text("iss", token.issuer);
  out.text("sub", token.subject.text());
  out.text("client_id", token.client_id);
  out.text("aud", token.audience);
  out.number("iat", token.issued_at);
  out.number("exp", token.expires_at);
  out.text("jti", token.id.text());
  out.text("scope", token.scope);
  out.texts("roles", token.roles);
  out.texts("workspaces", token.workspaces);
  out.number("level", token.level);
  out.number("rv", token.rights_version);
  out.begin_object("status");
  out.begin_object("status_list");
  out.number("idx", token.slot.index());
  out.text("uri", token.slot.uri(token.issuer));
  out.end_object();
  out.end_object();
  return out.finish();
}

std::string to_claims(const StatusListToken& list) {
  ClaimWriter out;
  out.text("iss", list.issuer);
  out.text("sub", list.subject);
  out.number("iat", list.issued_at);
  out.number("exp", list.expires_at);
  out.number("ttl", list.ttl);
  out.begin_object("status_list");
  out.number("bits", 1);
  out.text("lst", list.list);
  out.end_object();
  return out.finish();
}

Result<AccessToken> parse_claims(std::string_view json) {
  const auto refusal = [] {
    return failure(ErrorCode::unauthenticated, "the token's claims are not valid");
  };
  const auto value = wire::parse_json(json);
  if (!value) return refusal();
  ClaimReader claims(*value);
  AccessToken token;
  token.issuer = claims.text("iss");
  token.subject = claims.uuid("sub");
  token.client_id = claims.text("client_id");
  token.audience = claims.text("aud");
  token.issued_at = claims.number("iat");
  token.expires_at = claims.number("exp");
  token.id = claims.uuid("jti");
  token.scope = claims.text("scope");
  token.roles = claims.texts("roles");
  token.workspaces = claims.texts("workspaces");
  token.rights_version = claims.number_or("rv", 0);
  const auto level = AccessLevel::parse(claims.number("level"));
  const auto slot = find_slot(claims, token.issuer);
  if (!claims.valid() || !level || !slot) return refusal();
  token.level = level->value();
  token.slot = *slot;
  return token;
}

}  // namespace ptkl::crypto
