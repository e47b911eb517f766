#include "cli/client/remote_api.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "cli/client/response_errors.h"
#include "core/page.h"
#include "wire/audit.h"
#include "wire/json.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

/// The failure of a list that a server could continue without an end.
tl::unexpected<Failure> endless_list(std::string_view host) {
  return failure(ErrorCode::internal, fmt::format("the list from {} does not end", host),
                 "check that the server is a ptkld of this version");
}

Outcome<json::object> read_object(const http::Response& response, const RequestInfo& request) {
  auto value = parse_response(response, request);
  if (!value) return failed(value);
  if (!value->is_object()) return failure(unexpected_response("object", request));
  return std::move(value->get_object());
}

constexpr std::string_view kPendingStatusUpdates = "/pending-status-updates";

std::string path_of(const Uuid& api_user) { return "/api-users/" + api_user.text(); }

std::string secrets_path_of(const Uuid& api_user) { return path_of(api_user) + "/secrets"; }

Outcome<ListPage> read_page(json::object& object, const RequestInfo& request) {
  json::value* const items = object.if_contains("items");
  if (items == nullptr || !items->is_array()) return failure(unexpected_response("list", request));
  const std::string next(wire::find_text(object, "next_cursor").value_or(""));
  return ListPage{std::move(items->get_array()), next};
}

Outcome<ListPage> read_page(const http::Response& response, const RequestInfo& request) {
  auto object = read_object(response, request);
  if (!object) return failed(object);
  return read_page(*object, request);
}

/// Whether the server states that the body is JSON, which it does also when an event that was changed in
/// the database makes it invalid.
bool claims_json(const http::Response& response) {
  return response.headers.find("Content-Type").value_or("").starts_with("application/json");
}

/// One checkpoint for each of two million minutes with events; each takes about a hundred bytes here.
constexpr std::size_t kMaxCheckpoints = 2'000'000;

/// 0 for a malformed checkpoint: the numbers of a log begin at 1.
std::int64_t checkpoint_number(const json::value& checkpoint) {
  return std::max<std::int64_t>(wire::find_integer(checkpoint, "number").value_or(0), 0);
}

void add(std::string& text, std::string_view name, const std::string& value) {
  if (!value.empty()) text += fmt::format("&{}={}", name, percent_encode(value));
}

std::string to_text(const AuditQuery& query) {
  std::string text = fmt::format("?limit={}", query.limit);
  if (query.order == AuditOrder::oldest_first) text += "&order=oldest_first";
  add(text, "actor", query.actor);
  add(text, "action", query.action);
  add(text, "target", query.target);
  if (query.since) add(text, "since", to_rfc3339(*query.since));
  if (query.until) add(text, "until", to_rfc3339(*query.until));
  if (query.after) add(text, "cursor", wire::to_cursor(*query.after));
  return text;
}

/// Whether an older server has rejected an unknown parameter.
bool refuses_parameter(const Error& error, std::string_view parameter) {
  return error.code == ErrorCode::invalid_argument &&
         std::any_of(error.fields.begin(), error.fields.end(),
                     [&](const FieldError& field) { return field.field == parameter; });
}

bool advances(const AuditQuery& query, std::int64_t next) {
  if (!query.after) return true;
  return query.order == AuditOrder::oldest_first ? next > *query.after : next < *query.after;
}

}  // namespace

RemoteApi::RemoteApi(std::unique_ptr<http::Client> client, Target target, Login login)
    : client_(std::move(client)),
      host_(std::move(target.host)),
      base_url_(fmt::format("{}/v1/projects/{}", host_, target.project)),
      login_(std::move(login)) {}

Outcome<json::array> RemoteApi::list_api_users() { return list("/api-users"); }

Outcome<json::array> RemoteApi::find_api_users(std::string_view username) {
  return find("/api-users", "username", username);
}

Outcome<json::object> RemoteApi::get_api_user(const Uuid& id) { return get(path_of(id)); }

Outcome<json::object> RemoteApi::create_api_user(const CreateApiUser& body) {
  return post("/api-users", wire::to_json(body));
}

Outcome<json::object> RemoteApi::update_api_user(const Uuid& id, const UpdateApiUser& body) {
  return patch(path_of(id), wire::to_json(body));
}

