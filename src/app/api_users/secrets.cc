#include "app/api_users/secrets.h"

#include <algorithm>
#include <utility>

#include "app/api_users/api_user_changes.h"
#include "app/api_users/overlap_expiry.h"
#include "app/api_users/revocation_report.h"
#include "app/audit/record.h"
#include "app/tokens/credential_lifecycle.h"
#include "core/text_list.h"

namespace ptkl::app {
namespace {

Result<void> check_request(const CreateSecret& request) {
  if (request.overlap < std::chrono::seconds(0) || request.overlap > kMaxOverlap) {
    return invalid_field("overlap_seconds", "expected 0 seconds to 30 days");
  }
  if (request.until_idle && request.overlap == std::chrono::seconds(0)) {
    return invalid_field("until_idle_seconds", "requires overlap_seconds");
  }
  if (request.until_idle &&
      (*request.until_idle < kMinIdleness || *request.until_idle > request.overlap)) {
    return invalid_field("until_idle_seconds", "expected 1 minute to the overlap");
  }
  if (request.expires_in &&
      (*request.expires_in < kMinSecretLifetime || *request.expires_in > kMaxSecretLifetime)) {
    return invalid_field("expires_in", "expected 1 minute to 10 years");
  }
  auto clean = check_free_text(request.label);
  if (!clean) return invalid_field("label", std::move(clean.error().message));
  return {};
}

std::size_t count_live(const std::vector<ClientCredential>& secrets, Timestamp now) {
  return static_cast<std::size_t>(
      std::count_if(secrets.begin(), secrets.end(),
                    [&](const ClientCredential& secret) { return secret.is_live(now); }));
}

Result<void> check_may_create(const ApiUserDetails& user, const CreateSecret& request,
                              const Grants& own, Timestamp now) {
  // A secret gives its holder all rights of the API user, so creating one is giving these rights.
  if (auto may = check_may_assign(own, user.grants()); !may) return may;
  if (user.user.status == ApiUserStatus::disabled) {
    return failure(ErrorCode::conflict,
                   user.user.username.text() + " is disabled; enable it to create a secret");
  }
  const bool keeps_earlier = request.overlap > std::chrono::seconds(0);
  if (keeps_earlier && count_live(user.secrets, now) >= kMaxLiveSecrets) {
    return failure(ErrorCode::conflict,
                   "an API user can have at most " + std::to_string(kMaxLiveSecrets) +
                       " live secrets; revoke one first, or create the new one without overlap");
  }
  return {};
}

/// Errors: conflict when the new secret of the last owner would expire, since after that no owner could log
/// in to create another.
Result<void> check_may_expire(ProjectTransaction& change, const ApiUserDetails& user,
                              const CreateSecret& request) {
  if (!request.expires_in || !is_owner(user)) return {};
  auto other = require_other_owner(change, user);
  if (!other && other.error().code == ErrorCode::conflict) {
    other.error().message += "; or create a secret that does not expire";
  }
  return other;
}

/// Revokes all earlier secrets.
Result<std::vector<ReplacedSecret>> replace_immediately(ProjectTransaction& change,
                                                        std::vector<ClientCredential>& secrets) {
  std::vector<ReplacedSecret> replaced;
  for (ClientCredential& secret : secrets) {
    if (!may_have_tokens(secret, change.now)) continue;
    if (secret.is_live(change.now)) replaced.push_back({secret.id, change.now});
    if (auto done = revoke_credential(change, secret); !done) return failed(done);
  }
  return replaced;
}

/// Ends the current secret together with the overlap. A secret that overlaps already keeps its own end.
Result<std::vector<ReplacedSecret>> replace_with_overlap(ProjectTransaction& change,
                                                         std::vector<ClientCredential>& secrets,
                                                         const Overlap& overlap) {
  std::vector<ReplacedSecret> replaced;
  for (ClientCredential& secret : secrets) {
    if (!secret.is_live(change.now)) continue;
    if (!secret.works_until) {
      secret = with_overlap(std::move(secret), change.now, overlap);
      auto done = change.transaction.client_credentials().update(change.project, secret);
      if (!done) return failed(done);
    }
    replaced.push_back({secret.id, *secret.ends_at(), secret.until_idle});
  }
  return replaced;
}

/// Deletes the oldest inactive secrets, because every change of an API user reads all of its secrets.
Result<void> prune_secret_history(ProjectTransaction& change,
                                  const std::vector<ClientCredential>& newest_first) {
  std::size_t inactive = 0;
  for (const ClientCredential& secret : newest_first) {
    if (may_have_tokens(secret, change.now) || ++inactive <= kMaxInactiveSecrets) continue;
    auto done = change.transaction.client_credentials().erase(change.project, secret.id);
    if (!done) return done;
  }
  return {};
}

Result<void> record_creation(ProjectTransaction& change, const CreatedSecret& created,
                             const CreateSecret& request) {
  return record(
      change,
      {.action = audit_actions::kSecretCreated,
       .target = audit_target(created.user),
       .before = {{"secrets", texts_of(created.replaced,
                                       [](const auto& secret) { return secret.id.text(); })}},
       .after = {{"expires_at", audit_value(created.record.expires_at)},
                 {"label", created.record.label},
                 {"overlap_seconds", std::int64_t{request.overlap.count()}},
                 {"secret", created.record.id.text()}}});
}

Result<CreatedSecret> rotate(ProjectTransaction& change, ApiUserDetails user,
                             const CreateSecret& request) {
  auto replaced =
      request.overlap > std::chrono::seconds(0)
          ? replace_with_overlap(change, user.secrets, {request.overlap, request.until_idle})
          : replace_immediately(change, user.secrets);
  if (!replaced) return failed(replaced);
  if (auto done = prune_secret_history(change, user.secrets); !done) return failed(done);
  CredentialTerms terms{request.label, std::nullopt};
  if (request.expires_in) terms.expires_at = change.now + *request.expires_in;
  auto created = generate_secret(change, user.user.id, terms);
  if (!created) return failed(created);
  if (auto done = store_next_version(change, user.user); !done) return failed(done);
  CreatedSecret result{std::move(user.user), std::move(created->secret), std::move(created->record),
                       std::move(*replaced)};
  auto recorded = record_creation(change, result, request);
  if (!recorded) return failed(recorded);
  return result;
}

std::size_t count_current(const std::vector<ClientCredential>& secrets, Timestamp now) {
  return static_cast<std::size_t>(
      std::count_if(secrets.begin(), secrets.end(), [&](const ClientCredential& secret) {
        return secret.status(now) == CredentialStatus::current;
      }));
}

/// Errors: conflict when the last owner would have no current secret, since after the overlaps no owner
/// could log in to create one.
Result<void> check_may_revoke(ProjectTransaction& change, const ApiUserDetails& user,
                              const std::vector<ClientCredential>& selected) {
  const std::size_t current = count_current(selected, change.now);
  if (current == 0 || current < count_current(user.secrets, change.now) || !is_owner(user))
    return {};
  auto other = require_other_owner(change, user);
  if (!other && other.error().code == ErrorCode::conflict) {
    other.error().message += "; or create a new secret, which revokes the earlier ones";
  }
  return other;
}

Result<std::vector<ClientCredential>> revoke_all(ProjectTransaction& change, ApiUserDetails user,
                                                 std::vector<ClientCredential> selected) {
  if (selected.empty()) return selected;
  if (auto may = check_may_revoke(change, user, selected); !may) return failed(may);
  for (ClientCredential& secret : selected) {
    if (auto done = revoke_credential(change, secret); !done) return failed(done);
  }
  if (auto done = store_next_version(change, user.user); !done) return failed(done);
  auto recorded = record(change, {.action = audit_actions::kSecretRevoked,
                                  .target = audit_target(user.user),
                                  .before = {{"secrets", texts_of(selected, [](const auto& secret) {
                                                return secret.id.text();
                                              })}}});
  if (!recorded) return failed(recorded);
  return selected;
}

struct RevocationRequest {
  Uuid api_user;
  std::optional<CredentialId> only;  ///< absent: all secrets
  ExpectedVersion expected;
};

/// Returns the secrets that are live or may have valid tokens.
/// Errors: not_found when `only` is not among the secrets of `user`.
Result<std::vector<ClientCredential>> select_secrets(const ApiUserDetails& user,
                                                     const std::optional<CredentialId>& only,
                                                     Timestamp now) {
  std::vector<ClientCredential> selected;
  bool found = !only;
  for (const ClientCredential& secret : user.secrets) {
    if (only && secret.id != *only) continue;
    found = true;
    if (may_have_tokens(secret, now)) selected.push_back(secret);
  }
  if (found) return selected;
  return failure(ErrorCode::not_found,
                 "there is no secret " + only->text() + " of " + user.user.username.text());
}

Result<std::vector<RevokedSecret>> revoke_selected(const AppContext& context, const Actor& actor,
                                                   const RevocationRequest& request) {
  auto revoked = run_in_project(
      context, actor, permissions::kApiUsersSecrets,
      [&](ProjectTransaction& change, const Grants&) -> Result<std::vector<ClientCredential>> {
        auto user = find_api_user(change.transaction, change.project, request.api_user);
        if (!user) return failed(user);
        if (auto same = check_version(user->user.version, request.expected, "API user"); !same)
          return failed(same);
        auto selected = select_secrets(*user, request.only, change.now);
        if (!selected) return selected;
        return revoke_all(change, std::move(*user), std::move(*selected));
      });
  if (!revoked) return failed(revoked);
  return report_revoked(context, actor.project, std::move(*revoked));
}

}  // namespace

Result<std::vector<ClientCredential>> list_secrets(const AppContext& context, const Actor& actor,
                                                   const Uuid& api_user) {
  return read_project(context, actor, permissions::kApiUsersRead,
                      [&](Transaction& transaction) -> Result<std::vector<ClientCredential>> {
                        auto user = find_api_user(transaction, actor.project.id, api_user);
                        if (!user) return failed(user);
                        return std::move(user->secrets);
                      });
}

Result<CreatedSecret> create_secret(const AppContext& context, const Actor& actor,
                                    const Uuid& api_user, const CreateSecret& request) {
  if (auto allowed = require(actor, permissions::kApiUsersSecrets); !allowed) {
    return failed(allowed);
  }
  if (auto valid = check_request(request); !valid) return failed(valid);
  return run_in_project(
      context, actor, permissions::kApiUsersSecrets,
      [&](ProjectTransaction& change, const Grants& own) -> Result<CreatedSecret> {
        auto user = find_api_user(change.transaction, change.project, api_user);
        if (!user) return failed(user);
        auto may = check_may_create(*user, request, own, change.now);
        if (may) may = check_may_expire(change, *user, request);
        if (!may) return failed(may);
        return rotate(change, std::move(*user), request);
      });
}

Result<std::vector<RevokedSecret>> revoke_secrets(const AppContext& context, const Actor& actor,
                                                  const Uuid& api_user, ExpectedVersion expected) {
  return revoke_selected(context, actor, {api_user, std::nullopt, expected});
}

Result<std::vector<RevokedSecret>> revoke_secret(const AppContext& context, const Actor& actor,
                                                 const Uuid& api_user, const CredentialId& id,
                                                 ExpectedVersion expected) {
  return revoke_selected(context, actor, {api_user, id, expected});
}

}  // namespace ptkl::app
