#include "app/oauth/grants/grant.h"

#include <algorithm>
#include <utility>

namespace ptkl::app {
namespace {

// The client credentials grant (RFC 6749 §4.4), whose authorization is the client's own credential.

/// As authenticate_client().
OAuthResult<AuthenticatedClient> authenticate_with_client_credentials(const AppContext& context,
                                                                      TokenRequest& request) {
  return authenticate_client(context, request.client, std::move(request.proof));
}

/// Returns all permissions that the client holds, or the requested part of them; absent if the request exceeds them.
std::optional<std::string> select_scope_of_client(const std::optional<std::string>& requested,
                                                  const PermissionSet& held) {
  if (!requested || requested->empty()) return held.text();
  // Longer than any scope that can be granted.
  if (requested->size() > kMaxGrantBytes) return std::nullopt;
  const auto scope = PermissionSet::parse(*requested);
  if (!scope || !held.covers(*scope)) return std::nullopt;
  return scope->text();
}

constexpr Grant kGrants[] = {
    {"client_credentials", authenticate_with_client_credentials, select_scope_of_client},
};

}  // namespace

std::span<const Grant> supported_grants() { return kGrants; }

const Grant* find_grant(std::string_view grant_type) {
  const auto* found = std::find_if(std::begin(kGrants), std::end(kGrants), [&](const Grant& grant) {
    return grant.grant_type == grant_type;
  });
  return found == std::end(kGrants) ? nullptr : found;
}

}  // namespace ptkl::app
