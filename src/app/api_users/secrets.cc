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

Result<void> check_request(const CreateSecret& wanted) {
  if (wanted.overlap < std::chrono::seconds(0) || wanted.overlap > kMaxOverlap) {
    return invalid_field("overlap_seconds", "expected 0 seconds to 30 days");
  }
  if (wanted.until_idle && wanted.overlap == std::chrono::seconds(0)) {
    return invalid_field("until_idle_seconds",
                         "expected overlap_seconds too: the overlap is what ends early");
  }
  if (wanted.until_idle &&
      (*wanted.until_idle < kMinIdleness || *wanted.until_idle > wanted.overlap)) {
    return invalid_field("until_idle_seconds", "expected 1 minute to the overlap");
  }
  if (wanted.expires_in &&
      (*wanted.expires_in < kMinSecretLifetime || *wanted.expires_in > kMaxSecretLifetime)) {
    return invalid_field("expires_in", "expected 1 minute to 10 years");
  }
  auto clean = check_free_text(wanted.label);
  if (!clean) return invalid_field("label", std::move(clean.error().message));
  return {};
}

std::size_t count_live(const std::vector<ClientCredential>& secrets, Timestamp now) {
  return static_cast<std::size_t>(
      std::count_if(secrets.begin(), secrets.end(),
                    [&](const ClientCredential& secret) { return secret.is_live(now); }));
}

Result<void> check_may_make(const ApiUserDetails& user, const CreateSecret& wanted,
                            const Grants& own, Timestamp now) {
  // Whoever holds a secret can do all that its API user can: to make one is to give it all.
  if (auto may = check_may_give(own, user.grants()); !may) return may;
  if (user.user.status == ApiUserStatus::disabled) {
    return failure(ErrorCode::conflict,
                   user.user.username.text() + " is disabled; enable it to make a secret");
  }
  const bool keeps_earlier = wanted.overlap > std::chrono::seconds(0);
  if (keeps_earlier && count_live(user.secrets, now) >= kMaxLiveSecrets) {
    return failure(ErrorCode::conflict, "at most " + std::to_string(kMaxLiveSecrets) +
                                            " secrets can work at once; revoke one first, or "
                                            "make the new one without overlap");
  }
  return {};
}

/// conflict when the new secret of the last owner would end by itself: then nobody could log in to
/// make another.
Result<void> check_may_expire(ProjectTransaction& change, const ApiUserDetails& user,
                              const CreateSecret& wanted) {
  if (!wanted.expires_in || !is_owner(user)) return {};
  auto kept = require_other_owner(change, user);
  if (!kept && kept.error().code == ErrorCode::conflict) {
    kept.error().message += "; or make a secret that does not expire";
  }
  return kept;
}

/// Ends every earlier secret.
Result<std::vector<ReplacedSecret>> replace_at_once(ProjectTransaction& change,
                                                    std::vector<ClientCredential>& secrets) {
  std::vector<ReplacedSecret> replaced;
  for (ClientCredential& secret : secrets) {
    if (!may_have_tokens(secret, change.now)) continue;
    if (secret.is_live(change.now)) replaced.push_back({secret.id, change.now});
    if (auto done = revoke(change, secret); !done) return failed(done);
  }
  return replaced;
}

