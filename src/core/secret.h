// Secrets of API users: their text form, and what is stored of them.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/status_slot.h"

namespace ptkl {

class RandomSource;

/// 11 base62 characters, unique in a project. Not secret: it is what a secret is looked up by.
class CredentialId {
 public:
  /// Fails with invalid_argument when `text` is not of that form.
  static Result<CredentialId> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend auto operator<=>(const CredentialId&, const CredentialId&) = default;

 private:
  explicit CredentialId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// `ptkl_` + id (11) + `_` + 43 base62 characters from 256 random bits + 6 base62 characters of the
/// CRC-32 over all that precedes.
class Secret {
 public:
  /// A new one. `source` gives the randomness.
  static Secret make(RandomSource& source);

  /// Fails with invalid_argument when prefix, length, alphabet or checksum is wrong: no lookup is
  /// worth its while then. The message says which, and holds nothing of the text.
  static Result<Secret> parse(SecretString text);

  const CredentialId& id() const { return id_; }
  /// The whole text, as the user has it.
  const SecretString& text() const { return text_; }
  /// The last four characters, which may be shown.
  std::string hint() const;

 private:
  Secret(CredentialId id, SecretString text) : id_(std::move(id)), text_(std::move(text)) {}
  CredentialId id_;
  SecretString text_;
};

/// Whether the text begins as every secret does: it may be one, and is certainly no token.
bool looks_like_a_secret(std::string_view text);

/// Whether `ptkl_`, an id and `_` are anywhere in the text: a secret is in it, which may be cut, quoted
/// or pasted to other text. A token holds them by chance in one of some ten million cases.
bool contains_a_secret(std::string_view text);

/// Labels are free text for people: at most 200 bytes of UTF-8 without control characters. So are
/// descriptions. Fails with invalid_argument.
Result<void> check_free_text(std::string_view text);

/// How many of an API user's secrets that have ended are kept to be shown, the newest ones.
inline constexpr std::size_t kMaxEndedSecrets = 20;

/// How many secrets of one API user may be live at once: the current one and the overlapping ones.
/// Rotations that follow each other within one overlap need a few; a leak of secrets needs a bound.
inline constexpr std::size_t kMaxLiveSecrets = 5;

}  // namespace ptkl
