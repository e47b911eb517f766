// An invitation: the single-use token in the link, and its stored form.
#pragma once

#include <chrono>

#include "base/encoding.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "base/timestamp.h"
#include "core/principal.h"
#include "core/project.h"
#include "core/user.h"

namespace ptkl {

class RandomSource;

/// `ptkli_` + 43 base62 characters from 256 random bits.
class InvitationToken {
 public:
  /// A new token from the randomness of `source`.
  static InvitationToken make(RandomSource& source);
  /// Errors: invalid_argument if the form is wrong.
  static Result<InvitationToken> parse(SecretString text);

  const SecretString& text() const { return text_; }

 private:
  explicit InvitationToken(SecretString text) : text_(std::move(text)) {}
  SecretString text_;
};

/// The stored form of an invitation.
struct Invitation {
  Digest hash;  ///< HMAC-SHA-256 of the token
  PrincipalKind inviter_kind;
  Uuid inviter;
  Timestamp expires_at;
};

/// The result of a lookup by token.
struct InvitedUser {
  Project project;
  User user;
  Invitation invitation;
};

inline constexpr std::chrono::seconds kDefaultInvitationLifetime = std::chrono::days(7);

}  // namespace ptkl
