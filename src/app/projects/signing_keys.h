// The keys of a project: shown, rotated on command, and rotated and deleted when it is time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "app/access/actor.h"
#include "core/signing_key_rotation.h"

namespace ptkl::app {

/// The keys that the JWKS shows. not_found.
Result<std::vector<SigningKey>> list_published_keys(const AppContext& context,
                                                    std::string_view project);

/// The active key, the next one, and the retired ones that are still published. Needs `keys.write`.
/// `activates_at` of the next key is when it will take over as things stand.
Result<std::vector<SigningKeyDetails>> list_signing_keys(const AppContext& context,
                                                         const Actor& actor);

/// Lets the next key take over, or says when it will. A next key of another algorithm than the wanted
/// one is replaced first. Needs `keys.write`. Returns the key that signs from now on (`active`), or
/// from `activates_at` on (`next`). Fails with conflict when the keys changed meanwhile, and as
/// check_rotation() does. May take 100 ms for a new key, so it does not belong on an I/O thread.
Result<SigningKeyDetails> rotate_signing_key(const AppContext& context, const Actor& actor,
                                             const RotateKeys& wanted);

/// Does in all projects what is due: makes a next key where there is none, lets the next key take
/// over, deletes retired keys whose time is over, and forgets them in memory. May run on several
/// nodes at once. What fails in one project is logged and holds up no other.
void maintain_signing_keys(const AppContext& context);

}  // namespace ptkl::app
