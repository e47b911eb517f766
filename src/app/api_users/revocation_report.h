// What is told of secrets that were revoked: when and from where each was last used, and until when
// its last token could live.
#pragma once

#include <optional>
#include <vector>

#include "app/access/context.h"
#include "core/client_credential.h"
#include "core/project.h"
#include "core/secret_requests.h"

namespace ptkl::app {

/// `ended` are secrets of one API user, as the transaction that revoked them left them. Call it after
/// the commit: from then on a use can only be that of a request which had read the secret before, and
/// its token is dead. Exact for this process; a use on another node is written up to a few seconds
/// later. That the database cannot be read only makes the report poorer: the secrets have ended.
std::vector<RevokedSecret> report_revoked(const AppContext& context, const Project& project,
                                          std::vector<ClientCredential> ended);

}  // namespace ptkl::app
