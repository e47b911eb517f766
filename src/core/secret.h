// Secrets of API users: their text form, their identifiers and their limits.
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
#include "core/status_list.h"

namespace ptkl {

class RandomSource;

/// The identifier of a client credential: 11 base62 characters, unique in a project. Not secret: it is part
/// of the secret's text, so that a secret is found by one lookup.
class CredentialId {
 public:
  /// Errors: invalid_argument if `text` is not of that form.
  static Result<CredentialId> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend auto operator<=>(const CredentialId&, const CredentialId&) = default;

 private:
  explicit CredentialId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A secret: `ptkl_`, the id (11 characters), `_`, 43 base62 characters from 256 random bits, and 6 base62
/// characters for the CRC-32 of everything before.
class Secret {
 public:
  /// Generates a secret from the randomness of `source`.
  static Secret make(RandomSource& source);

  /// Errors: invalid_argument if prefix, length, alphabet or checksum is wrong, so that such a text needs no
  /// lookup. The message names the reason and contains no part of the text.
  static Result<Secret> parse(SecretString text);

  const CredentialId& id() const { return id_; }
  /// The whole text.
  const SecretString& text() const { return text_; }
  /// The last four characters, which are not confidential.
  std::string hint() const;

 private:
  Secret(CredentialId id, SecretString text) : id_(std::move(id)), text_(std::move(text)) {}
  CredentialId id_;
  SecretString text_;
};

/// True if `text` has the prefix of a secret. A token never has it.
bool looks_like_a_secret(std::string_view text);

/// True if `text` contains `ptkl_`, an id and `_` anywhere, and so probably a secret, which may be truncated,
/// quoted or joined to other text. About one token in ten million contains them by chance.
bool contains_a_secret(std::string_view text);

/// Checks a label or a description: at most 200 bytes of UTF-8 without control characters.
/// Errors: invalid_argument.
Result<void> check_free_text(std::string_view text);

/// The maximum number of inactive secrets that an API user keeps for display, the newest ones.
inline constexpr std::size_t kMaxInactiveSecrets = 20;

/// The maximum number of live secrets of an API user: the current one and the overlapping ones. Several
/// rotations within one overlap need a few, and a bound limits how many valid secrets can leak.
inline constexpr std::size_t kMaxLiveSecrets = 5;

}  // namespace ptkl
