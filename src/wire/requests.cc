#include "wire/requests.h"

#include <chrono>
#include <initializer_list>
#include <optional>
#include <set>
#include <vector>

#include <boost/json/array.hpp>

#include "core/secret.h"
#include "wire/json.h"
#include "wire/object_reader.h"

namespace ptkl::wire {
namespace {

/// The member parsed into its type; nothing, and a fault added, where that fails.
template <class T>
std::optional<T> parsed(ObjectReader& reader, std::string_view key,
                        Result<T> (*parse)(std::string_view)) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  auto value = parse(*text);
  if (!value) {
    reader.fault(key, value.error().message);
    return std::nullopt;
  }
  return std::move(*value);
}

/// As parsed(), for an array: each invalid item is a fault of its own. Duplicates are dropped.
template <class T>
std::optional<std::set<T>> all_parsed(ObjectReader& reader, std::string_view key,
                                      Result<T> (*parse)(std::string_view)) {
  const auto texts = reader.texts(key);
  if (!texts) return std::nullopt;
  std::set<T> values;
  for (std::size_t i = 0; i < texts->size(); ++i) {
    auto value = parse((*texts)[i]);
    if (value) {
      values.insert(std::move(*value));
    } else {
      reader.fault(key, "item " + std::to_string(i + 1) + ": " + value.error().message);
    }
  }
  return values;
}

std::optional<std::vector<Uuid>> uuids(ObjectReader& reader, std::string_view key) {
  const auto values = all_parsed(reader, key, &Uuid::parse);
  if (!values) return std::nullopt;
  return std::vector<Uuid>(values->begin(), values->end());
}

void require_member(ObjectReader& reader, std::string_view key) {
  if (!reader.has(key)) reader.fault(key, "is required");
}

std::optional<std::string> free_text(ObjectReader& reader, std::string_view key) {
  auto text = reader.text(key);
  if (!text) return std::nullopt;
  if (const auto checked = check_free_text(*text); !checked) {
    reader.fault(key, checked.error().message);
  }
  return text;
}

std::optional<std::chrono::seconds> seconds(ObjectReader& reader, std::string_view key) {
  const auto number = reader.integer(key);
  return number ? std::optional(std::chrono::seconds(*number)) : std::nullopt;
}

std::optional<AccessLevel> access_level(ObjectReader& reader, std::string_view key) {
  const auto number = reader.integer(key);
  if (!number) return std::nullopt;
  const auto level = AccessLevel::parse(*number);
  if (!level) {
    reader.fault(key, level.error().message);
    return std::nullopt;
  }
  return *level;
}

std::optional<PermissionSet> permission_set(ObjectReader& reader, std::string_view key) {
  const auto permissions = all_parsed(reader, key, &Permission::parse);
  if (!permissions) return std::nullopt;
  PermissionSet set;
  for (const Permission& permission : *permissions) set.insert(permission);
  return set;
}

struct QuotedMember {
  std::string_view key;
  SecretString value;  ///< as JSON
};

/// Written by hand, because Boost.JSON frees its buffers without wiping them.
SecretString object_of(std::initializer_list<QuotedMember> members) {
  std::size_t size = 2;
  for (const auto& [key, value] : members) size += key.size() + value.reveal().size() + 4;
  std::string text;
  text.reserve(size);  // so that growing leaves no copy behind
  for (const auto& [key, value] : members) {
    text += text.empty() ? "{\"" : ",\"";
    text += key;
    text += "\":";
    text += value.reveal();
  }
  text += '}';
  return SecretString(std::move(text));
}

}  // namespace

std::string to_json(const CreateApiUser& request) {
  return to_text(boost::json::object{{"username", request.username.text()},
                                     {"description", request.description},
                                     {"roles", texts_of(request.roles)}});
}

Result<CreateApiUser> parse_create_api_user(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "username");
  auto username = parsed(reader, "username", &Username::parse);
  auto description = free_text(reader, "description");
  auto roles = uuids(reader, "roles");
  if (const auto read = reader.finish(); !read) return failed(read);
  return CreateApiUser{std::move(*username), std::move(description).value_or(""),
                       std::move(roles).value_or(std::vector<Uuid>())};
}

std::string to_json(const UpdateApiUser& request) {
  boost::json::object object;
  if (request.description) object["description"] = *request.description;
  if (request.status) object["status"] = to_text(*request.status);
  if (request.roles) object["roles"] = texts_of(*request.roles);
  return to_text(object);
}

Result<UpdateApiUser> parse_update_api_user(std::string_view json) {
  ObjectReader reader(json);
  UpdateApiUser request;
  request.description = free_text(reader, "description");
  request.status = parsed(reader, "status", &parse_api_user_status);
  request.roles = uuids(reader, "roles");
  if (const auto read = reader.finish(); !read) return failed(read);
  return request;
}

