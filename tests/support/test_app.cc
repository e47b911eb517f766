#include "support/test_app.h"

#include "app/projects/signing_keys.h"
#include "crypto/argon2_password_hasher.h"
#include "crypto/audit_signer.h"
#include "crypto/hmac_secret_hasher.h"
#include "storage/sql/store.h"
#include "storage/sqlite/database.h"

namespace ptkl::testing {

std::unique_ptr<Store> make_store(Logger& log) {
  return expect_done(storage::make_sql_store(expect_done(storage::open_sqlite_in_memory(log))));
}

TestApp::TestApp()
    : master_key(crypto::MasterKey::make()),
      secret_hasher(crypto::make_secret_hasher(master_key)),
      // The lowest cost, since the cost of a hash does not matter to the use cases.
      password_hasher(crypto::make_password_hasher({.memory_bytes = 8192, .passes = 1})),
      key_store(crypto::make_key_store(master_key)),
      audit_signer(crypto::make_audit_signer(master_key)),
      store(make_store(log)),
      acme(std::make_unique<app::CreatedProject>(make_project("acme"))) {}

app::AppContext TestApp::ports_over(Store& other) {
  return {other,
          clock,
          random_source,
          *secret_hasher,
          *password_hasher,
          *key_store,
          *key_store,
          *key_store,
          *audit_signer,
          last_used,
          log,
          "https://id.example.com"};
}

app::CreatedProject TestApp::make_project(std::string_view name) {
  return expect_done(app::create_project(
      context(), {.name = expect_done(ProjectName::parse(name)),
                  .resources = expect_done(AudienceSet::parse("https://api.example.com"))}));
}

Role TestApp::make_role(std::string_view name, std::string_view permissions, int level,
                        std::string_view workspaces) {
  return expect_done(app::create_role(context(), owner(),
                                      {.name = expect_done(RoleName::parse(name)),
                                       .permissions = permission_set(permissions),
                                       .workspaces = expect_done(parse_workspaces(workspaces)),
                                       .level = access_level(level)}));
}

ApiUserDetails TestApp::make_api_user(std::string_view name, std::initializer_list<Role> roles) {
  CreateApiUser request{username(name), "", {}};
  for (const Role& role : roles) request.roles.push_back(role.id);
  return expect_done(app::create_api_user(context(), owner(), request));
}

CreatedSecret TestApp::make_secret(const ApiUserDetails& user, const CreateSecret& request) {
  return expect_done(app::create_secret(context(), owner(), user.user.id, request));
}

ApiUserDetails TestApp::read(const Uuid& api_user) {
  return expect_done(app::get_api_user(context(), owner(), api_user));
}

std::vector<AuditEvent> TestApp::audit_events() {
  AuditPage page;
  const AuditQuery query{.order = AuditOrder::oldest_first, .limit = kMaxPageSize};
  expect_done(store->read([&](Transaction& transaction) -> Result<void> {
    page = expect_done(transaction.audit().list(acme->project.id, query));
    return {};
  }));
  return std::move(page.items);
}

app::Actor TestApp::make_actor(std::string_view name, std::string_view permissions, int level,
                               std::string_view workspaces) {
  const Role role = make_role(std::string(name) + " role", permissions, level, workspaces);
  const CreatedSecret made = make_secret(make_api_user(name, {role}));
  return actor_of(name, made.secret.text());
}

SecretString TestApp::invite(std::string_view email, std::initializer_list<Role> roles) {
  InviteUser request{testing::email(email), {}};
  for (const Role& role : roles) request.roles.push_back(role.id);
  const auto invited = expect_done(app::invite_user(context(), owner(), request));
  const std::string_view link = invited.link.value().reveal();
  return SecretString(link.substr(link.find('#') + 1));
}

Result<app::AcceptedInvitation> TestApp::accept(const SecretString& token,
                                                std::string_view password) {
  return app::accept_invitation(
      context(), {token.clone(), SecretString(password), {"192.0.2.7", "request-1"}});
}

UserDetails TestApp::make_user(std::string_view email, std::initializer_list<Role> roles) {
  return read_user(expect_done(accept(invite(email, roles))).user.id);
}

UserDetails TestApp::read_user(const Uuid& user) {
  return expect_done(app::get_user(context(), owner(), user));
}

Result<app::IssuedToken> TestApp::login(std::string_view email, std::string_view password) {
  return app::login(
      context(),
      {"acme", testing::email(email), SecretString(password), {"192.0.2.7", "request-1"}});
}

app::Actor TestApp::actor_of_user(std::string_view email) {
  const auto issued = expect_done(login(email));
  return expect_done(app::authenticate(context(), "acme", issued.access_token.reveal()));
}

app::TokenRequest TestApp::token_request(std::string_view client_id, const SecretString& secret) {
  return {.client = {.project = "acme",
                     .id = std::string(client_id),
                     .origin = {"192.0.2.7", "request-1"}},
          .proof = app::SecretProof{secret.clone()},
          .grant_type = "client_credentials",
          .scope = {},
          .resource = {}};
}

SecretString TestApp::token_of(std::string_view name, const SecretString& secret) {
  auto issued = app::issue_token(context(), token_request(name, secret));
  if (!issued) throw std::runtime_error(issued.error().description);
  return std::move(issued->access_token);
}

app::Actor TestApp::actor_of(std::string_view name, const SecretString& secret) {
  const SecretString token = token_of(name, secret);
  return expect_done(app::authenticate(context(), "acme", token.reveal()));
}

AccessToken TestApp::claims_of(const SecretString& token) {
  const auto keys = expect_done(app::list_published_keys(context(), "acme"));
  return expect_done(key_store->verify(token.reveal(), keys.front()));
}

std::int64_t TestApp::rights_version_of(const SecretString& token) {
  return claims_of(token).rights_version;
}

bool TestApp::is_valid(const SecretString& token) {
  return app::authenticate(context(), "acme", token.reveal()).has_value();
}

Username username(std::string_view text) { return expect_done(Username::parse(text)); }
Email email(std::string_view text) { return expect_done(Email::parse(text)); }
PermissionSet permission_set(std::string_view text) {
  return expect_done(PermissionSet::parse(text));
}
AccessLevel access_level(int value) { return expect_done(AccessLevel::parse(value)); }
Uuid unknown_uuid() { return expect_done(Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b")); }

}  // namespace ptkl::testing
