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

std::string_view to_text(CredentialStatus status) {
  switch (status) {
    case CredentialStatus::current:
      return "current";
    case CredentialStatus::overlapping:
      return "overlapping";
    case CredentialStatus::revoked:
      return "revoked";
    case CredentialStatus::expired:
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
  if (status(now) != CredentialStatus::overlapping || !replaced_at) return std::nullopt;
  return last_used_at && *last_used_at >= *replaced_at;
}

CredentialStatus ClientCredential::status(Timestamp now) const {
  if (revoked_at) return CredentialStatus::revoked;
  const auto end = ends_at();
  if (end && *end <= now) return CredentialStatus::expired;
  return works_until ? CredentialStatus::overlapping : CredentialStatus::current;
}

bool ClientCredential::is_live(Timestamp now) const {
  const CredentialStatus now_is = status(now);
  return now_is == CredentialStatus::current || now_is == CredentialStatus::overlapping;
}

}  // namespace ptkl
