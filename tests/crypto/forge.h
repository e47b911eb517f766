// Tokens that the server never issues, signed by a real key.
#pragma once

#include <string>
#include <string_view>

#include "core/access_token.h"
#include "core/keys/signing_key.h"
#include "crypto/jws_algorithm.h"

namespace ptkl::crypto {

/// The token of an API user with two roles; every claim has a value.
AccessToken sample_token();
/// The claims of sample_token() as JSON.
std::string sample_claims();

/// Owns one key and signs any text.
class Forge {
 public:
  explicit Forge(SigningAlgorithm algorithm = SigningAlgorithm::es256);

  /// For verify() only: it has no wrapped private key.
  const SigningKey& key() const { return key_; }

  /// The header of our tokens.
  std::string header() const;
  /// A JWS of these two JSON texts, with a valid signature.
  std::string sign(std::string_view header, std::string_view payload) const;
  /// As sign(), for segments that are already encoded.
  std::string sign_encoded(std::string_view header, std::string_view payload) const;

 private:
  SigningKey key_;
  std::unique_ptr<JwsSigner> signer_;
};

}  // namespace ptkl::crypto