Outcome<json::object> RemoteApi::delete_api_user(const Uuid& id) { return remove(path_of(id)); }

Outcome<json::array> RemoteApi::list_secrets(const Uuid& api_user) {
  // Secrets are few, so the server sends them without pages.
  auto response = send(http::Method::get, secrets_path_of(api_user), {}, Effect::reads);
  if (!response) return failed(response);
  auto page = read_page(*response, request_info(Effect::reads));
  if (!page) return failed(page);
  return std::move(page->items);
}

Outcome<json::object> RemoteApi::create_secret(const Uuid& api_user, const CreateSecret& body) {
  return post(secrets_path_of(api_user), wire::to_json(body));
}

Outcome<json::object> RemoteApi::revoke_secrets(const Uuid& api_user) {
  return remove(secrets_path_of(api_user));
}

Outcome<json::object> RemoteApi::revoke_secret(const Uuid& api_user, const CredentialId& secret) {
  return remove(fmt::format("{}/{}", secrets_path_of(api_user), secret.text()));
}

Outcome<json::array> RemoteApi::list_roles() { return list("/roles"); }

Outcome<json::array> RemoteApi::find_roles(std::string_view name) {
  return find("/roles", "name", name);
}

Outcome<json::object> RemoteApi::get_role(const Uuid& id) { return get("/roles/" + id.text()); }

Outcome<json::object> RemoteApi::create_role(const CreateRole& body) {
  return post("/roles", wire::to_json(body));
}

Outcome<json::object> RemoteApi::update_role(const Uuid& id, const UpdateRole& body) {
  return patch("/roles/" + id.text(), wire::to_json(body));
}

Outcome<json::object> RemoteApi::delete_role(const Uuid& id) {
  return remove("/roles/" + id.text());
}

Outcome<json::object> RemoteApi::preview_role_deletion(const Uuid& id) {
  return remove(fmt::format("/roles/{}?dry_run=true", id.text()), Effect::reads);
}

Outcome<json::array> RemoteApi::list_pending_status_updates() {
  // They are few, so the server sends them without pages.
  auto response = send(http::Method::get, kPendingStatusUpdates, {}, Effect::reads);
  if (!response) return failed(response);
  auto page = read_page(*response, request_info(Effect::reads));
  if (!page) return failed(page);
  return std::move(page->items);
}

std::string RemoteApi::pending_status_updates_path() const {
  return base_url_.substr(host_.size()) + std::string(kPendingStatusUpdates);
}

Outcome<json::array> RemoteApi::list_permissions() { return list("/permissions"); }

Outcome<json::array> RemoteApi::list_users() { return list("/users"); }

Outcome<json::array> RemoteApi::find_users(std::string_view email) {
  return find("/users", "email", email);
}

Outcome<json::object> RemoteApi::get_user(const Uuid& id) { return get("/users/" + id.text()); }

Outcome<json::object> RemoteApi::invite_user(const InviteUser& body) {
  return post("/users/invitations", wire::to_json(body));
}

Outcome<json::object> RemoteApi::delete_user(const Uuid& id) {
  return remove("/users/" + id.text());
}

Outcome<json::array> RemoteApi::list_keys() { return list("/keys"); }

Outcome<json::object> RemoteApi::rotate_keys(const RotateKeys& body) {
  return post("/keys/rotate", wire::to_json(body));
}

Outcome<std::optional<AuditEventsPage>> RemoteApi::audit_events_page(const AuditQuery& query) {
  auto response = send(http::Method::get, "/audit-events" + to_text(query), {}, Effect::reads);
  if (!response) return failed(response);
  if (claims_json(*response) && !wire::parse_json(response->body)) return std::nullopt;
  auto read = read_page(*response, request_info(Effect::reads));
  if (!read) return failed(read);
  AuditEventsPage page{std::move(read->items), std::nullopt};
  if (read->next_cursor.empty()) return page;
  const auto next = wire::parse_number_cursor(read->next_cursor);
  if (!next || !advances(query, *next)) return endless_list(host_);
  page.next = *next;
  return page;
}

