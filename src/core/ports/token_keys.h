// The ports to the keys of a project's tokens: creating keys, signing and verifying.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/access_token.h"
#include "core/keys/signing_key.h"
#include "core/status_list.h"

namespace ptkl {

/// Creates keys, and opens stored ones. Opened keys stay in memory, found by `kid`. Thread-safe.
class KeyRing {
 public:
  virtual ~KeyRing() = default;

  /// Returns a new key for `project`; stores nothing. May take 100 ms (RS256): not for an I/O thread or
  /// a transaction.
  virtual Result<SigningKey> make_key(const Uuid& project, SigningAlgorithm algorithm,
                                      Timestamp now) = 0;

  /// Drops the opened keys of `project` except those in `kids`, and the private half of every key
  /// except `signing_kid`. A key that is needed again is opened again.
  virtual void keep_only(const Uuid& project, std::string_view signing_kid,
                         std::span<const std::string> kids) = 0;

  /// A text that only the same master key can confirm; stored when the database is created.
  virtual std::string master_key_check() = 0;
  /// Errors: invalid_argument when `check` was computed with another master key.
  virtual Result<void> confirm_master_key(std::string_view check) = 0;
};

/// Signs tokens with a project's key. Thread-safe.
class TokenSigner {
 public:
  virtual ~TokenSigner() = default;

  /// Returns the compact JWS of an `at+jwt` (RFC 9068 §2.1).
  /// Errors: internal when the key cannot be opened.
  virtual Result<std::string> sign(const SigningKey& key, const AccessToken& token) = 0;

  /// Returns the compact JWS of a `statuslist+jwt` (draft-ietf-oauth-status-list-16 §5.1). Its `typ`
  /// keeps it from being accepted as an access token, whatever its claims.
  /// Errors: internal when the key cannot be opened.
  virtual Result<std::string> sign(const SigningKey& key, const StatusListToken& list) = 0;
};

/// Verifies tokens that a project's key has signed. Thread-safe.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;

  /// Returns the `kid` in the token's header, unverified.
  /// Errors: unauthenticated when `token` is no compact JWS in our form: no key has to be looked up.
  virtual Result<std::string> key_id(std::string_view token) = 0;

  /// Checks form, algorithm and signature, and reads the claims; does not check the claims.
  /// Errors: unauthenticated when one of them is invalid, internal when `key` itself is broken.
  virtual Result<AccessToken> verify(std::string_view token, const SigningKey& key) = 0;
};

}  // namespace ptkl
