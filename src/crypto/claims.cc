#include "crypto/claims.h"

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/integer.h"
#include "base/json_string.h"
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
    append_json_string(name, text_);
    text_ += ':';
  }

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(value, text_);
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
      append_json_string(value, text_);
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
  std::string text_;
};

/// Reads typed members. A member that is missing or of another type makes all of it invalid.
class ClaimReader {
 public:
  explicit ClaimReader(const boost::json::object& object) : object_(object) {}

  std::string text(std::string_view key) {
    const auto text = wire::find_text(object_, key);
    return text ? std::string(*text) : fault<std::string>();
  }

  /// A NumericDate, index or level, which is never negative.
  std::int64_t number(std::string_view key) {
    const auto number = wire::find_integer(object_, key);
    return number && *number >= 0 ? *number : fault<std::int64_t>();
  }

  /// `absent` when there is no such member.
  std::int64_t number_or(std::string_view key, std::int64_t absent) {
    return object_.contains(key) ? number(key) : absent;
  }

  Uuid uuid(std::string_view key) {
    const auto uuid = Uuid::parse(text(key));
    return uuid ? *uuid : fault<Uuid>();
  }

  std::vector<std::string> texts(std::string_view key) {
    const auto* array = wire::find_array(object_, key);
    if (array == nullptr) return fault<std::vector<std::string>>();
    std::vector<std::string> texts;
    for (const auto& item : *array) {
      const auto* text = item.if_string();
      if (text == nullptr) return fault<std::vector<std::string>>();
      texts.emplace_back(text->begin(), text->end());
    }
    return texts;
  }

  bool valid() const { return valid_; }

 private:
  template <class T>
  T fault() {
    valid_ = false;
    return T();
  }

  const boost::json::object& object_;
  bool valid_ = true;
};

/// The slot that `idx` and `uri` name; the list's number is the last segment of the URI.
std::optional<StatusSlot> find_slot(const boost::json::object& claims, std::string_view issuer) {
  const auto* status = wire::find_object(claims, "status");
  const auto* reference = status != nullptr ? wire::find_object(*status, "status_list") : nullptr;
  if (reference == nullptr) return std::nullopt;
  ClaimReader list(*reference);
  const std::int64_t index = list.number("idx");
  const std::string uri = list.text("uri");
  if (!list.valid() || index >= StatusSlot::kSlotsPerList) return std::nullopt;

  constexpr std::int64_t kMaxList =
      std::numeric_limits<std::int64_t>::max() / StatusSlot::kSlotsPerList - 1;
  const std::size_t slash = uri.rfind('/');
  const std::string_view last_segment =
      std::string_view(uri).substr(slash == uri.npos ? 0 : slash + 1);
  const auto number = parse_integer<std::int64_t>(last_segment);
  if (!number || *number < 0 || *number > kMaxList) return std::nullopt;
  const StatusSlot slot{*number * StatusSlot::kSlotsPerList + index};
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
    return failure(ErrorCode::unauthenticated, "the token's claims are invalid");
  };
  const auto value = wire::parse_json(json);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return refusal();
  ClaimReader claims(*object);
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
  const auto slot = find_slot(*object, token.issuer);
  if (!claims.valid() || !level || !slot) return refusal();
  token.level = level->value();
  token.slot = *slot;
  return token;
}

}  // namespace ptkl::crypto
