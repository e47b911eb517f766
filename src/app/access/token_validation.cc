#include "app/access/token_validation.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace ptkl::app {
namespace {

/// The same answer for every fault of a token, except those that its signed claims show.
tl::unexpected<Error> reject_token() {
  return failure(ErrorCode::unauthenticated, "the token is invalid, expired or revoked");
}

/// The owner, its roles and their pending changes were read in one snapshot. A token that was issued before such a
/// change is rejected, although a step has yet to invalidate its slot. So is a token of a generation that no token of
/// the credential can have: it was issued before a backup was restored.
Result<TokenOwner> require_active(Result<std::optional<TokenOwner>> owner,
                                  const TokenReference& token) {
  if (!owner) return failed(owner);
  if (!*owner || !(*owner)->token_active) return reject_token();
  const TokenOwner& found = **owner;
  const std::int64_t min_version =
      std::max(found.min_rights_version, found.held.min_rights_version);
  if (token.rights_version < min_version) return reject_token();
  const std::int64_t max_generation = found.slot_generation + found.held.pending_changes;
  if (token.slot.generation() > max_generation) return reject_token();
  return std::move(**owner);
}

}  // namespace

Result<ValidToken> validate_token(const AppContext& context, std::string_view project,
                                  std::string_view token) {
  const auto name = ProjectName::parse(project);
  const auto kid = context.token_verifier.key_id(token);
  if (!name || !kid) return reject_token();

  auto found = context.store.find_verification_key(*name, *kid);
  if (!found) return failed(found);
  if (!*found) return reject_token();
  Project& known = (*found)->project;

  // Outside of any transaction: verifying a signature takes longer than all lookups together.
  auto claims = context.token_verifier.verify(token, (*found)->key);
  if (!claims) {
    // The key cannot be read, so the token may be valid.
    if (claims.error().code == ErrorCode::internal) return failed(claims);
    return reject_token();
  }
  const std::string issuer = issuer_of(context.public_url, known.name);
  if (auto valid = check_claims(*claims, issuer, to_unix_seconds(context.clock.now())); !valid) {
    return failed(valid);
  }

  const TokenReference reference = reference_of(*claims);
  auto owner = require_active(context.store.find_token_owner(known.id, reference), reference);
  if (!owner) return failed(owner);
  return ValidToken{std::move(known), std::move(*claims), std::move(*owner)};
}

Result<TokenOwner> find_valid_token_owner(Transaction& transaction, const Uuid& project,
                                          const TokenReference& token) {
  return require_active(transaction.find_token_owner(project, token), token);
}

TokenReference reference_of(const AccessToken& claims) {
  return {claims.subject, claims.id, claims.slot, claims.rights_version};
}

}  // namespace ptkl::app
