#include "app/authorize.h"

#include <utility>

#include "app/project_change.h"
#include "base/check.h"

namespace ptkl::app {
namespace {

/// One answer for everything that is wrong with a token before its signature is known to be good.
tl::unexpected<Error> refused() {
  return failure(ErrorCode::unauthenticated, "the token is not valid, or not any more");
}

struct ProjectKey {
  Project project;
  SigningKey key;
};

Result<ProjectKey> find_key(Transaction& transaction, const ProjectName& name,
                            std::string_view kid) {
  auto project = transaction.projects().find(name);
  if (!project) return failure(std::move(project.error()));
  // An unknown project costs the lookup too, so that the clock does not tell it from a foreign one.
  auto key = transaction.signing_keys().find(*project ? (*project)->id : Uuid(), kid);
  if (!key) return failure(std::move(key.error()));
  if (!*project || !*key) return refused();
  return ProjectKey{std::move(**project), std::move(**key)};
}

Result<TokenOwner> find_owner(Transaction& transaction, const Uuid& project,
                              const TokenReference& token) {
  auto owner = transaction.find_token_owner(project, token);
  if (!owner) return failure(std::move(owner.error()));
  if (!*owner || !(*owner)->token_is_good || (*owner)->user.status != ApiUserStatus::active) {
    return refused();
  }
  return std::move(**owner);
}

Result<void> require_among(const Grants& grants, std::string_view permission) {
  const auto wanted = Permission::parse(permission);
  PTKL_CHECK(wanted);
  if (grants.permissions.covers(*wanted)) return {};
  return failure(ErrorCode::permission_denied,
                 "this needs the permission " + wanted->text() + ", which you do not have");
}

}  // namespace

Grants grants_of(const std::vector<Role>& roles) {
  Grants grants;
  for (const Role& role : roles) grants.add(role);
  return grants;
}

Result<Actor> authenticate(const Ports& ports, std::string_view project, std::string_view token) {
  const auto name = ProjectName::parse(project);
  const auto kid = ports.token_verifier.key_id(token);
  if (!name || !kid) return refused();

  auto found = read_snapshot(
      ports.store, [&](Transaction& transaction) { return find_key(transaction, *name, *kid); });
  if (!found) return failure(std::move(found.error()));

  // Outside of any transaction: a signature takes longer to check than all lookups together.
  const auto claims = ports.token_verifier.verify(token, found->key);
  if (!claims) return refused();
  const std::string issuer = issuer_of(ports.public_url, found->project.name);
  if (auto good = check_claims(*claims, issuer, to_unix_seconds(ports.clock.now())); !good) {
    return failure(std::move(good.error()));
  }

  const TokenReference reference{claims->subject, claims->id, claims->slot};
  auto owner = read_snapshot(ports.store, [&](Transaction& transaction) {
    return find_owner(transaction, found->project.id, reference);
  });
  if (!owner) return failure(std::move(owner.error()));
  Grants grants = grants_of(owner->roles);
  const Timestamp expires_at{std::chrono::seconds(claims->expires_at)};
  return Actor{std::move(found->project),
               std::move(owner->user),
               std::move(owner->roles),
               std::move(grants),
               expires_at,
               reference};
}

Result<void> require(const Actor& actor, std::string_view permission) {
  return require_among(actor.grants, permission);
}

Result<Grants> require_now(Transaction& transaction, const Actor& actor,
                           std::string_view permission) {
  const auto owner = find_owner(transaction, actor.project.id, actor.token);
  if (!owner) return failure(owner.error());
  Grants grants = grants_of(owner->roles);
  if (auto held = require_among(grants, permission); !held) {
    return failure(std::move(held.error()));
  }
  return grants;
}

}  // namespace ptkl::app
