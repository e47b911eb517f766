// The keys that sign a project's tokens, and the ports that use them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/access_token.h"
#include "core/signing_algorithm.h"
#include "core/status_list.h"

namespace ptkl {

/// As stored: the private half encrypted under the master key, bound to its project and `kid`.
struct SigningKey {
  Uuid project;
  std::string kid;  ///< the JWK thumbprint (RFC 7638), base64url
  SigningAlgorithm algorithm = kDefaultSigningAlgorithm;
  std::string wrapped_key;  ///< text form of the encrypted private key
  std::string public_jwk;   ///< one JSON object, as the JWKS shows it (RFC 7517)
  Timestamp created_at;
};

/// Makes keys, and opens stored ones. Opened keys stay in memory, found by `kid`. Any thread.
class KeyRing {
 public:
  virtual ~KeyRing() = default;

  /// A new key for that project. Nothing is stored. May take 100 ms (RS256), so it belongs neither
  /// on an I/O thread nor into a transaction.
  virtual Result<SigningKey> make_key(const Uuid& project, SigningAlgorithm algorithm,
                                      Timestamp now) = 0;

  /// Drops the opened keys of that project but for those of these kids, and the private half of each
  /// but for the one that signs. A key that is needed again is opened again.
  virtual void keep_only(const Uuid& project, std::string_view signing_kid,
                         std::span<const std::string> kids) = 0;

  /// A text that only the same master key can confirm; stored when the database is made.
  virtual std::string master_key_check() = 0;
  /// Fails with invalid_argument when `check` was made under another master key.
  virtual Result<void> confirm_master_key(std::string_view check) = 0;
};

class TokenSigner {
 public:
  virtual ~TokenSigner() = default;

  /// The compact JWS of an `at+jwt` (RFC 9068 §2.1). Fails with internal when the key cannot be opened.
  virtual Result<std::string> sign(const SigningKey& key, const AccessToken& token) = 0;

  /// The compact JWS of a `statuslist+jwt` (draft-ietf-oauth-status-list-16 §5.1). Its `typ` keeps
  /// it from being taken for an access token, whatever its claims. Fails with internal.
  virtual Result<std::string> sign(const SigningKey& key, const StatusListToken& list) = 0;
};

class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;

  /// The `kid` that the token names, without any check. Fails with unauthenticated when the token is
  /// no compact JWS of ours: then there is no need to look for a key.
  virtual Result<std::string> key_id(std::string_view token) = 0;

  /// Checks form, algorithm and signature, and reads the claims; does not check the claims. Fails
  /// with unauthenticated, or with internal when `key` itself is broken.
  virtual Result<AccessToken> verify(std::string_view token, const SigningKey& key) = 0;
};

}  // namespace ptkl
