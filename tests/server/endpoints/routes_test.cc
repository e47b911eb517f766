// Rules for every route, checked over the table so that they cover new routes too.
#include "server/endpoints/routes.h"

#include <map>
#include <set>

#include <gmock/gmock.h>

#include "server/endpoints/embedded.h"
#include "server/test_api.h"
#include "wire/json.h"

namespace ptkl::server {
namespace {

bool needs_token(const Endpoint& endpoint) {
  return std::holds_alternative<AuthenticatedHandler>(endpoint.handler);
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

/// The pattern with these values for its parameters.
std::string fill(const Endpoint& endpoint, std::string_view project, const Uuid& uuid) {
  std::string path(endpoint.pattern);
  path = replaced(path, "{project}", project);
  path = replaced(path, "{uuid}", uuid.text());
  return replaced(path, "{id}", "0123456789A");
}

/// A valid body for that route, so that only the caller decides the result.
std::string_view good_body(const Endpoint& endpoint) {
  if (endpoint.input != Input::json) return "{}";
  if (endpoint.method == http::Method::patch) {
    return endpoint.pattern.ends_with("/roles/{uuid}") ? R"({"level":1})"
                                                       : R"({"description":"x"})";
  }
  if (endpoint.pattern.ends_with("/invitations")) return R"({"email":"a@example.com"})";
  return endpoint.pattern.ends_with("/roles") ? R"({"name":"x"})" : R"({"username":"x"})";
}

class EveryRoute : public ApiFixture {
 protected:
  http::Response ask(const Endpoint& endpoint, const std::string& path, const SecretString& token) {
    return api.send(Ask(endpoint.method, path).bearer(token).json(good_body(endpoint)));
  }
  /// The token of a new API user that has only these permissions.
  SecretString token_with(std::string_view permissions) {
    const std::string name = "caller-" + std::to_string(++made_);
    const CreatedSecret created = api.app.make_secret(
        api.app.make_api_user(name, {api.app.make_role(name, permissions, 100)}));
    return api.app.token_of(name, created.secret.text());
  }

  int made_ = 0;
};

// A read on the threads of the changes would wait while these wait for a transaction.
TEST(ReadingRoutes, DoNotShareTheThreadsOfChanges) {
  for (const Endpoint& endpoint : all_endpoints()) {
    if (endpoint.method != http::Method::get) continue;
    SCOPED_TRACE(endpoint.pattern);
    const bool writes = endpoint.pattern.ends_with("/audit-events/head");  // stores a checkpoint
    EXPECT_EQ(endpoint.workload == http::Workload::blocking, writes);
  }
}

TEST_F(EveryRoute, OfTheApiRejectsUnauthenticatedCallers) {
  const char* const headers[] = {"", "Bearer", "Bearer ", "Bearer a.b.c", "Basic YTpi", "a.b.c"};
  for (const Endpoint& endpoint : all_endpoints()) {
    if (!needs_token(endpoint)) continue;
    SCOPED_TRACE(endpoint.pattern);
    const std::string path = fill(endpoint, "acme", testing::unknown_uuid());
    const http::Response without = api.send(Ask(endpoint.method, path).json(good_body(endpoint)));
    EXPECT_EQ(without.status, 401);
    EXPECT_EQ(header_of(without, "WWW-Authenticate"), R"(Bearer realm="ptkl")");
    for (const char* header : headers) {
      const http::Response response = api.send(
          Ask(endpoint.method, path).with("Authorization", header).json(good_body(endpoint)));
      EXPECT_EQ(response.status, 401) << header;
      EXPECT_THAT(header_of(response, "WWW-Authenticate"),
                  ::testing::HasSubstr(R"(error="invalid_token")"));
    }
  }
}

/// Every permission of the API except `one`.
std::string all_but(std::string_view one) {
  std::string rest;
  for (const SystemPermission& permission : system_permissions()) {
    if (permission.text == one || permission.text == permissions::kEverything) continue;
    rest += (rest.empty() ? "" : " ") + std::string(permission.text);
  }
  return rest;
}

TEST_F(EveryRoute, OfTheApiRejectsCallersWithoutThePermission) {
  const Uuid target = api.app.make_api_user("target").user.id;
  for (const Endpoint& endpoint : all_endpoints()) {
    if (!needs_token(endpoint) || endpoint.permission.empty()) continue;
    SCOPED_TRACE(endpoint.pattern);
    const SecretString token = token_with(all_but(endpoint.permission));
    const http::Response response = ask(endpoint, fill(endpoint, "acme", target), token);
    EXPECT_EQ(response.status, 403);
    EXPECT_THAT(text_at(response, "detail"),
                ::testing::EndsWith(" the permission " + std::string(endpoint.permission)));
  }
}

TEST_F(EveryRoute, OfTheApiRequiresNoOtherPermission) {
  for (const Endpoint& endpoint : all_endpoints()) {
    if (!needs_token(endpoint) || endpoint.permission.empty()) continue;
    SCOPED_TRACE(endpoint.pattern);
    const SecretString token = token_with(endpoint.permission);
    const Uuid target = api.app.make_api_user("target-" + std::to_string(++made_)).user.id;
    EXPECT_LT(ask(endpoint, fill(endpoint, "acme", target), token).status, 500);
    EXPECT_NE(ask(endpoint, fill(endpoint, "acme", target), token).status, 403);
  }
}

TEST_F(EveryRoute, OfTheApiRejectsTokensOfOtherProjects) {
  const app::CreatedProject other = api.app.make_project("other");
  const SecretString foreign = api.foreign_token(other);
  for (const Endpoint& endpoint : all_endpoints()) {
    if (!needs_token(endpoint)) continue;
    SCOPED_TRACE(endpoint.pattern);
    const Uuid& mine = api.app.acme->owner.id;
    const http::Response known = ask(endpoint, fill(endpoint, "acme", mine), foreign);
    const http::Response unknown = ask(endpoint, fill(endpoint, "nowhere", mine), foreign);
    EXPECT_EQ(known.status, 401);
    // The response does not show whether the project exists.
    EXPECT_EQ(known.body, unknown.body);
  }
}

TEST_F(EveryRoute, OfTheApiTreatsAForeignUuidAsUnknown) {
  const app::CreatedProject other = api.app.make_project("other");
  const SecretString token = api.owner_token();
  for (const Endpoint& endpoint : all_endpoints()) {
    if (endpoint.pattern.find("{uuid}") == std::string_view::npos) continue;
    SCOPED_TRACE(endpoint.pattern);
    const http::Response foreign = ask(endpoint, fill(endpoint, "acme", other.owner.id), token);
    const http::Response unknown =
        ask(endpoint, fill(endpoint, "acme", testing::unknown_uuid()), token);
    EXPECT_EQ(foreign.status, 404);
    // The two responses differ only in the uuid that the caller sent.
    const std::string sent = testing::unknown_uuid().text();
    EXPECT_EQ(replaced(foreign.body, other.owner.id.text(), sent), unknown.body);
  }
  // Nothing of it was changed.
  const SecretString foreign = api.foreign_token(other);
  EXPECT_EQ(api.send(Ask(http::Method::get, "/v1/projects/other/whoami").bearer(foreign)).status,
            200);
}

TEST_F(EveryRoute, OfTheApiRejectsUnknownQueryParameters) {
  for (const Endpoint& endpoint : all_endpoints()) {
    if (!needs_token(endpoint)) continue;
    SCOPED_TRACE(endpoint.pattern);
    const std::string path = fill(endpoint, "acme", api.app.acme->owner.id) + "?surprise=1";
    const http::Response response = ask(endpoint, path, api.owner_token());
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(faulty_fields(response), "surprise");
  }
}

TEST_F(EveryRoute, Answers503WhenTheStoreIsUnavailable) {
  const SecretString token = api.owner_token();
  api.store.fail_with(BreakableStore::Fault::gone);
  for (const Endpoint& endpoint : all_endpoints()) {
    if (!needs_token(endpoint)) continue;
    SCOPED_TRACE(endpoint.pattern);
    const http::Response response =
        ask(endpoint, fill(endpoint, "acme", api.app.acme->owner.id), token);
    EXPECT_EQ(response.status, 503);
    EXPECT_NE(header_of(response, "Retry-After"), "");
  }
}

TEST_F(EveryRoute, WorksOnAFullDiskIfItOnlyReads) {
  const SecretString token = api.owner_token();
  api.store.fail_with(BreakableStore::Fault::disk_full);
  for (const Endpoint& endpoint : all_endpoints()) {
    // The uuid below is neither that of a role nor that of a user.
    const bool is_about_another = endpoint.pattern.find("roles/") != std::string_view::npos ||
                                  endpoint.pattern.find("/users/") != std::string_view::npos;
    if (!needs_token(endpoint) || is_about_another) continue;
    SCOPED_TRACE(endpoint.pattern);
    const bool reads = endpoint.method == http::Method::get;
    const http::Response response =
        ask(endpoint, fill(endpoint, "acme", api.app.acme->owner.id), token);
    EXPECT_EQ(response.status, reads ? 200 : 503);
    EXPECT_THAT(response.body, ::testing::Not(::testing::HasSubstr("SQLITE")));
  }
}

/// `post /v1/…` with the permission.
using Operations = std::map<std::string, std::string>;

TEST_F(EveryRoute, IsInTheOpenApiDocumentWithItsPermission) {
  Operations served;
  for (const Endpoint& endpoint : all_endpoints()) {
    std::string method(http::to_text(endpoint.method));
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    served[method + ' ' + std::string(endpoint.pattern)] = endpoint.permission;
  }
  Operations documented;
  const auto document = body_of(api.send(Ask(http::Method::get, "/openapi.json")));
  for (const auto& [path, item] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      if (method == "parameters") continue;
      const auto* permission = operation.as_object().if_contains("x-permission");
      documented[std::string(method) + ' ' + std::string(path)] =
          permission == nullptr ? "" : std::string(permission->as_string());
    }
  }
  EXPECT_EQ(served, documented);
}

TEST_F(EveryRoute, IsSecuredInTheOpenApiDocumentIfItRequiresAToken) {
  const auto document = body_of(api.send(Ask(http::Method::get, "/openapi.json")));
  for (const Endpoint& endpoint : all_endpoints()) {
    SCOPED_TRACE(endpoint.pattern);
    std::string method(http::to_text(endpoint.method));
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    const auto& operation = document.at("paths").at(endpoint.pattern).at(method).as_object();
    // The default of the document is a bearer token; other operations state their own requirement.
    EXPECT_EQ(operation.contains("security"), !needs_token(endpoint));
  }
}

}  // namespace
}  // namespace ptkl::server