std::string to_json(const CreateSecret& request) {
  boost::json::object object;
  if (request.overlap.count() != 0) object["overlap_seconds"] = request.overlap.count();
  if (request.until_idle) object["until_idle_seconds"] = request.until_idle->count();
  if (request.expires_in) object["expires_in"] = request.expires_in->count();
  if (!request.label.empty()) object["label"] = request.label;
  return to_text(object);
}

Result<CreateSecret> parse_create_secret(std::string_view json) {
  ObjectReader reader(json.empty() ? "{}" : json);
  CreateSecret request;
  request.overlap = seconds(reader, "overlap_seconds").value_or(request.overlap);
  request.until_idle = seconds(reader, "until_idle_seconds");
  request.expires_in = seconds(reader, "expires_in");
  request.label = free_text(reader, "label").value_or("");
  if (const auto read = reader.finish(); !read) return failed(read);
  return request;
}

std::string to_json(const CreateRole& request) {
  return to_text(boost::json::object{{"name", request.name.text()},
                                     {"permissions", texts_of(request.permissions)},
                                     {"workspaces", texts_of(request.workspaces)},
                                     {"level", request.level.value()}});
}

Result<CreateRole> parse_create_role(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "name");
  auto name = parsed(reader, "name", &RoleName::parse);
  auto permissions = permission_set(reader, "permissions");
  auto workspaces = all_parsed(reader, "workspaces", &Workspace::parse);
  const auto level = access_level(reader, "level");
  if (const auto read = reader.finish(); !read) return failed(read);
  return CreateRole{std::move(*name), std::move(permissions).value_or(PermissionSet()),
                    std::move(workspaces).value_or(std::set<Workspace>()),
                    level.value_or(AccessLevel())};
}

std::string to_json(const UpdateRole& request) {
  boost::json::object object;
  if (request.permissions) object["permissions"] = texts_of(*request.permissions);
  if (request.workspaces) object["workspaces"] = texts_of(*request.workspaces);
  if (request.level) object["level"] = request.level->value();
  return to_text(object);
}

Result<UpdateRole> parse_update_role(std::string_view json) {
  ObjectReader reader(json);
  UpdateRole request;
  request.permissions = permission_set(reader, "permissions");
  request.workspaces = all_parsed(reader, "workspaces", &Workspace::parse);
  request.level = access_level(reader, "level");
  if (const auto read = reader.finish(); !read) return failed(read);
  return request;
}

std::string to_json(const InviteUser& request) {
  return to_text(
      boost::json::object{{"email", request.email.text()}, {"roles", texts_of(request.roles)}});
}

Result<InviteUser> parse_invite_user(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "email");
  auto email = parsed(reader, "email", &Email::parse);
  auto roles = uuids(reader, "roles");
  if (const auto read = reader.finish(); !read) return failed(read);
  return InviteUser{std::move(*email), std::move(roles).value_or(std::vector<Uuid>())};
}

std::string to_json(const RotateKeys& request) {
  boost::json::object object;
  if (request.algorithm) object["algorithm"] = to_text(*request.algorithm);
  if (request.mode != RotationMode::scheduled) object["mode"] = to_text(request.mode);
  return to_text(object);
}

Result<RotateKeys> parse_rotate_keys(std::string_view json) {
  ObjectReader reader(json.empty() ? "{}" : json);
  RotateKeys request;
  request.algorithm = parsed(reader, "algorithm", &parse_signing_algorithm);
  request.mode = parsed(reader, "mode", &parse_rotation_mode).value_or(RotationMode::scheduled);
  if (const auto read = reader.finish(); !read) return failed(read);
  return request;
}

Result<AcceptInvitationBody> parse_accept_invitation(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "token");
  require_member(reader, "password");
  auto token = reader.secret("token");
  auto password = reader.secret("password");
  if (const auto read = reader.finish(); !read) return failed(read);
  return AcceptInvitationBody{std::move(*token), std::move(*password)};
}

SecretString to_json(const NewSessionBody& body) {
  return object_of({{"email", to_quoted(SecretString(std::string_view(body.email.text())))},
                    {"password", to_quoted(body.password)}});
}

Result<NewSessionBody> parse_new_session(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "email");
  require_member(reader, "password");
  auto email = parsed(reader, "email", &Email::parse);
  auto password = reader.secret("password");
  if (const auto read = reader.finish(); !read) return failed(read);
  return NewSessionBody{std::move(*email), std::move(*password)};
}

}  // namespace ptkl::wire
