// A project: a tenant with its own API users, users, roles, signing keys and issuer.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/audience.h"
#include "core/keys/signing_key.h"

namespace ptkl {

/// `^[a-z0-9][a-z0-9-]{0,62}$`, unique on the server.
class ProjectName {
 public:
  /// Errors: invalid_argument if `text` is not of that form.
  static Result<ProjectName> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend bool operator==(const ProjectName&, const ProjectName&) = default;

 private:
  explicit ProjectName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The lifetime of access tokens.
inline constexpr std::chrono::seconds kDefaultTokenLifetime = std::chrono::hours(1);
inline constexpr std::chrono::seconds kMinTokenLifetime = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kMaxTokenLifetime = std::chrono::hours(24);

/// Errors: invalid_argument if `lifetime` is outside the two bounds.
Result<void> check_token_lifetime(std::chrono::seconds lifetime);

struct Project {
  Uuid id;
  ProjectName name;
  std::chrono::seconds token_lifetime;
  /// The values that `resource` may have (RFC 8707); the issuer is always allowed.
  AudienceSet resources;
  Timestamp created_at;
  /// For new keys; existing keys keep their algorithm.
  SigningAlgorithm signing_algorithm = kDefaultSigningAlgorithm;
  /// Grows whenever a role of the project loses rights; every token names it as `rv`.
  std::int64_t rights_version = 0;
};

/// The project's issuer identifier (RFC 8414 §2): `{public_url}/projects/{name}`. `public_url` has
/// no trailing slash.
std::string issuer_of(std::string_view public_url, const ProjectName& project);

}  // namespace ptkl
