#include "app/api_users/revocation_report.h"

#include <algorithm>
#include <utility>

#include "app/access/project_transaction.h"
#include "app/tokens/last_used.h"

namespace ptkl::app {
namespace {

using Uses = std::vector<CredentialUse>;

Uses find_unwritten_uses(const AppContext& context, const Uuid& project,
                         const std::vector<ClientCredential>& secrets) {
  Uses uses;
  for (const ClientCredential& secret : secrets) {
    if (auto use = context.last_used.find(project, secret.id)) uses.push_back(std::move(*use));
  }
  return uses;
}

Uses read_written_uses(const AppContext& context, const Uuid& project, const Uuid& api_user) {
  const auto user = read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.api_users().find(project, api_user);
  });
  Uses uses;
  if (!user) {
    context.log.warning("reading last uses of revoked secrets failed",
                        {{"reason", user.error().message}});
    return uses;
  }
  if (!*user) return uses;
  for (const ClientCredential& secret : (*user)->secrets) {
    if (!secret.last_used_at) continue;
    uses.push_back({project, secret.id, *secret.last_used_at, secret.last_used_from});
  }
  return uses;
}

ClientCredential with_latest_of(ClientCredential secret, const Uses& uses) {
  for (const CredentialUse& use : uses) {
    if (use.credential != secret.id || (secret.last_used_at && use.at <= *secret.last_used_at))
      continue;
    secret.last_used_at = use.at;
    secret.last_used_from = use.from;
  }
  return secret;
}

}  // namespace

std::vector<RevokedSecret> report_revoked(const AppContext& context, const Project& project,
                                          std::vector<ClientCredential> revoked) {
  if (revoked.empty()) return {};
  // LastUsed::find() requires this order.
  const Uses unwritten = find_unwritten_uses(context, project.id, revoked);
  const Uses written = read_written_uses(context, project.id, revoked.front().api_user);
  std::vector<RevokedSecret> reported;
  for (ClientCredential& secret : revoked) {
    ClientCredential record = with_latest_of(with_latest_of(std::move(secret), written), unwritten);
    const auto last_token = record.last_token_expires_at(project.token_lifetime);
    reported.push_back({std::move(record), last_token});
  }
  return reported;
}

}  // namespace ptkl::app
