// Principals, which are API users and users, and the initiators of requests and changes.
#pragma once

#include <optional>
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

/// Where a request came from. Both members are empty for actions of the server itself.
struct RequestOrigin {
  std::string source_address;
  std::string request_id;
};

/// The initiator of a change and the credential that it used.
struct Initiator {
  std::optional<Principal> principal;  ///< absent: the server itself
  std::string credential;              ///< id of the secret or session; empty for the server
  RequestOrigin origin;

  /// The server itself.
  static Initiator server() { return {}; }
};

}  // namespace ptkl
