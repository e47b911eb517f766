// The requirements for every Store, with any database. Each database states how to open one:
//
//   INSTANTIATE_TEST_SUITE_P(MyDatabase, StoreConformance, ::testing::Values(StoreFactory{"mine",
//   open_mine}),
//                            store_name);
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/ports/store.h"
#include "support/temporary_folder.h"

namespace ptkl::storage {

struct StoreFactory {
  std::string name;
  /// Opens an empty store. `folder` is an empty folder for the test.
  std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path& folder)> open;
  /// Skips or fails the test if the machine lacks that database.
  std::function<void()> require = {};
};

/// The name of the parameter in GoogleTest and CTest.
inline std::ostream& operator<<(std::ostream& out, const StoreFactory& factory) {
  return out << factory.name;
}

inline std::string store_name(const ::testing::TestParamInfo<StoreFactory>& info) {
  return info.param.name;
}

/// The value of `result`. Throws std::runtime_error with the message of a failure.
template <class T>
T done(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

/// The moment `seconds` after a fixed one.
Timestamp moment(std::int64_t seconds);

/// The n-th of a sequence of uuids that sort by n.
Uuid uuid(std::uint32_t n);

Project make_project(const Uuid& id, const std::string& name);
Role make_role(const Uuid& id, const std::string& name, const std::string& permissions);
ApiUser make_api_user(const Uuid& id, const std::string& username);
/// The n-th secret. Requires: the slot of the same number is allocated.
ClientCredential make_secret(std::uint32_t n, const Uuid& api_user);
const Digest& hash_of(const ClientCredential& secret);
/// An active signing key.
SigningKeyDetails make_signing_key(const Uuid& project, const std::string& kid);

/// An event by the API user `ci-bot`, about the role `deployer`, at moment(number).
AuditEvent make_audit_event(std::int64_t number);

CredentialId secret_id(std::uint32_t n);
/// A user with that uuid and email, invited until moment(1000).
User make_user(std::uint32_t n);
Email email_of(std::uint32_t n);
/// An invitation until moment(1000), with its own hash.
Invitation make_invitation(std::uint8_t number);

inline const Uuid kBot = uuid(10);
inline const Uuid kOtherBot = uuid(11);
inline const Uuid kSecond = uuid(12);
inline constexpr std::uint32_t kAlice = 60;
inline constexpr std::uint32_t kBob = 61;
inline const Uuid kRole = uuid(30);
inline const Uuid kOtherRole = uuid(31);

/// Each test starts with two empty projects, `acme` and `other`.
class StoreConformance : public ::testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override;

  /// Runs `write` in one transaction, which must succeed.
  void write(const std::function<Result<void>(Transaction&)>& body);

  /// The result of `ask` in a transaction, which must succeed.
  template <class T>
  T find(const std::function<Result<T>(Transaction&)>& ask) {
    std::optional<T> found;
    auto done = store_->read([&](Transaction& transaction) -> Result<void> {
      auto answer = ask(transaction);
      if (!answer) return failure(std::move(answer.error()));
      found = std::move(*answer);
      return {};
    });
    if (!done) throw std::runtime_error(done.error().message);
    return std::move(*found);
  }

  /// The error code of `body` as a transaction; absent if it succeeds.
  std::optional<ErrorCode> refusal(const std::function<Result<void>(Transaction&)>& body);

  void add_role(const Project& project, const Role& role);
  void add_api_user(const Project& project, const ApiUser& user);
  /// Also allocates the slot.
  void add_secret(const Project& project, const ClientCredential& secret);
  void assign_roles(const Project& project, const Uuid& api_user, const std::vector<Uuid>& roles);
  void add_signing_key(const SigningKeyDetails& key);
  void allocate_slots(const Project& project, std::initializer_list<std::int64_t> numbers);
  /// Adds them in this order, in one transaction.
  void invalidate_slots(const Project& project, std::initializer_list<std::int64_t> numbers);

  /// Adds an API user `ci-bot` in `acme`, and a signing key `acme-key`.
  void add_bot();
  /// The same in `other`: `other-bot` and `other-key`.
  void add_other_bot();
  ApiUserDetails find_bot() { return find_api_user(acme_, kBot).value(); }

  /// Adds both, and an API user `second` in `acme`. Roles of `acme`: kRole of the bot and the second, and
  /// kOtherRole of the bot; in `other`, its bot has a role with the id kRole.
  void add_holders();

  std::optional<Role> find_role(const Project& project, const Uuid& id);
  std::int64_t count_holders(const Project& project, const Uuid& role);
  /// The ids that list_of_holders() finds at moment(100), in order.
  std::vector<CredentialId> secrets_of_holders(const Project& project, const Uuid& role);

  std::optional<ApiUserDetails> find_api_user(const Project& project, const Uuid& id);

  // The results of a transaction. Each function also calls the store's own lookup, and fails the test if
  // the two differ.
  std::optional<ClientRecord> find_client_record(const Project& project, const CredentialId& id);
  std::optional<SigningKey> find_key(const Project& project, const std::string& kid);
  std::optional<TokenOwner> find_owner(const Project& project, const TokenReference& token);

  std::vector<SigningKeyDetails> list_keys(const Project& project);
  std::optional<SigningKey> find_active_key(const Project& project);
  std::int64_t latest_invalidation(const Project& project);
  /// The numbers of the slots that list_invalidated() finds.
  std::vector<std::int64_t> invalidated_slots(const Project& project, std::int64_t list,
                                              std::int64_t after);

  /// Adds a user to `acme`, with make_invitation() of the same number.
  void invite_user(const Project& project, std::uint32_t n);
  /// Accepts the invitation with the password hash `$argon2id$`.
  void accept_invitation(const Project& project, std::uint32_t n);
  void assign_role(const Project& project, std::uint32_t user, const Uuid& role);
  std::optional<UserDetails> find_user(const Project& project, std::uint32_t n);
  std::optional<InvitedUser> find_invited(std::uint8_t invitation);
  std::optional<UserCredential> find_user_credential(const Project& project, std::uint32_t n);
  /// Adds the n-th session, of a user who has accepted, until moment(3600); allocates the slot of that number.
  void add_session(const Project& project, std::uint32_t n, std::uint32_t user);

  void revoke_token(const Project& project, const Uuid& token, Timestamp expires_at);
  /// Whether the token with that id and slot 1 is active.
  bool is_active(const Project& project, const Uuid& api_user, const Uuid& token);
  /// Returns the number of erased tokens.
  std::int64_t erase_expired_tokens(Timestamp now, std::int64_t limit = 100);

  void append_event(const Project& project, const AuditEvent& event);
  /// Appends events to `acme`, from one number to the other.
  void append_events(std::int64_t first, std::int64_t last);
  AuditPage list_events(const AuditQuery& query);
  std::vector<std::int64_t> event_numbers(const AuditQuery& query);
  std::vector<std::int64_t> checkpoint_numbers(std::int64_t after, std::size_t limit = 100);

  const Project acme_ = make_project(uuid(1), "acme");
  const Project other_ = make_project(uuid(2), "other");
  ptkl::testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace ptkl::storage
