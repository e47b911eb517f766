// Authentication events: failed attempts, issued tokens and revoked tokens, for the log, the metrics
// and the audit log.
#pragma once

#include <span>
#include <string_view>

#include "app/access/context.h"
#include "base/uuid.h"
#include "core/principal.h"
#include "core/secret.h"

namespace ptkl::app {

/// What the caller authenticates with.
enum class AuthMethod { client_secret, password, invitation };

/// Why an attempt failed. Never part of a response.
enum class AuthFailureReason {
  malformed,       ///< an invalid secret, name or project
  unknown_secret,  ///< the project has no secret with that id
  wrong_secret,    ///< the id exists, but the rest of the secret is wrong
  other_client,    ///< a valid secret of another client than the request names
  disabled,
  revoked,
  expired,
  scope_not_granted,     ///< authenticated, but the scope exceeds its permissions
  resource_not_allowed,  ///< authenticated, but the project does not allow that resource
  unknown_user,          ///< the project has no user with that email
  not_accepted,          ///< the invitation is not accepted yet
  wrong_password,
  invalid_invitation,  ///< `dead_invitation`: unknown, used, withdrawn or expired
  throttled,           ///< too many failures; not checked
};

inline constexpr AuthMethod kAuthMethods[] = {AuthMethod::client_secret, AuthMethod::password,
                                              AuthMethod::invitation};
/// The reasons that an attempt of that kind can fail for.
std::span<const AuthFailureReason> reasons_of(AuthMethod kind);

/// `client_secret`, `password`, `invitation`.
std::string_view to_text(AuthMethod kind);
/// `wrong_secret`, …: for the log, the metrics and the audit log.
std::string_view to_text(AuthFailureReason reason);

/// A failed attempt. The texts are those of the request and valid during the call. A text that was not
/// verified is present only if it has the right form, since it could be a misplaced secret.
struct AuthFailure {
  AuthMethod kind;
  AuthFailureReason reason;
  std::string_view project;    ///< a valid project name that need not exist, or empty
  std::string_view claimed;    ///< a username, uuid or email, or empty
  std::string_view secret_id;  ///< may be empty
  std::string_view source_address;
  std::string_view request_id;
  bool is_answered_with_429 = false;

  /// Answered with 429 if `reason` is `throttled`.
  static AuthFailure of_password(const RequestOrigin& origin, std::string_view project,
                                 std::string_view email, AuthFailureReason reason);
  static AuthFailure of_invitation(const RequestOrigin& origin, std::string_view project,
                                   AuthFailureReason reason);
};

/// An access token that was issued for a client secret.
struct TokenIssue {
  const Uuid& project;
  const Uuid& api_user;
  const CredentialId& secret;
  std::string_view source_address;
};

/// A single token of an API user that was revoked (RFC 7009).
struct TokenRevocation {
  const Uuid& project;
  const Uuid& api_user;
  std::string_view secret;
  std::string_view source_address;
};

/// The port for observers of authentication events. Called on the hot path and from any thread: an
/// implementation must not block.
class AuthEventSink {
 public:
  virtual ~AuthEventSink() = default;
  virtual void refused(const AuthFailure& attempt) = 0;
  virtual void issued(const TokenIssue& issue) = 0;
  /// Ignored by default.
  virtual void revoked(const TokenRevocation& /*revocation*/) {}
};

/// Writes the failure to the log and notifies every sink.
void report(const AppContext& context, const AuthFailure& attempt);
/// Notifies every sink.
void report(const AppContext& context, const TokenIssue& issue);
void report(const AppContext& context, const TokenRevocation& revocation);

}  // namespace ptkl::app
