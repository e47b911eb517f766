// The use cases over a real database in memory and real keys, with time and randomness under control.
#pragma once

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "app/api_users/api_users.h"
#include "app/api_users/secrets.h"
#include "app/oauth/tokens.h"
#include "app/projects/projects.h"
#include "app/roles/roles.h"
#include "app/tokens/last_used.h"
#include "app/users/accept_invitation.h"
#include "app/users/login.h"
#include "app/users/users.h"
#include "crypto/key_store.h"
#include "crypto/master_key.h"
#include "support/counting_random_source.h"
#include "support/fixed_clock.h"
#include "support/recording_logger.h"

namespace ptkl::testing {

/// Returns the value of a success. Fails and ends the test otherwise.
template <class T>
T expect_done(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// The ErrorCode of a failure; absent for a success.
template <class T>
std::optional<ErrorCode> code_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

template <class T>
std::optional<OAuthErrorCode> code_of(const OAuthResult<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

/// The password of every user, unless a test sets another.
inline constexpr std::string_view kPassword = "correct horse battery staple";

/// An empty database.
std::unique_ptr<Store> make_store(Logger& log);

/// A server with one project, `acme`. Not copyable, because its context() refers to it.
class TestApp {
 public:
  TestApp();
  TestApp(const TestApp&) = delete;
  TestApp& operator=(const TestApp&) = delete;

  app::AppContext context() { return ports_over(*store); }
  /// The same context with another store.
  app::AppContext ports_over(Store& other);

  /// Another project, with its owner's secret.
  app::CreatedProject make_project(std::string_view name);

  // The functions below act as the owner of acme, and end the test when they fail.

  Role make_role(std::string_view name, std::string_view permissions, int level = 0,
                 std::string_view workspaces = "");
  ApiUserDetails make_api_user(std::string_view username, std::initializer_list<Role> roles = {});
  CreatedSecret make_secret(const ApiUserDetails& user, const CreateSecret& request = {});
  /// Returns the API user as stored now.
  ApiUserDetails read(const Uuid& api_user);

  /// Returns acme's audit log, oldest first.
  std::vector<AuditEvent> audit_events();

  /// Creates an API user with a secret and one role with these permissions, and authenticates it.
  app::Actor make_actor(std::string_view username, std::string_view permissions, int level = 100,
                        std::string_view workspaces = "");

  /// Invites a user and returns the token of the link.
  SecretString invite(std::string_view email, std::initializer_list<Role> roles = {});
  Result<app::AcceptedInvitation> accept(const SecretString& token,
                                         std::string_view password = kPassword);
  /// Creates a user that has accepted its invitation.
  UserDetails make_user(std::string_view email, std::initializer_list<Role> roles = {});
  UserDetails read_user(const Uuid& user);
  Result<app::IssuedToken> login(std::string_view email, std::string_view password = kPassword);
  /// Creates a user and logs it in.
  app::Actor actor_of_user(std::string_view email);

  /// A request as the token endpoint passes it on.
  app::TokenRequest token_request(std::string_view client_id, const SecretString& secret);
  /// Issues a token of acme. Ends the test if it is rejected.
  SecretString token_of(std::string_view username, const SecretString& secret);
  app::Actor actor_of(std::string_view username, const SecretString& secret);
  app::Actor owner() { return actor_of("owner", acme->secret.text()); }
  bool is_valid(const SecretString& token);
  /// The claims of a token of acme, signed with the first published key.
  AccessToken claims_of(const SecretString& token);
  /// The `rv` claim of such a token.
  std::int64_t rights_version_of(const SecretString& token);

  RecordingLogger log;
  FixedClock clock;
  CountingRandomSource random_source;
  crypto::MasterKey master_key;
  std::unique_ptr<SecretHasher> secret_hasher;
  std::unique_ptr<PasswordHasher> password_hasher;
  std::unique_ptr<crypto::KeyStore> key_store;
  std::unique_ptr<AuditSigner> audit_signer;
  std::unique_ptr<Store> store;
  app::LastUsed last_used;
  std::unique_ptr<app::CreatedProject> acme;
};

class AppFixture : public ::testing::Test {
 protected:
  TestApp server_;
};

/// Values from valid literals.
Username username(std::string_view text);
Email email(std::string_view text);
PermissionSet permission_set(std::string_view text);
AccessLevel access_level(int value);
/// A uuid that belongs to nothing.
Uuid unknown_uuid();

}  // namespace ptkl::testing
