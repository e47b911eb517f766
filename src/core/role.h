// A role: a named set of permissions, workspaces and a level.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/permission.h"

namespace ptkl {

/// `^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$` and no uuid (`--roles` takes both); unique in its project.
class RoleName {
 public:
  /// Fails with invalid_argument when `text` is not of that form.
  static Result<RoleName> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend bool operator==(const RoleName&, const RoleName&) = default;

 private:
  explicit RoleName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The identifier of a workspace: `^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`. What it names is known to
/// the services that verify tokens.
class Workspace {
 public:
  /// Fails with invalid_argument when `text` is not of that form.
  static Result<Workspace> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend auto operator<=>(const Workspace&, const Workspace&) = default;

 private:
  explicit Workspace(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// 0 to 100; the higher, the more trusted. Services compare it, we only hand it on.
class AccessLevel {
 public:
  AccessLevel() = default;
  /// Fails with invalid_argument outside 0 to 100.
  static Result<AccessLevel> parse(std::int64_t value);
  int value() const { return value_; }
  friend auto operator<=>(const AccessLevel&, const AccessLevel&) = default;

 private:
  explicit AccessLevel(int value) : value_(value) {}
  int value_ = 0;
};

/// Space-separated, as stored. Fails with invalid_argument.
Result<std::set<Workspace>> parse_workspaces(std::string_view text);
std::string to_text(const std::set<Workspace>& workspaces);

struct Role {
  Uuid id;
  RoleName name;
  PermissionSet permissions;
  std::set<Workspace> workspaces;
  AccessLevel level;
  std::int64_t version = 1;  ///< grows with each change; the ETag
  Timestamp created_at;
  Timestamp updated_at;
};

struct CreateRole {
  RoleName name;
  PermissionSet permissions;
  std::set<Workspace> workspaces;
  AccessLevel level;
};

/// An absent member stays unchanged.
struct UpdateRole {
  std::optional<PermissionSet> permissions;
  std::optional<std::set<Workspace>> workspaces;
  std::optional<AccessLevel> level;
};

/// What several roles give together: the union of permissions and workspaces, the highest level.
struct Grants {
  PermissionSet permissions;
  std::set<Workspace> workspaces;
  AccessLevel level;

  void add(const Role& role);
};

/// How much the names of an API user's roles, their permissions and workspaces may take, in bytes as
/// a token carries them: a token has to fit into a request's header, and every service reads it.
inline constexpr std::size_t kMaxGrantBytes = 4096;

/// Fails with conflict when `roles` together take more than kMaxGrantBytes.
Result<void> check_fits_token(const std::vector<Role>& roles);

/// Whether a caller that holds `own` may give `given` to a role, an API user or a user. It needs
/// every permission, every workspace (any workspace if it holds `*`) and at least the level. Fails
/// with permission_denied, naming the first that is missing.
Result<void> check_may_give(const Grants& own, const Grants& given);

/// Whether a caller that holds `own` may disable or delete an API user or user that holds `held`,
/// or remove roles from it. It needs every permission and at least the level; workspaces are not
/// compared. `what` names the target in the message: `API user`. Fails with permission_denied,
/// naming the first that is missing.
Result<void> check_may_take_from(const Grants& own, const Grants& held, std::string_view what);

}  // namespace ptkl
