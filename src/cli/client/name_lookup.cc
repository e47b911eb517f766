#include "cli/client/name_lookup.h"

#include <optional>
#include <utility>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "core/email.h"
#include "core/role.h"
#include "core/username.h"
#include "wire/json.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

/// The `uuid` of the object whose `key` is `name`.
std::optional<Uuid> find_uuid(const json::array& objects, std::string_view key,
                              std::string_view name) {
  for (const json::value& value : objects) {
    const json::object* const object = value.if_object();
    if (object == nullptr || wire::find_text(*object, key) != name) continue;
    if (const auto id = Uuid::parse(wire::find_text(*object, "uuid").value_or(""))) return *id;
  }
  return std::nullopt;
}

/// The roles on a command line.
struct RoleWords {
  std::vector<Uuid> uuids;
  std::vector<std::string> names;
};

Outcome<RoleWords> sort_out(const std::vector<std::string>& uuids_or_names,
                            std::string_view option) {
  RoleWords words;
  for (const std::string& text : uuids_or_names) {
    if (const auto uuid = Uuid::parse(text)) {
      words.uuids.push_back(*uuid);
      continue;
    }
    auto name = RoleName::parse(text);
    if (!name) return option_failure(option, std::move(name.error()));
    words.names.push_back(text);
  }
  return words;
}

/// `option` is where the names come from, for messages.
Outcome<std::vector<Uuid>> find_roles_of(RemoteApi& api,
                                         const std::vector<std::string>& uuids_or_names,
                                         std::string_view option) {
  auto words = sort_out(uuids_or_names, option);
  if (!words) return failed(words);
  if (words->names.empty()) return std::move(words->uuids);
  // Several names take one list instead of a request each: roles are few.
  const bool is_single = words->names.size() == 1;
  auto roles = is_single ? api.find_roles(words->names.front()) : api.list_roles();
  if (!roles) return failed(roles);
  std::string unknown;
  for (const std::string& name : words->names) {
    if (const auto uuid = find_uuid(*roles, "name", name)) {
      words->uuids.push_back(*uuid);
    } else {
      unknown += (unknown.empty() ? "" : ", ") + name;
    }
  }
  if (unknown.empty()) return std::move(words->uuids);
  const bool has_several = unknown.find(',') != std::string::npos;
  return failure(ErrorCode::not_found,
                 has_several ? fmt::format("roles {} do not exist", unknown)
                             : fmt::format("role {} does not exist", unknown),
                 "run `ptkl role list` to see all roles");
}

}  // namespace

Outcome<Uuid> find_api_user(RemoteApi& api, std::string_view uuid_or_username) {
  if (const auto uuid = Uuid::parse(uuid_or_username)) return *uuid;
  auto username = Username::parse(uuid_or_username);
  if (!username) return option_failure("--uuid", std::move(username.error()));
  auto users = api.find_api_users(username->text());
  if (!users) return failed(users);
  if (const auto uuid = find_uuid(*users, "username", username->text())) return *uuid;
  return failure(ErrorCode::not_found, fmt::format("API user {} does not exist", username->text()),
                 "run `ptkl api-users list` to see all API users");
}

Outcome<Uuid> find_user(RemoteApi& api, std::string_view uuid_or_email) {
  if (const auto uuid = Uuid::parse(uuid_or_email)) return *uuid;
  auto email = Email::parse(uuid_or_email);
  if (!email) return option_failure("--uuid", std::move(email.error()));
  auto users = api.find_users(email->text());
  if (!users) return failed(users);
  if (const auto uuid = find_uuid(*users, "email", email->text())) return *uuid;
  return failure(ErrorCode::not_found, fmt::format("user {} does not exist", email->text()),
                 "run `ptkl users list` to see all users");
}

Outcome<Uuid> find_role(RemoteApi& api, std::string_view uuid_or_name) {
  auto roles = find_roles_of(api, {std::string(uuid_or_name)}, "--uuid");
  if (!roles) return failed(roles);
  return roles->front();
}

Outcome<std::vector<Uuid>> find_roles(RemoteApi& api,
                                      const std::vector<std::string>& uuids_or_names) {
  return find_roles_of(api, uuids_or_names, "--roles");
}

}  // namespace ptkl::cli
