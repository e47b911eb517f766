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
  /// Errors: invalid_argument if `text` is not of that form.
  static Result<RoleName> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend bool operator==(const RoleName&, const RoleName&) = default;

 private:
  explicit RoleName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The identifier of a workspace: `^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`. Its meaning is known only to
/// the services that verify tokens.
class Workspace {
 public:
  /// Errors: invalid_argument if `text` is not of that form.
  static Result<Workspace> parse(std::string_view text);
  const std::string& text() const { return text_; }
  friend auto operator<=>(const Workspace&, const Workspace&) = default;

 private:
  explicit Workspace(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// 0 to 100; a higher level means more trust. Services compare it; the server only puts it into tokens.
class AccessLevel {
 public:
  AccessLevel() = default;
  /// Errors: invalid_argument outside 0 to 100.
  static Result<AccessLevel> parse(std::int64_t value);
  int value() const { return value_; }
  friend auto operator<=>(const AccessLevel&, const AccessLevel&) = default;

 private:
  explicit AccessLevel(int value) : value_(value) {}
  int value_ = 0;
};

/// Parses space-separated workspaces, as stored.
/// Errors: invalid_argument.
Result<std::set<Workspace>> parse_workspaces(std::string_view text);
std::string to_text(const std::set<Workspace>& workspaces);

struct Role {
  Uuid id;
  RoleName name;
  PermissionSet permissions;
  std::set<Workspace> workspaces;
  AccessLevel level;
  std::int64_t version = 1;  ///< incremented by each change; the ETag
  Timestamp created_at;
  Timestamp updated_at;
  /// The number of holders whose status slots pending changes of rights have yet to invalidate.
  std::int64_t pending_status_updates = 0;
};

/// What an API user or a user holds, as far as its tokens depend on it.
struct HeldRoles {
  std::vector<Role> roles;  ///< ordered by name; without deleted roles
  /// Tokens that were issued at a smaller version have lost rights by a pending change.
  std::int64_t min_rights_version = 0;
  /// The number of pending changes that have yet to reach the holder: the number of generations by which the
  /// slot of a new token is later than that of its credential.
  std::int64_t pending_changes = 0;
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

/// The union of several roles: all permissions and workspaces, and the highest level.
struct Grants {
  PermissionSet permissions;
  std::set<Workspace> workspaces;
  AccessLevel level;

  void add(const Role& role);
};

/// The maximum size of an API user's role names, permissions and workspaces in a token, which has to
/// fit into a request's header.
/// Units: bytes.
inline constexpr std::size_t kMaxGrantBytes = 4096;

/// Errors: conflict if `roles` together take more than kMaxGrantBytes.
Result<void> check_fits_token(const std::vector<Role>& roles);

/// Whether a caller that holds `own` may assign `given` to a role, an API user or a user. It needs
/// every permission, every workspace (any workspace if it holds `*`) and at least the level.
/// Errors: permission_denied, naming the first that is missing.
Result<void> check_may_assign(const Grants& own, const Grants& given);

/// Whether a caller that holds `own` may disable or delete an API user or user that holds `held`,
/// or remove roles from it. It needs every permission and at least the level; workspaces are not
/// compared. `what` names the target in the message: `API user`.
/// Errors: permission_denied, naming the first that is missing.
Result<void> check_may_remove_from(const Grants& own, const Grants& held, std::string_view what);

}  // namespace ptkl
