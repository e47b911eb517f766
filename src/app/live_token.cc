#include "app/live_token.h"

#include <utility>

#include "app/project_change.h"

namespace ptkl::app {
namespace {

/// One answer for everything that is wrong with a token, but for what its own signed claims tell.
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

}  // namespace

Result<LiveToken> find_live_token(const Ports& ports, std::string_view project,
                                  std::string_view token) {
  const auto name = ProjectName::parse(project);
  const auto kid = ports.token_verifier.key_id(token);
  if (!name || !kid) return refused();

  auto found = read_snapshot(
      ports.store, [&](Transaction& transaction) { return find_key(transaction, *name, *kid); });
  if (!found) return failure(std::move(found.error()));

  // Outside of any transaction: a signature takes longer to check than all lookups together.
  auto claims = ports.token_verifier.verify(token, found->key);
  if (!claims) {
    // A key that cannot be read is our fault, and nothing is known of the token then.
    if (claims.error().code == ErrorCode::internal) return failure(std::move(claims.error()));
    return refused();
  }
  const std::string issuer = issuer_of(ports.public_url, found->project.name);
  if (auto good = check_claims(*claims, issuer, to_unix_seconds(ports.clock.now())); !good) {
    return failure(std::move(good.error()));
  }

  auto owner = read_snapshot(ports.store, [&](Transaction& transaction) {
    return find_owner_of_live(transaction, found->project.id, reference_of(*claims));
  });
  if (!owner) return failure(std::move(owner.error()));
  return LiveToken{std::move(found->project), std::move(*claims), std::move(*owner)};
}

Result<TokenOwner> find_owner_of_live(Transaction& transaction, const Uuid& project,
                                      const TokenReference& token) {
  auto owner = transaction.find_token_owner(project, token);
  if (!owner) return failure(std::move(owner.error()));
  if (!*owner || !(*owner)->token_is_good) return refused();
  return std::move(**owner);
}

TokenReference reference_of(const AccessToken& claims) {
  return {claims.subject, claims.id, claims.slot};
}

}  // namespace ptkl::app
