#include "core/client_credential.h"

#include <algorithm>

namespace ptkl {

std::string_view to_text(CredentialKind kind) {
  switch (kind) {
    case CredentialKind::secret:
      return "secret";
    case CredentialKind::public_key:
      return "public_key";
    case CredentialKind::federated_identity:
      return "federated_identity";
  }
  return "";
}

CredentialKind ClientCredential::kind() const {
  struct KindOf {
    CredentialKind operator()(const SharedSecret&) const { return CredentialKind::secret; }
  };
  return std::visit(KindOf{}, verifier);
}

std::string_view to_text(SecretStatus status) {
  switch (status) {
    case SecretStatus::current:
      return "current";
    case SecretStatus::overlapping:
      return "overlapping";
    case SecretStatus::revoked:
      return "revoked";
    case SecretStatus::expired:
      return "expired";
  }
  return "";
}

std::optional<Timestamp> ClientCredential::ends_at() const {
  if (expires_at && works_until) return std::min(*expires_at, *works_until);
  return expires_at ? expires_at : works_until;
}

std::optional<Timestamp> ClientCredential::last_token_expires_at(
    std::chrono::seconds token_lifetime) const {
  if (!last_used_at) return std::nullopt;
  const Timestamp end = *last_used_at + token_lifetime;
  return expires_at ? std::min(end, *expires_at) : end;
}

std::optional<bool> ClientCredential::is_in_use(Timestamp now) const {
  if (status(now) != SecretStatus::overlapping || !replaced_at) return std::nullopt;
  return last_used_at && *last_used_at >= *replaced_at;
}

SecretStatus ClientCredential::status(Timestamp now) const {
  if (revoked_at) return SecretStatus::revoked;
  const auto end = ends_at();
  if (end && *end <= now) return SecretStatus::expired;
  return works_until ? SecretStatus::overlapping : SecretStatus::current;
}

bool ClientCredential::is_live(Timestamp now) const {
  const SecretStatus now_is = status(now);
  return now_is == SecretStatus::current || now_is == SecretStatus::overlapping;
}

}  // namespace ptkl
