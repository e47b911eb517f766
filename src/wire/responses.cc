#include "wire/responses.h"

#include <utility>

#include "base/encoding.h"
#include "wire/json.h"

namespace ptkl::wire {
namespace {

boost::json::value time_or_null(const std::optional<Timestamp>& time) {
  return time ? boost::json::value(to_rfc3339(*time)) : nullptr;
}

boost::json::value text_or_null(std::string_view text) {
  return text.empty() ? nullptr : boost::json::value(text);
}

boost::json::value seconds_or_null(const std::optional<std::chrono::seconds>& duration) {
  return duration ? boost::json::value(duration->count()) : nullptr;
}

boost::json::array to_array(const std::vector<std::string>& texts) {
  boost::json::array items;
  for (const std::string& text : texts) items.emplace_back(text);
  return items;
}

boost::json::array references(std::span<const Role> roles) {
  boost::json::array items;
  for (const Role& role : roles) {
    items.push_back(boost::json::object{{"uuid", role.id.text()}, {"name", role.name.text()}});
  }
  return items;
}

boost::json::array all_to_json(std::span<const ClientCredential> secrets, Timestamp now) {
  boost::json::array items;
  for (const ClientCredential& secret : secrets) items.push_back(to_json(secret, now));
  return items;
}

struct SecretMember {
  std::string_view key;
  const SecretString& value;
};

/// The members of `before`, then the secret, then those of `after`. Written by hand, because
/// Boost.JSON frees its buffers without wiping them. Requires: `after` has at least one member.
SecretString with_secret(const boost::json::object& before, SecretMember secret,
                         const boost::json::object& after) {
  std::string head = to_text(before);
  head.pop_back();
  const std::string tail = to_text(after).substr(1);
  const SecretString value = to_quoted(secret.value);
  std::string text;
  // Reserved before writing, so that growing leaves no copy of the secret behind.
  text.reserve(head.size() + secret.key.size() + value.reveal().size() + tail.size() + 8);
  text += head;
  if (!before.empty()) text += ',';
  text += '"';
  text += secret.key;
  text += "\":";
  text += value.reveal();
  text += ',';
  text += tail;
  return SecretString(std::move(text));
}

}  // namespace

boost::json::object to_json(const ApiUserDetails& details, Timestamp now) {
  const ApiUser& user = details.user;
  return {{"uuid", user.id.text()},
          {"username", user.username.text()},
          {"description", user.description},
          {"status", to_text(user.status)},
          {"roles", references(details.roles)},
          {"secrets", all_to_json(details.secrets, now)},
          {"created_at", to_rfc3339(user.created_at)},
          {"updated_at", to_rfc3339(user.updated_at)},
          {"last_used_at", time_or_null(details.last_used_at())}};
}

boost::json::object to_json(const ClientCredential& secret, Timestamp now) {
  const auto in_use = secret.is_in_use(now);
  return {{"id", secret.id.text()},
          {"hint", std::get<SharedSecret>(secret.verifier).hint},
          {"label", secret.label},
          {"status", to_text(secret.status(now))},
          {"created_at", to_rfc3339(secret.created_at)},
          {"expires_at", time_or_null(secret.expires_at)},
          {"works_until", time_or_null(secret.works_until)},
          {"revoked_at", time_or_null(secret.revoked_at)},
          {"last_used_at", time_or_null(secret.last_used_at)},
          {"last_used_from", text_or_null(secret.last_used_from)},
          {"replaced_at", time_or_null(secret.replaced_at)},
          {"until_idle_seconds", seconds_or_null(secret.until_idle)},
          {"in_use", in_use ? boost::json::value(*in_use) : nullptr}};
}

boost::json::object to_json(const Role& role) {
  return {{"uuid", role.id.text()},
          {"name", role.name.text()},
          {"permissions", texts_of(role.permissions)},
          {"workspaces", texts_of(role.workspaces)},
          {"level", role.level.value()},
          {"created_at", to_rfc3339(role.created_at)},
          {"updated_at", to_rfc3339(role.updated_at)},
          {"pending_status_updates", role.pending_status_updates}};
}

boost::json::object to_json(const RightsChange& change) {
  return {{"role",
           {{"uuid", change.role.text()},
            {"name", change.role_name},
            {"deleted", change.role_deleted}}},
          {"pending_status_updates", change.remaining},
          {"total", change.holders},
          {"started_at", to_rfc3339(change.started_at)}};
}

boost::json::object to_json(const UserDetails& details) {
  const User& user = details.user;
  return {{"uuid", user.id.text()},
          {"email", user.email.text()},
          {"status", to_text(user.status())},
          {"roles", references(details.roles)},
          {"created_at", to_rfc3339(user.created_at)},
          {"updated_at", to_rfc3339(user.updated_at)},
          {"invitation_expires_at", time_or_null(user.invitation_expires_at)},
          {"last_sign_in_at", time_or_null(user.last_login_at)},
          {"last_sign_in_from", text_or_null(user.last_login_from)}};
}

boost::json::object to_json(const PermissionItem& item) {
  return {{"permission", item.permission.text()},
          {"description", text_or_null(item.description)},
          {"role_count", item.role_count}};
}

SecretString to_text(const InvitationAnswer& answer) {
  boost::json::object user = to_json(answer.user);
  if (answer.link) {
    return with_secret(user, {"link", *answer.link}, {{"delivery", answer.delivery}});
  }
  user["delivery"] = answer.delivery;
  return SecretString(to_text(user));
}

boost::json::object to_json(const SigningKeyDetails& key) {
  return {{"kid", key.key.kid},
          {"algorithm", to_text(key.key.algorithm)},
          {"status", to_text(key.status)},
          {"created_at", to_rfc3339(key.key.created_at)},
          {"activates_at", time_or_null(key.activates_at)},
          {"activated_at", time_or_null(key.activated_at)},
          {"retired_at", time_or_null(key.retired_at)},
          {"published_until", time_or_null(published_until(key))}};
}

SecretString to_text(const CreatedSecret& created) {
  boost::json::array replaced;
  for (const ReplacedSecret& secret : created.replaced) {
    replaced.push_back(
        boost::json::object{{"secret_id", secret.id.text()},
                            {"works_until", to_rfc3339(secret.works_until)},
                            {"until_idle_seconds", seconds_or_null(secret.until_idle)}});
  }
  return with_secret({{"uuid", created.user.id.text()}, {"username", created.user.username.text()}},
                     {"secret", created.secret.text()},
                     {{"secret_id", created.record.id.text()},
                      {"created_at", to_rfc3339(created.record.created_at)},
                      {"expires_at", time_or_null(created.record.expires_at)},
                      {"replaced", std::move(replaced)}});
}

boost::json::object to_revoked(std::span<const RevokedSecret> secrets, Timestamp now) {
  boost::json::array items;
  for (const RevokedSecret& secret : secrets) {
    boost::json::object item = to_json(secret.record, now);
    item["last_token_expires_at"] = time_or_null(secret.last_token_expires_at);
    items.push_back(std::move(item));
  }
  return {{"revoked", std::move(items)}};
}

boost::json::object to_json(const WhoAmI& caller) {
  return {{"project", caller.project.text()},
          {"kind", to_text(caller.principal.kind)},
          {"uuid", caller.principal.id.text()},
          {"username", caller.principal.name},
          {"roles", references(caller.roles)},
          {"permissions", texts_of(caller.grants.permissions)},
          {"workspaces", texts_of(caller.grants.workspaces)},
          {"level", caller.grants.level.value()},
          {"token_expires_at", to_rfc3339(caller.token_expires_at)}};
}

SecretString to_text(const TokenAnswer& answer) {
  return with_secret({}, {"access_token", answer.access_token},
                     {{"token_type", "Bearer"},
                      {"expires_in", answer.expires_in.count()},
                      {"scope", answer.scope}});
}

boost::json::object to_introspection(const std::optional<AccessToken>& claims) {
  if (!claims) return {{"active", false}};
  const boost::json::object slot{{"idx", claims->slot.index()},
                                 {"uri", claims->slot.uri(claims->issuer)}};
  return {{"active", true},
          {"token_type", "Bearer"},
          {"username", claims->client_id},
          {"iss", claims->issuer},
          {"sub", claims->subject.text()},
          {"client_id", claims->client_id},
          {"aud", claims->audience},
          {"iat", claims->issued_at},
          {"exp", claims->expires_at},
          {"jti", claims->id.text()},
          {"scope", claims->scope},
          {"roles", to_array(claims->roles)},
          {"workspaces", to_array(claims->workspaces)},
          {"level", claims->level},
          {"rv", claims->rights_version},
          {"status", {{"status_list", slot}}}};
}

std::string to_jwks(std::span<const SigningKey> keys) {
  std::string text = R"({"keys":[)";
  for (const SigningKey& key : keys) {
    if (text.back() == '}') text += ',';
    text += key.public_jwk;
  }
  return text + "]}";
}

}  // namespace ptkl::wire
