#include "app/access/auth_events.h"

namespace ptkl::app {
namespace {

/// One for each kind, because the log holds back what comes too often by its message: a flood of one
/// kind hides none of another.
std::string_view message_of(AttemptKind kind) {
  switch (kind) {
    case AttemptKind::client_secret:
      return "client refused";
    case AttemptKind::password:
      return "sign-in refused";
    case AttemptKind::invitation:
      return "invitation refused";
  }
  return "";
}

constexpr RefusalReason kOfSecrets[] = {RefusalReason::malformed,
                                        RefusalReason::unknown_secret,
                                        RefusalReason::wrong_secret,
                                        RefusalReason::other_client,
                                        RefusalReason::disabled,
                                        RefusalReason::revoked,
                                        RefusalReason::expired,
                                        RefusalReason::scope_not_granted,
                                        RefusalReason::resource_not_allowed};
constexpr RefusalReason kOfPasswords[] = {RefusalReason::malformed, RefusalReason::unknown_user,
                                          RefusalReason::not_accepted,
                                          RefusalReason::wrong_password, RefusalReason::throttled};
constexpr RefusalReason kOfInvitations[] = {RefusalReason::dead_invitation,
                                            RefusalReason::throttled};

}  // namespace

std::span<const RefusalReason> reasons_of(AttemptKind kind) {
  switch (kind) {
    case AttemptKind::client_secret:
      return kOfSecrets;
    case AttemptKind::password:
      return kOfPasswords;
    case AttemptKind::invitation:
      return kOfInvitations;
  }
  return {};
}

std::string_view to_text(AttemptKind kind) {
  switch (kind) {
    case AttemptKind::client_secret:
      return "client_secret";
    case AttemptKind::password:
      return "password";
    case AttemptKind::invitation:
      return "invitation";
  }
  return "";
}

std::string_view to_text(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::malformed:
      return "malformed";
    case RefusalReason::unknown_secret:
      return "unknown_secret";
    case RefusalReason::wrong_secret:
      return "wrong_secret";
    case RefusalReason::other_client:
      return "other_client";
    case RefusalReason::disabled:
      return "disabled";
    case RefusalReason::revoked:
      return "revoked";
    case RefusalReason::expired:
      return "expired";
    case RefusalReason::scope_not_granted:
      return "scope_not_granted";
    case RefusalReason::resource_not_allowed:
      return "resource_not_allowed";
    case RefusalReason::unknown_user:
      return "unknown_user";
    case RefusalReason::not_accepted:
      return "not_accepted";
    case RefusalReason::wrong_password:
      return "wrong_password";
    case RefusalReason::dead_invitation:
      return "dead_invitation";
    case RefusalReason::throttled:
      return "throttled";
  }
  return "";
}

RefusedAttempt RefusedAttempt::of_password(const RequestOrigin& origin, std::string_view project,
                                           std::string_view email, RefusalReason reason) {
  return {.kind = AttemptKind::password,
          .reason = reason,
          .project = project,
          .claimed = email,
          .secret_id = "",
          .source_address = origin.source_address,
          .request_id = origin.request_id,
          .is_answered_with_429 = reason == RefusalReason::throttled};
}

RefusedAttempt RefusedAttempt::of_invitation(const RequestOrigin& origin, std::string_view project,
                                             RefusalReason reason) {
  RefusedAttempt attempt = of_password(origin, project, "", reason);
  attempt.kind = AttemptKind::invitation;
  return attempt;
}

void report(const Ports& ports, const RefusedAttempt& attempt) {
  ports.log.warning(message_of(attempt.kind), {{"reason", to_text(attempt.reason)},
                                               {"project", attempt.project},
                                               {"client_id", attempt.claimed},
                                               {"secret_id", attempt.secret_id},
                                               {"source", attempt.source_address},
                                               {"request_id", attempt.request_id}});
  for (AttemptObserver* observer : ports.attempt_observers) observer->refused(attempt);
}

void report(const Ports& ports, const TokenIssue& issue) {
  for (AttemptObserver* observer : ports.attempt_observers) observer->issued(issue);
}

void report(const Ports& ports, const TokenRevocation& revocation) {
  for (AttemptObserver* observer : ports.attempt_observers) observer->revoked(revocation);
}

}  // namespace ptkl::app
