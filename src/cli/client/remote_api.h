// The server's API (`/v1/projects/{project}/…`), one function per call.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/uuid.h"
#include "cli/client/response_errors.h"
#include "cli/client/target.h"
#include "cli/framework/failure.h"
#include "core/audit/event.h"
#include "core/secret.h"
#include "http/client/client.h"
#include "wire/requests.h"

namespace ptkl::cli {

/// The token of requests, and the hint for when the server rejects it.
struct Login {
  SecretString token;
  std::string hint;  ///< how to log in again
};

/// One page of a list.
struct ListPage {
  boost::json::array items;
  std::string next_cursor;  ///< empty: the last page
};

/// A page of the audit log, as the server sent it.
struct AuditEventsPage {
  boost::json::array items;
  std::optional<std::int64_t> next;  ///< `after` of the next page, unless this is the last one
};

/// The signed checkpoints of the audit log, lowest number first, and the JWK that verifies them.
struct AuditCheckpointList {
  boost::json::array checkpoints;
  boost::json::object key;
};

/// Lists hold the items of all pages. A response that is not from a ptkld is unavailable. Results are as
/// the server sent them, so that additions of a newer server are kept. Not thread-safe.
class RemoteApi {
 public:
  RemoteApi(std::unique_ptr<http::Client> client, Target target, Login login);

  Outcome<boost::json::array> list_api_users();
  /// The API users of exactly that name, and maybe others: an older server does not filter. Also below.
  Outcome<boost::json::array> find_api_users(std::string_view username);
  Outcome<boost::json::object> get_api_user(const Uuid& id);
  Outcome<boost::json::object> create_api_user(const CreateApiUser& body);
  Outcome<boost::json::object> update_api_user(const Uuid& id, const UpdateApiUser& body);
  Outcome<boost::json::object> delete_api_user(const Uuid& id);

  Outcome<boost::json::array> list_secrets(const Uuid& api_user);
  Outcome<boost::json::object> create_secret(const Uuid& api_user, const CreateSecret& body);
  /// The object is empty when the server responds with no content, as to deletions.
  Outcome<boost::json::object> revoke_secrets(const Uuid& api_user);
  Outcome<boost::json::object> revoke_secret(const Uuid& api_user, const CredentialId& secret);

  Outcome<boost::json::array> list_roles();
  Outcome<boost::json::array> find_roles(std::string_view name);
  Outcome<boost::json::object> get_role(const Uuid& id);
  Outcome<boost::json::object> create_role(const CreateRole& body);
  Outcome<boost::json::object> update_role(const Uuid& id, const UpdateRole& body);
  Outcome<boost::json::object> delete_role(const Uuid& id);
  /// The result that delete_role() would have; changes nothing.
  Outcome<boost::json::object> preview_role_deletion(const Uuid& id);
  /// The changes of roles that the status lists do not show completely yet, of deleted roles as well.
  Outcome<boost::json::array> list_pending_status_updates();
  /// The path of that list, for a hint.
  std::string pending_status_updates_path() const;

  Outcome<boost::json::array> list_permissions();

  Outcome<boost::json::array> list_users();
  Outcome<boost::json::array> find_users(std::string_view email);
  Outcome<boost::json::object> get_user(const Uuid& id);
  Outcome<boost::json::object> invite_user(const InviteUser& body);
  Outcome<boost::json::object> delete_user(const Uuid& id);

  Outcome<boost::json::array> list_keys();
  Outcome<boost::json::object> rotate_keys(const RotateKeys& body);

  /// Nothing when the response is not JSON: an event that was changed into invalid JSON breaks its page.
  /// Errors: internal on a page that does not advance.
  Outcome<std::optional<AuditEventsPage>> audit_events_page(const AuditQuery& query);
  /// Errors: internal when the numbers do not increase; unavailable on a malformed checkpoint, and when the
  /// list is longer than that of any log.
  Outcome<AuditCheckpointList> list_audit_checkpoints();
  /// Has the server sign a new checkpoint if there are new events.
  Outcome<boost::json::object> get_audit_checkpoint();

  Outcome<boost::json::object> whoami();

 private:
  RequestInfo request_info(Effect effect) const;
  Outcome<http::Response> send(http::Method method, std::string_view path, std::string_view body,
                               Effect effect);
  Outcome<boost::json::object> get(std::string_view path);
  Outcome<boost::json::object> post(std::string_view path, std::string_view body);
  Outcome<boost::json::object> patch(std::string_view path, std::string_view body);
  Outcome<boost::json::object> remove(std::string_view path, Effect effect = Effect::changes);
  /// All pages. `filter` is empty, or a parameter such as `&name=reader`.
  Outcome<boost::json::array> list(std::string_view path, std::string_view filter = {});
  Outcome<boost::json::array> find(std::string_view path, std::string_view parameter,
                                   std::string_view value);

  std::unique_ptr<http::Client> client_;
  std::string host_;
  std::string base_url_;
  Login login_;
};

}  // namespace ptkl::cli
