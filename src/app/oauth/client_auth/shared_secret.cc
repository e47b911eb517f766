#include "app/oauth/client_auth/shared_secret.h"

#include <optional>
#include <utility>
#include <variant>

namespace ptkl::app {
namespace {

/// Hashes and compares even if no credential was found, so that an unknown secret takes as long as a wrong
/// one.
bool matches_stored_hash(SecretHasher& hasher, const Secret& secret,
                         const std::optional<ClientWithRoles>& found) {
  constexpr Digest kNoHash{};
  const SharedSecret* stored =
      found ? std::get_if<SharedSecret>(&found->record.credential.verifier) : nullptr;
  const Digest hash = hasher.hash(secret);
  const bool equal = hasher.equal(hash, stored != nullptr ? stored->hash : kNoHash);
  return equal && stored != nullptr;
}

}  // namespace

OAuthResult<AuthenticatedClient> authenticate_shared_secret(const AppContext& context,
                                                            const ClaimedClient& client,
                                                            SecretString text) {
  // 1. The form of the secret and its checksum, without a lookup.
  auto project = ProjectName::parse(client.project);
  auto secret = Secret::parse(std::move(text));
  if (!project || !secret) return refuse_client(context, client, AuthFailureReason::malformed, "");

  // 2. The credential, by the secret's id: one lookup.
  const Timestamp now = context.clock.now();
  auto lookup = context.store.find_client(*project, secret->id());
  if (!lookup) return tl::unexpected(report_fault(context, client, lookup.error()));
  std::optional<ClientWithRoles>& found = *lookup;
  const auto refuse = [&](AuthFailureReason reason) {
    return refuse_client(context, client, reason, secret->id().text());
  };

  // 3. The hash, in constant time.
  const bool matches = matches_stored_hash(context.secret_hasher, *secret, found);
  if (!found) return refuse(AuthFailureReason::unknown_secret);
  if (!matches) return refuse(AuthFailureReason::wrong_secret);

  // 4. The credential belongs to that client, and both are valid.
  const auto reason = check_standing(found->record, client.id, now);
  if (reason) return refuse(*reason);
  return AuthenticatedClient{now, std::move(found->record), std::move(found->held)};
}

}  // namespace ptkl::app
