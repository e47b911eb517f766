// What the use cases of `app` need from outside: ports, services and configuration.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random_source.h"
#include "base/wake_up.h"
#include "core/invitation.h"
#include "core/keys/signing_key_rotation.h"
#include "core/ports/audit_signer.h"
#include "core/ports/hashers.h"
#include "core/ports/mailer.h"
#include "core/ports/store.h"
#include "core/ports/token_keys.h"

namespace ptkl::app {

class AttemptLimiter;
class AuthEventSink;
class LastUsed;

/// Every reference and pointer outlives the context. Everything in it is thread-safe.
struct AppContext {
  Store& store;
  Clock& clock;
  RandomSource& random_source;
  SecretHasher& secret_hasher;
  PasswordHasher& password_hasher;
  KeyRing& key_ring;
  TokenSigner& token_signer;
  TokenVerifier& token_verifier;
  AuditSigner& audit_signer;
  LastUsed& last_used;
  Logger& log;
  std::string public_url;  ///< without a trailing slash
  RotationPolicy key_rotation = {};
  Mailer* mailer = nullptr;                   ///< null: no mail server is configured
  AttemptLimiter* attempt_limiter = nullptr;  ///< null: nothing is limited
  std::vector<AuthEventSink*> auth_event_sinks =
      {};  ///< none is null; see app/access/auth_events.h
  std::chrono::seconds invitation_lifetime = kDefaultInvitationLifetime;
  WakeUp* rights_changed = nullptr;  ///< notified when a change of rights was recorded; may be null
};

}  // namespace ptkl::app
