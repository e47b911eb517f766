#include "core/permission.h"

#include <algorithm>

#include "core/name_rules.h"
#include "core/text_list.h"

namespace ptkl {
namespace {

constexpr std::size_t kMaxPermissionSize = 128;

bool is_word(std::string_view word) {
  return is_name(word, kMaxPermissionSize, is_lower_or_digit, "_-");
}

bool is_permission(std::string_view text) {
  if (text.empty() || text.size() > kMaxPermissionSize) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view word = text.substr(0, dot);
    const bool last = dot == std::string_view::npos;
    if (!is_word(word) && !(last && word == "*")) return false;
    if (last) return true;
    text.remove_prefix(dot + 1);
  }
}

constexpr SystemPermission kSystemPermissions[] = {
    {permissions::kEverything, "do everything in ptkl and in every service"},
    {permissions::kApiUsersRead, "list API users and their secrets (values are never shown)"},
    {permissions::kApiUsersSecrets,
     "create secrets for API users with no more rights than the caller; revoke any secret"},
    {permissions::kApiUsersWrite, "create, edit, enable, disable and delete API users"},
    {permissions::kAuditRead, "read and verify the audit log"},
    {permissions::kKeysWrite, "list and rotate signing keys"},
    {permissions::kProjectWrite, "change the settings of the project"},
    {permissions::kRolesRead, "list roles and permissions"},
    {permissions::kRolesWrite, "create, edit and delete roles with no more rights than the caller"},
    {permissions::kTokensIntrospect, "introspect tokens"},
    {permissions::kUsersRead, "list users and invitations"},
    {permissions::kUsersWrite, "invite and delete users"},
};

}  // namespace

std::span<const SystemPermission> system_permissions() { return kSystemPermissions; }

Result<Permission> Permission::parse(std::string_view text) {
  if (!is_permission(text)) {
    return failure(ErrorCode::invalid_argument,
                   "expected a permission like components.read, components.* or *");
  }
  return Permission(std::string(text));
}

bool Permission::covers(const Permission& other) const {
  if (text_ == other.text_) return true;
  if (!text_.ends_with('*')) return false;
  // `a.*` without its star is the prefix `a.`, and `*` without it the empty one.
  return std::string_view(other.text_)
      .starts_with(std::string_view(text_).substr(0, text_.size() - 1));
}

Result<PermissionSet> PermissionSet::parse(std::string_view text) {
  PermissionSet set;
  for (const std::string_view word : split_words(text)) {
    auto permission = Permission::parse(word);
    if (!permission) return failed(permission);
    set.insert(std::move(*permission));
  }
  return set;
}

bool PermissionSet::covers(const Permission& other) const {
  const std::string& text = other.text();
  if (permissions_.contains(text) || permissions_.contains(permissions::kEverything)) return true;
  for (std::size_t dot = text.find('.'); dot != std::string::npos; dot = text.find('.', dot + 1)) {
    if (permissions_.contains(text.substr(0, dot + 1) + '*')) return true;
  }
  return false;
}

bool PermissionSet::covers(const PermissionSet& other) const {
  return std::all_of(other.begin(), other.end(),
                     [&](const Permission& permission) { return covers(permission); });
}

std::string PermissionSet::text() const {
  std::string out;
  for (const Permission& permission : permissions_) {
    if (!out.empty()) out += ' ';
    out += permission.text();
  }
  return out;
}

bool holds_everything(const PermissionSet& permissions) {
  return std::any_of(permissions.begin(), permissions.end(), [](const Permission& permission) {
    return permission.text() == permissions::kEverything;
  });
}

}  // namespace ptkl
