// The subject of a token: an API user or a user.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"

namespace ptkl {

enum class PrincipalKind { api_user, user };

/// The enumerator's name.
constexpr std::string_view to_text(PrincipalKind kind) {
  return kind == PrincipalKind::api_user ? "api_user" : "user";
}

/// Errors: invalid_argument for any text but `api_user` and `user`.
inline Result<PrincipalKind> parse_principal_kind(std::string_view text) {
  for (const PrincipalKind kind : {PrincipalKind::api_user, PrincipalKind::user}) {
    if (text == to_text(kind)) return kind;
  }
  return failure(ErrorCode::invalid_argument, "expected api_user or user");
}

struct Principal {
  PrincipalKind kind = PrincipalKind::api_user;
  Uuid id;
  std::string name;  ///< the username or the email
};

}  // namespace ptkl
