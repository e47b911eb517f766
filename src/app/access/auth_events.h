// Who tried to get in and was refused, and who got a token: the words for it, and who is told.
#pragma once

#include <span>
#include <string_view>

#include "app/access/context.h"
#include "base/uuid.h"
#include "core/initiator.h"
#include "core/secret.h"

namespace ptkl::app {

/// What somebody tried to get in with.
enum class AuthMethod { client_secret, password, invitation };

/// Why somebody was not let in. No answer tells.
enum class AuthFailureReason {
  malformed,       ///< a secret, name or project of a form that none has
  unknown_secret,  ///< no secret of that id in the project
  wrong_secret,    ///< the id is right, the rest is not
  other_client,    ///< a good secret, but of another client than the request names
  disabled,
  revoked,
  expired,
  scope_not_granted,     ///< let in, but asks for more than it may have
  resource_not_allowed,  ///< let in, but asks for a token that the project gives nobody
  unknown_user,          ///< no person of that email
  not_accepted,          ///< invited, and without a password yet
  wrong_password,
  dead_invitation,  ///< unknown, used, withdrawn or over
  throttled,        ///< too often; not looked at
};

inline constexpr AuthMethod kAuthMethods[] = {AuthMethod::client_secret, AuthMethod::password,
                                              AuthMethod::invitation};
/// Those that there are for attempts of that kind.
std::span<const AuthFailureReason> reasons_of(AuthMethod kind);

/// `client_secret`, `password`, `invitation`.
std::string_view to_text(AuthMethod kind);
/// `wrong_secret`, …: for the log, the metrics and the audit log.
std::string_view to_text(AuthFailureReason reason);

/// The texts are those of the request, valid during the call. What nobody has checked is here only
/// where it has the right form: it may be anything, such as a secret in the wrong place.
struct AuthFailure {
  AuthMethod kind;
  AuthFailureReason reason;
  std::string_view project;    ///< empty where it is no project's name; else there may be none such
  std::string_view claimed;    ///< username, uuid or email; empty where it is none of them
  std::string_view secret_id;  ///< empty where there is none
  std::string_view source_address;
  std::string_view request_id;
  bool is_answered_with_429 = false;

  /// What was not even looked at has that as its reason, and is answered with 429.
  static AuthFailure of_password(const RequestOrigin& origin, std::string_view project,
                                 std::string_view email, AuthFailureReason reason);
  static AuthFailure of_invitation(const RequestOrigin& origin, std::string_view project,
                                   AuthFailureReason reason);
};

/// A token that a secret was traded for.
struct TokenIssue {
  const Uuid& project;
  const Uuid& api_user;
  const SecretId& secret;
  std::string_view source_address;
};

/// A token of an API user that was revoked by itself (RFC 7009).
struct TokenRevocation {
  const Uuid& project;
  const Uuid& api_user;
  std::string_view secret;
  std::string_view source_address;
};

/// The port of those who count. Called on the hot path and from any thread: to be done at once, without
/// waiting for anything.
class AuthEventSink {
 public:
  virtual ~AuthEventSink() = default;
  virtual void refused(const AuthFailure& attempt) = 0;
  virtual void issued(const TokenIssue& issue) = 0;
  /// Passed over by who has no use for it.
  virtual void revoked(const TokenRevocation& /*revocation*/) {}
};

/// Writes it to the log, and tells the observers.
void report(const AppContext& context, const AuthFailure& attempt);
/// Tells the observers.
void report(const AppContext& context, const TokenIssue& issue);
void report(const AppContext& context, const TokenRevocation& revocation);

}  // namespace ptkl::app
