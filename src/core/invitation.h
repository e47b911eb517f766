// What lets an invited person in, once: the token in the link, and what is stored of it.
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
  /// A new one. `source` gives the randomness.
  static InvitationToken make(RandomSource& source);
  /// Fails with invalid_argument when the form is wrong: no lookup is worth its while then.
  static Result<InvitationToken> parse(SecretString text);

  const SecretString& text() const { return text_; }

 private:
  explicit InvitationToken(SecretString text) : text_(std::move(text)) {}
  SecretString text_;
};

/// What is stored of an invitation.
struct Invitation {
  Digest hash;  ///< HMAC-SHA-256 of the token
  PrincipalKind inviter_kind;
  Uuid inviter;
  Timestamp expires_at;
};

/// What a token leads to.
struct InvitedUser {
  Project project;
  User user;
  Invitation invitation;
};

inline constexpr std::chrono::seconds kDefaultInvitationLifetime = std::chrono::days(7);

}  // namespace ptkl
