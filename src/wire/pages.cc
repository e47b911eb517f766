#include "wire/pages.h"

#include "base/encoding.h"

namespace ptkl::wire {
namespace {

tl::unexpected<Error> invalid_cursor() {
  return failure(ErrorCode::invalid_argument, "expected the next_cursor of a previous page");
}

template <class Key>
std::string encode(const Key& after) {
  return to_base64url(as_bytes(after.text()));
}

template <class Key>
Result<Key> decode(std::string_view cursor) {
  const auto bytes = from_base64url(cursor);
  if (!bytes) return invalid_cursor();
  auto after = Key::parse(as_text(*bytes));
  // Compared with the text that is issued, so that each position has exactly one cursor.
  if (!after || encode(*after) != cursor) return invalid_cursor();
  return after;
}

}  // namespace

std::string to_cursor(const Uuid& after) { return encode(after); }
std::string to_cursor(const CredentialId& after) { return encode(after); }
std::string to_cursor(const Permission& after) { return encode(after); }

Result<Uuid> parse_cursor(std::string_view cursor) { return decode<Uuid>(cursor); }
Result<CredentialId> parse_secret_cursor(std::string_view cursor) {
  return decode<CredentialId>(cursor);
}
Result<Permission> parse_permission_cursor(std::string_view cursor) {
  return decode<Permission>(cursor);
}

Result<std::string> parse_key_cursor(std::string_view cursor) {
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() != sizeof(Digest)) return invalid_cursor();
  return std::string(cursor);
}

boost::json::object to_list(boost::json::array items,
                            const std::optional<std::string>& next_cursor) {
  return {{"items", std::move(items)},
          {"next_cursor", next_cursor ? boost::json::value(*next_cursor) : nullptr}};
}

}  // namespace ptkl::wire
