#include "app/access/auth_events.h"

namespace ptkl::app {
namespace {

/// One message per kind, because the log limits repeated messages: a flood of one kind must not hide
/// another.
std::string_view message_of(AuthMethod kind) {
  switch (kind) {
    case AuthMethod::client_secret:
      return "client request rejected";
    case AuthMethod::password:
      return "login rejected";
    case AuthMethod::invitation:
      return "invitation rejected";
  }
  return "";
}

constexpr AuthFailureReason kOfSecrets[] = {AuthFailureReason::malformed,
                                            AuthFailureReason::unknown_secret,
                                            AuthFailureReason::wrong_secret,
                                            AuthFailureReason::other_client,
                                            AuthFailureReason::disabled,
                                            AuthFailureReason::revoked,
                                            AuthFailureReason::expired,
                                            AuthFailureReason::scope_not_granted,
                                            AuthFailureReason::resource_not_allowed};
constexpr AuthFailureReason kOfPasswords[] = {
    AuthFailureReason::malformed, AuthFailureReason::unknown_user, AuthFailureReason::not_accepted,
    AuthFailureReason::wrong_password, AuthFailureReason::throttled};
constexpr AuthFailureReason kOfInvitations[] = {AuthFailureReason::invalid_invitation,
                                                AuthFailureReason::throttled};

}  // namespace

std::span<const AuthFailureReason> reasons_of(AuthMethod kind) {
  switch (kind) {
    case AuthMethod::client_secret:
      return kOfSecrets;
    case AuthMethod::password:
      return kOfPasswords;
    case AuthMethod::invitation:
      return kOfInvitations;
  }
  return {};
}

std::string_view to_text(AuthMethod kind) {
  switch (kind) {
    case AuthMethod::client_secret:
      return "client_secret";
    case AuthMethod::password:
      return "password";
    case AuthMethod::invitation:
      return "invitation";
  }
  return "";
}

std::string_view to_text(AuthFailureReason reason) {
  switch (reason) {
    case AuthFailureReason::malformed:
      return "malformed";
    case AuthFailureReason::unknown_secret:
      return "unknown_secret";
    case AuthFailureReason::wrong_secret:
      return "wrong_secret";
    case AuthFailureReason::other_client:
      return "other_client";
    case AuthFailureReason::disabled:
      return "disabled";
    case AuthFailureReason::revoked:
      return "revoked";
    case AuthFailureReason::expired:
      return "expired";
    case AuthFailureReason::scope_not_granted:
      return "scope_not_granted";
    case AuthFailureReason::resource_not_allowed:
      return "resource_not_allowed";
    case AuthFailureReason::unknown_user:
      return "unknown_user";
    case AuthFailureReason::not_accepted:
      return "not_accepted";
    case AuthFailureReason::wrong_password:
      return "wrong_password";
    case AuthFailureReason::invalid_invitation:
      return "dead_invitation";
    case AuthFailureReason::throttled:
      return "throttled";
  }
  return "";
}

AuthFailure AuthFailure::of_password(const RequestOrigin& origin, std::string_view project,
                                     std::string_view email, AuthFailureReason reason) {
  return {.kind = AuthMethod::password,
          .reason = reason,
          .project = project,
          .claimed = email,
          .secret_id = "",
          .source_address = origin.source_address,
          .request_id = origin.request_id,
          .is_answered_with_429 = reason == AuthFailureReason::throttled};
}

AuthFailure AuthFailure::of_invitation(const RequestOrigin& origin, std::string_view project,
                                       AuthFailureReason reason) {
  AuthFailure attempt = of_password(origin, project, "", reason);
  attempt.kind = AuthMethod::invitation;
  return attempt;
}

void report(const AppContext& context, const AuthFailure& attempt) {
  context.log.warning(message_of(attempt.kind), {{"reason", to_text(attempt.reason)},
                                                 {"project", attempt.project},
                                                 {"client_id", attempt.claimed},
                                                 {"secret_id", attempt.secret_id},
                                                 {"source", attempt.source_address},
                                                 {"request_id", attempt.request_id}});
  for (AuthEventSink* sink : context.auth_event_sinks) sink->refused(attempt);
}

void report(const AppContext& context, const TokenIssue& issue) {
  for (AuthEventSink* sink : context.auth_event_sinks) sink->issued(issue);
}

void report(const AppContext& context, const TokenRevocation& revocation) {
  for (AuthEventSink* sink : context.auth_event_sinks) sink->revoked(revocation);
}

}  // namespace ptkl::app
