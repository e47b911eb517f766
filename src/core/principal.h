// Whom a token speaks for.
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.h"

namespace ptkl {

/// A service account, or a person.
enum class PrincipalKind { api_user, user };

/// The enumerator's name.
constexpr std::string_view to_text(PrincipalKind kind) {
  return kind == PrincipalKind::api_user ? "api_user" : "user";
}

struct Principal {
  PrincipalKind kind = PrincipalKind::api_user;
  Uuid id;
  std::string name;  ///< username or email
};

}  // namespace ptkl
