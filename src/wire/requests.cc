#include "wire/requests.h"

#include <initializer_list>

#include <boost/json/array.hpp>

#include "core/secret.h"
#include "wire/json.h"
#include "wire/object_reader.h"

namespace ptkl::wire {
namespace {

/// The member parsed into its type; nothing, and a fault kept, where that fails.
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

/// As parsed(), for an array: each wrong item is a fault of its own. Repetitions are dropped.
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
  if (!reader.has(key)) reader.fault(key, "is missing");
}

std::optional<std::string> free_text(ObjectReader& reader, std::string_view key) {
  auto text = reader.text(key);
  if (!text) return std::nullopt;
  if (const auto checked = check_free_text(*text); !checked) {
    reader.fault(key, checked.error().message);
  }
  return text;
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

/// Put together by hand, because Boost.JSON frees its buffers without wiping them.
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

std::string to_json(const CreateApiUserBody& body) {
  return to_text(boost::json::object{{"username", body.username.text()},
                                     {"description", body.description},
                                     {"roles", texts_of(body.roles)}});
}

Result<CreateApiUserBody> parse_create_api_user(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "username");
  auto username = parsed(reader, "username", &Username::parse);
  auto description = free_text(reader, "description");
  auto roles = uuids(reader, "roles");
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return CreateApiUserBody{std::move(*username), std::move(description).value_or(""),
                           std::move(roles).value_or(std::vector<Uuid>())};
}

std::string to_json(const UpdateApiUserBody& body) {
  boost::json::object object;
  if (body.description) object["description"] = *body.description;
  if (body.status) object["status"] = to_text(*body.status);
  if (body.roles) object["roles"] = texts_of(*body.roles);
  return to_text(object);
}

Result<UpdateApiUserBody> parse_update_api_user(std::string_view json) {
  ObjectReader reader(json);
  UpdateApiUserBody body;
  body.description = free_text(reader, "description");
  body.status = parsed(reader, "status", &parse_api_user_status);
  body.roles = uuids(reader, "roles");
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return body;
}

std::string to_json(const NewSecretBody& body) {
  boost::json::object object;
  if (body.overlap_seconds != 0) object["overlap_seconds"] = body.overlap_seconds;
  if (body.until_idle_seconds) object["until_idle_seconds"] = *body.until_idle_seconds;
  if (body.expires_in) object["expires_in"] = *body.expires_in;
  if (!body.label.empty()) object["label"] = body.label;
  return to_text(object);
}

Result<NewSecretBody> parse_new_secret(std::string_view json) {
  ObjectReader reader(json.empty() ? "{}" : json);
  NewSecretBody body;
  body.overlap_seconds = reader.integer("overlap_seconds").value_or(0);
  body.until_idle_seconds = reader.integer("until_idle_seconds");
  body.expires_in = reader.integer("expires_in");
  body.label = free_text(reader, "label").value_or("");
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return body;
}

std::string to_json(const CreateRoleBody& body) {
  return to_text(boost::json::object{{"name", body.name.text()},
                                     {"permissions", texts_of(body.permissions)},
                                     {"workspaces", texts_of(body.workspaces)},
                                     {"level", body.level.value()}});
}

Result<CreateRoleBody> parse_create_role(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "name");
  auto name = parsed(reader, "name", &RoleName::parse);
  auto permissions = permission_set(reader, "permissions");
  auto workspaces = all_parsed(reader, "workspaces", &Workspace::parse);
  const auto level = access_level(reader, "level");
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return CreateRoleBody{std::move(*name), std::move(permissions).value_or(PermissionSet()),
                        std::move(workspaces).value_or(std::set<Workspace>()),
                        level.value_or(AccessLevel())};
}

std::string to_json(const UpdateRoleBody& body) {
  boost::json::object object;
  if (body.permissions) object["permissions"] = texts_of(*body.permissions);
  if (body.workspaces) object["workspaces"] = texts_of(*body.workspaces);
  if (body.level) object["level"] = body.level->value();
  return to_text(object);
}

Result<UpdateRoleBody> parse_update_role(std::string_view json) {
  ObjectReader reader(json);
  UpdateRoleBody body;
  body.permissions = permission_set(reader, "permissions");
  body.workspaces = all_parsed(reader, "workspaces", &Workspace::parse);
  body.level = access_level(reader, "level");
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return body;
}

std::string to_json(const InviteUserBody& body) {
  return to_text(
      boost::json::object{{"email", body.email.text()}, {"roles", texts_of(body.roles)}});
}

Result<InviteUserBody> parse_invite_user(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "email");
  auto email = parsed(reader, "email", &Email::parse);
  auto roles = uuids(reader, "roles");
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return InviteUserBody{std::move(*email), std::move(roles).value_or(std::vector<Uuid>())};
}

SecretString to_json(const AcceptInvitationBody& body) {
  return object_of({{"token", to_quoted(body.token)}, {"password", to_quoted(body.password)}});
}

Result<AcceptInvitationBody> parse_accept_invitation(std::string_view json) {
  ObjectReader reader(json);
  require_member(reader, "token");
  require_member(reader, "password");
  auto token = reader.secret("token");
  auto password = reader.secret("password");
  if (const auto read = reader.finish(); !read) return failure(read.error());
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
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return NewSessionBody{std::move(*email), std::move(*password)};
}

std::string to_json(const RotateKeysBody& body) {
  boost::json::object object;
  if (body.algorithm) object["algorithm"] = to_text(*body.algorithm);
  if (body.mode != RotationMode::scheduled) object["mode"] = to_text(body.mode);
  return to_text(object);
}

Result<RotateKeysBody> parse_rotate_keys(std::string_view json) {
  ObjectReader reader(json.empty() ? "{}" : json);
  RotateKeysBody body;
  body.algorithm = parsed(reader, "algorithm", &parse_signing_algorithm);
  body.mode = parsed(reader, "mode", &parse_rotation_mode).value_or(RotationMode::scheduled);
  if (const auto read = reader.finish(); !read) return failure(read.error());
  return body;
}

}  // namespace ptkl::wire