Outcome<AuditCheckpointList> RemoteApi::list_audit_checkpoints() {
  AuditCheckpointList list;
  std::int64_t last = 0;
  std::string cursor;
  do {
    auto object = get(fmt::format("/audit-events/heads?limit={}{}", kMaxPageSize, cursor));
    if (!object) return failed(object);
    const json::object* const key = wire::find_object(*object, "key");
    const RequestInfo request = request_info(Effect::reads);
    auto page = read_page(*object, request);
    if (!page) return failed(page);
    if (key == nullptr) return failure(unexpected_response("list of checkpoints", request));
    list.key = *key;
    const std::int64_t before = last;
    for (json::value& checkpoint : page->items) {
      const std::int64_t number = checkpoint_number(checkpoint);
      if (number == 0 || list.checkpoints.size() >= kMaxCheckpoints) {
        return failure(unexpected_response("list of checkpoints", request));
      }
      if (number <= last) return endless_list(host_);
      last = number;
      list.checkpoints.push_back(std::move(checkpoint));
    }
    cursor = page->next_cursor.empty() ? "" : "&cursor=" + percent_encode(page->next_cursor);
    // A server that does not advance would keep the client in this loop.
    if (!cursor.empty() && last == before) return endless_list(host_);
  } while (!cursor.empty());
  return list;
}

Outcome<json::object> RemoteApi::get_audit_checkpoint() { return get("/audit-events/head"); }

Outcome<json::object> RemoteApi::whoami() { return get("/whoami"); }

RequestInfo RemoteApi::request_info(Effect effect) const { return {host_, effect, login_.hint}; }

Outcome<http::Response> RemoteApi::send(http::Method method, std::string_view path,
                                        std::string_view body, Effect effect) {
  http::Headers headers = {{"Authorization", fmt::format("Bearer {}", login_.token.reveal())},
                           {"Accept", "application/json"}};
  if (!body.empty()) headers.add("Content-Type", "application/json");
  auto response = client_->send(method, fmt::format("{}{}", base_url_, path), headers, body);
  if (!response) return failure(to_failure(std::move(response.error()), request_info(effect)));
  if (!is_success(*response)) return failure(to_failure(*response, request_info(effect)));
  return std::move(*response);
}

Outcome<json::object> RemoteApi::get(std::string_view path) {
  auto response = send(http::Method::get, path, {}, Effect::reads);
  if (!response) return failed(response);
  return read_object(*response, request_info(Effect::reads));
}

Outcome<json::object> RemoteApi::post(std::string_view path, std::string_view body) {
  auto response = send(http::Method::post, path, body, Effect::changes);
  if (!response) return failed(response);
  return read_object(*response, request_info(Effect::changes));
}

Outcome<json::object> RemoteApi::patch(std::string_view path, std::string_view body) {
  auto response = send(http::Method::patch, path, body, Effect::changes);
  if (!response) return failed(response);
  return read_object(*response, request_info(Effect::changes));
}

Outcome<json::object> RemoteApi::remove(std::string_view path, Effect effect) {
  auto response = send(http::Method::del, path, {}, effect);
  if (!response) return failed(response);
  constexpr int kNoContent = 204;
  if (response->status == kNoContent) return json::object();
  return read_object(*response, request_info(effect));
}

Outcome<json::array> RemoteApi::list(std::string_view path, std::string_view filter) {
  json::array items;
  std::string cursor;
  while (true) {
    std::string page_path = fmt::format("{}?limit={}{}", path, kMaxPageSize, filter);
    if (!cursor.empty()) page_path += "&cursor=" + percent_encode(cursor);
    auto response = send(http::Method::get, page_path, {}, Effect::reads);
    if (!response) return failed(response);
    auto page = read_page(*response, request_info(Effect::reads));
    if (!page) return failed(page);
    items.insert(items.end(), std::make_move_iterator(page->items.begin()),
                 std::make_move_iterator(page->items.end()));
    if (page->next_cursor.empty()) return items;
    // A server that does not advance would keep the client in this loop.
    if (page->next_cursor == cursor) return endless_list(host_);
    cursor = std::move(page->next_cursor);
  }
}

Outcome<json::array> RemoteApi::find(std::string_view path, std::string_view parameter,
                                     std::string_view value) {
  auto found = list(path, fmt::format("&{}={}", parameter, percent_encode(value)));
  if (found || !refuses_parameter(found.error().error, parameter)) return found;
  return list(path);
}

}  // namespace ptkl::cli
