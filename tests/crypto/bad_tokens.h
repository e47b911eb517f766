// Invalid access tokens: one table for all code that reads tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/forge.h"

namespace ptkl::crypto {

struct BadToken {
  std::string what;
  std::string token;
};

/// The parties of the table. `stranger` has a key of the same algorithm, which the reader must not accept
/// for this token. `forge` signed `valid` over `claims` and with its own header.
struct TokenUnderAttack {
  const Forge& forge;
  const Forge& stranger;
  std::string claims;
  std::string valid;
};
TokenUnderAttack make_token_under_attack(const Forge& forge, const Forge& stranger,
                                         std::string claims);

/// Other algorithms, with and without a signature of that algorithm.
std::vector<BadToken> with_other_algorithms(const TokenUnderAttack& token);
/// Signatures by the wrong key.
std::vector<BadToken> with_other_keys(const TokenUnderAttack& token);
/// Headers that the server never writes, signed by the right key.
std::vector<BadToken> with_other_headers(const TokenUnderAttack& token);
/// Other segments than three, and other base64url than the canonical one.
std::vector<BadToken> with_other_forms(const TokenUnderAttack& token);
/// Claims that the server never writes, signed by the right key.
std::vector<BadToken> with_other_claims(const TokenUnderAttack& token);

/// All of the above.
std::vector<BadToken> bad_tokens(const TokenUnderAttack& token);

/// The text with one byte changed, once for each byte.
std::vector<BadToken> with_each_byte_changed(std::string_view token);
/// Each proper prefix of the text.
std::vector<BadToken> with_each_truncation(std::string_view token);

}  // namespace ptkl::crypto
