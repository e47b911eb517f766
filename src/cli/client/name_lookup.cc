#include "cli/client/name_lookup.h"

#include <optional>
#include <utility>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "core/email.h"
#include "core/role.h"
#include "core/username.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

/// The `uuid` of the object whose `key` is `name`.
std::optional<Uuid> find_uuid(const json::array& objects, std::string_view key,
                              std::string_view name) {
  for (const json::value& value : objects) {
    const json::object* const object = value.if_object();
    const json::value* const found = object ? object->if_contains(key) : nullptr;
    const json::value* const uuid = object ? object->if_contains("uuid") : nullptr;
    if (found == nullptr || !found->is_string() || uuid == nullptr || !uuid->is_string()) continue;
    if (std::string_view(found->get_string()) != name) continue;
    if (const auto id = Uuid::parse(std::string_view(uuid->get_string()))) return *id;
  }
  return std::nullopt;
}

struct RoleWords {
  std::vector<Uuid> uuids;
  std::vector<std::string> names;
};

Result<RoleWords> sort_out(const std::vector<std::string>& uuids_or_names) {
  RoleWords words;
  for (const std::string& text : uuids_or_names) {
    if (const auto uuid = Uuid::parse(text)) {
      words.uuids.push_back(*uuid);
      continue;
    }
    auto name = RoleName::parse(text);
    if (!name) return failure(std::move(name.error()));
    words.names.push_back(text);
  }
  return words;
}

}  // namespace

Outcome<Uuid> find_api_user(RemoteApi& api, std::string_view uuid_or_username) {
  if (const auto uuid = Uuid::parse(uuid_or_username)) return *uuid;
  auto username = Username::parse(uuid_or_username);
  if (!username) return failure(std::move(username.error()));
  auto users = api.list_api_users();
  if (!users) return failure(std::move(users.error()));
  if (const auto uuid = find_uuid(*users, "username", username->text())) return *uuid;
  return failure(ErrorCode::not_found, fmt::format("there is no API user {}", username->text()),
                 "`ptkl api-users list` shows them");
}

Outcome<Uuid> find_user(RemoteApi& api, std::string_view uuid_or_email) {
  if (const auto uuid = Uuid::parse(uuid_or_email)) return *uuid;
  auto email = Email::parse(uuid_or_email);
  if (!email) return failure(std::move(email.error()));
  auto users = api.list_users();
  if (!users) return failure(std::move(users.error()));
  if (const auto uuid = find_uuid(*users, "email", email->text())) return *uuid;
  return failure(ErrorCode::not_found, fmt::format("there is no user {}", email->text()),
                 "`ptkl users list` shows them");
}

Outcome<Uuid> find_role(RemoteApi& api, std::string_view uuid_or_name) {
  auto roles = find_roles(api, {std::string(uuid_or_name)});
  if (!roles) return failure(std::move(roles.error()));
  return roles->front();
}

Outcome<std::vector<Uuid>> find_roles(RemoteApi& api,
                                      const std::vector<std::string>& uuids_or_names) {
  auto words = sort_out(uuids_or_names);
  if (!words) return failure(std::move(words.error()));
  if (words->names.empty()) return std::move(words->uuids);
  auto roles = api.list_roles();
  if (!roles) return failure(std::move(roles.error()));
  std::string unknown;
  for (const std::string& name : words->names) {
    if (const auto uuid = find_uuid(*roles, "name", name)) {
      words->uuids.push_back(*uuid);
    } else {
      unknown += (unknown.empty() ? "" : ", ") + name;
    }
  }
  if (unknown.empty()) return std::move(words->uuids);
  return failure(ErrorCode::not_found, fmt::format("there is no role {}", unknown),
                 "`ptkl role list` shows them");
}

}  // namespace ptkl::cli