/// Lets the current secret end when the overlap does; one that overlaps already keeps its own end.
Result<std::vector<ReplacedSecret>> replace_later(ProjectTransaction& change,
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

/// Drops what is long over: every change of an API user reads all of its secrets.
Result<void> prune_secret_history(ProjectTransaction& change,
                                  const std::vector<ClientCredential>& newest_first) {
  std::size_t kept = 0;
  for (const ClientCredential& secret : newest_first) {
    if (may_have_tokens(secret, change.now) || ++kept <= kMaxEndedSecrets) continue;
    auto done = change.transaction.client_credentials().erase(change.project, secret.id);
    if (!done) return done;
  }
  return {};
}

Result<void> record_new(ProjectTransaction& change, const CreatedSecret& made,
                        const CreateSecret& wanted) {
  return record(
      change,
      {.action = audit_actions::kSecretCreated,
       .target = audit_target(made.user),
       .before = {{"secrets",
                   texts_of(made.replaced, [](const auto& secret) { return secret.id.text(); })}},
       .after = {{"expires_at", audit_value(made.record.expires_at)},
                 {"label", made.record.label},
                 {"overlap_seconds", std::int64_t{wanted.overlap.count()}},
                 {"secret", made.record.id.text()}}});
}

Result<CreatedSecret> rotate(ProjectTransaction& change, ApiUserDetails user,
                             const CreateSecret& wanted) {
  auto replaced = wanted.overlap > std::chrono::seconds(0)
                      ? replace_later(change, user.secrets, {wanted.overlap, wanted.until_idle})
                      : replace_at_once(change, user.secrets);
  if (!replaced) return failed(replaced);
  if (auto done = prune_secret_history(change, user.secrets); !done) return failed(done);
  SecretTerms terms{wanted.label, std::nullopt};
  if (wanted.expires_in) terms.expires_at = change.now + *wanted.expires_in;
  auto made = insert_secret(change, user.user.id, terms);
  if (!made) return failed(made);
  if (auto done = store_next_version(change, user.user); !done) return failed(done);
  CreatedSecret result{std::move(user.user), std::move(made->secret), std::move(made->record),
                       std::move(*replaced)};
  auto recorded = record_new(change, result, wanted);
  if (!recorded) return failed(recorded);
  return result;
}

std::size_t count_current(const std::vector<ClientCredential>& secrets, Timestamp now) {
  return static_cast<std::size_t>(
      std::count_if(secrets.begin(), secrets.end(), [&](const ClientCredential& secret) {
        return secret.status(now) == CredentialStatus::current;
      }));
}

/// conflict when the last owner would be left without a current secret: once the overlapping ones
/// have ended, nobody could log in to make one.
Result<void> check_may_end(ProjectTransaction& change, const ApiUserDetails& user,
                           const std::vector<ClientCredential>& ending) {
  const std::size_t ends = count_current(ending, change.now);
  if (ends == 0 || ends < count_current(user.secrets, change.now) || !is_owner(user)) return {};
  auto kept = require_other_owner(change, user);
  if (!kept && kept.error().code == ErrorCode::conflict) {
    kept.error().message += "; or make a new secret, which ends the earlier ones";
  }
  return kept;
}

Result<std::vector<ClientCredential>> end_secrets(ProjectTransaction& change, ApiUserDetails user,
                                                  std::vector<ClientCredential> ending) {
  if (ending.empty()) return ending;
  if (auto may = check_may_end(change, user, ending); !may) return failed(may);
  for (ClientCredential& secret : ending) {
    if (auto done = revoke(change, secret); !done) return failed(done);
  }
  if (auto done = store_next_version(change, user.user); !done) return failed(done);
  auto recorded = record(change, {.action = audit_actions::kSecretRevoked,
                                  .target = audit_target(user.user),
                                  .before = {{"secrets", texts_of(ending, [](const auto& secret) {
                                                return secret.id.text();
                                              })}}});
  if (!recorded) return failed(recorded);
  return ending;
}

struct Revocation {
  Uuid api_user;
  std::optional<CredentialId> only;  ///< absent: every one
  ExpectedVersion expected;
};

/// Those that may have tokens.
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
                                                   const Revocation& wanted) {
  auto ended = run_in_project(
      context, actor, permissions::kApiUsersSecrets,
      [&](ProjectTransaction& change, const Grants&) -> Result<std::vector<ClientCredential>> {
        auto user = find_api_user(change.transaction, change.project, wanted.api_user);
        if (!user) return failed(user);
        if (auto same = check_version(user->user.version, wanted.expected, "API user"); !same)
          return failed(same);
        auto ending = select_secrets(*user, wanted.only, change.now);
        if (!ending) return ending;
        return end_secrets(change, std::move(*user), std::move(*ending));
      });
  if (!ended) return failed(ended);
  return report_revoked(context, actor.project, std::move(*ended));
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

Result<CreatedSecret> make_secret(const AppContext& context, const Actor& actor,
                                  const Uuid& api_user, const CreateSecret& wanted) {
  if (auto allowed = require(actor, permissions::kApiUsersSecrets); !allowed) {
    return failed(allowed);
  }
  if (auto good = check_request(wanted); !good) return failed(good);
  return run_in_project(
      context, actor, permissions::kApiUsersSecrets,
      [&](ProjectTransaction& change, const Grants& own) -> Result<CreatedSecret> {
        auto user = find_api_user(change.transaction, change.project, api_user);
        if (!user) return failed(user);
        auto may = check_may_make(*user, wanted, own, change.now);
        if (may) may = check_may_expire(change, *user, wanted);
        if (!may) return failed(may);
        return rotate(change, std::move(*user), wanted);
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
