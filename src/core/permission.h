// Permissions: dotted words, and sets of them.
#pragma once

#include <compare>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl {

/// `components.read`, `components.*` (everything under `components`) or `*` (everything): words of
/// `[a-z0-9_-]` joined by dots, `*` only as the whole or as the last word, at most 128 characters.
class Permission {
 public:
  /// Errors: invalid_argument if `text` is not of that form.
  static Result<Permission> parse(std::string_view text);
  const std::string& text() const { return text_; }

  /// True if this permission includes `other`: the two are equal, or this one ends in `*` and `other`
  /// is below it. `a.*` covers `a.b`, `a.b.c` and `a.*`, but not `a`.
  bool covers(const Permission& other) const;

  friend auto operator<=>(const Permission&, const Permission&) = default;

 private:
  explicit Permission(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A set of permissions, ordered by text.
class PermissionSet {
 public:
  PermissionSet() = default;

  /// Parses permissions separated by single spaces, as in `scope` (RFC 6749 §3.3). The empty text is
  /// the empty set.
  /// Errors: invalid_argument.
  static Result<PermissionSet> parse(std::string_view text);

  auto begin() const { return permissions_.begin(); }
  auto end() const { return permissions_.end(); }
  bool empty() const { return permissions_.empty(); }

  void insert(Permission permission) { permissions_.insert(std::move(permission)); }
  void insert(const PermissionSet& other) { permissions_.insert(other.begin(), other.end()); }

  /// Takes one lookup per word of `other`, however large the set is.
  bool covers(const Permission& other) const;
  /// True if every permission of `other` is covered.
  bool covers(const PermissionSet& other) const;

  /// The inverse of parse().
  std::string text() const;

  friend bool operator==(const PermissionSet&, const PermissionSet&) = default;

 private:
  struct ByText {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the name is std::set's
    bool operator()(const Permission& left, const Permission& right) const { return left < right; }
    bool operator()(const Permission& left, std::string_view right) const {
      return left.text() < right;
    }
    bool operator()(std::string_view left, const Permission& right) const {
      return left < right.text();
    }
  };

  std::set<Permission, ByText> permissions_;
};

/// True if `permissions` contains `*` itself.
bool holds_everything(const PermissionSet& permissions);

/// The permissions of our own API.
namespace permissions {
inline constexpr std::string_view kApiUsersRead = "api-users.read";
inline constexpr std::string_view kApiUsersWrite = "api-users.write";
inline constexpr std::string_view kApiUsersSecrets = "api-users.secrets";
inline constexpr std::string_view kAuditRead = "audit.read";
inline constexpr std::string_view kKeysWrite = "keys.write";
inline constexpr std::string_view kProjectWrite = "project.write";
inline constexpr std::string_view kRolesRead = "roles.read";
inline constexpr std::string_view kRolesWrite = "roles.write";
inline constexpr std::string_view kTokensIntrospect = "tokens.introspect";
inline constexpr std::string_view kUsersRead = "users.read";
inline constexpr std::string_view kUsersWrite = "users.write";
inline constexpr std::string_view kEverything = "*";
}  // namespace permissions

/// A permission of our own API. All others have a meaning only to the services that verify tokens.
struct SystemPermission {
  std::string_view text;
  std::string_view description;  ///< what its holder may do, for users
};

/// All of them, ordered by text.
std::span<const SystemPermission> system_permissions();

}  // namespace ptkl
