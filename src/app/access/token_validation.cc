#include "app/access/token_validation.h"

#include <optional>
#include <utility>

namespace ptkl::app {
namespace {

/// One answer for everything that is wrong with a token, but for what its own signed claims tell.
tl::unexpected<Error> refused() {
  return failure(ErrorCode::unauthenticated, "the token is invalid, expired or revoked");
}

Result<TokenOwner> require_good(Result<std::optional<TokenOwner>> owner) {
  if (!owner) return failed(owner);
  if (!*owner || !(*owner)->token_active) return refused();
  return std::move(**owner);
}

}  // namespace

Result<ValidToken> validate_token(const AppContext& context, std::string_view project,
                                  std::string_view token) {
  const auto name = ProjectName::parse(project);
  const auto kid = context.token_verifier.key_id(token);
  if (!name || !kid) return refused();

  auto found = context.store.find_verification_key(*name, *kid);
  if (!found) return failed(found);
  if (!*found) return refused();
  Project& known = (*found)->project;

  // Outside of any transaction: a signature takes longer to check than all lookups together.
  auto claims = context.token_verifier.verify(token, (*found)->key);
  if (!claims) {
    // A key that cannot be read is our fault, and nothing is known of the token then.
    if (claims.error().code == ErrorCode::internal) return failed(claims);
    return refused();
  }
  const std::string issuer = issuer_of(context.public_url, known.name);
  if (auto good = check_claims(*claims, issuer, to_unix_seconds(context.clock.now())); !good) {
    return failed(good);
  }

  auto owner = require_good(context.store.find_token_owner(known.id, reference_of(*claims)));
  if (!owner) return failed(owner);
  return ValidToken{std::move(known), std::move(*claims), std::move(*owner)};
}

Result<TokenOwner> find_valid_token_owner(Transaction& transaction, const Uuid& project,
                                          const TokenReference& token) {
  return require_good(transaction.find_token_owner(project, token));
}

TokenReference reference_of(const AccessToken& claims) {
  return {claims.subject, claims.id, claims.slot};
}

}  // namespace ptkl::app
