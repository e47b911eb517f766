#include "core/ports/store.h"

#include <utility>

namespace ptkl {
namespace {

/// What a body that is no more than one reference finds: std::function keeps that much without an
/// allocation.
template <class T, class Find>
Result<std::optional<T>> find_in_snapshot(Store& store, const Find& find) {
  struct Question {
    const Find& find;
    Result<std::optional<T>> answer;
  } question{find, {}};
  auto done = store.read([&question](Transaction& transaction) -> Result<void> {
    question.answer = question.find(transaction);
    if (!question.answer) return failure(question.answer.error());
    return {};
  });
  if (!done) return failed(done);
  return std::move(question.answer);
}

}  // namespace

Result<std::optional<ClientWithRoles>> Store::find_client(const ProjectName& project,
                                                          const CredentialId& secret) {
  const auto find = [&](Transaction& transaction) -> Result<std::optional<ClientWithRoles>> {
    auto found = transaction.client_credentials().find_client_record(project, secret);
    if (!found) return failed(found);
    std::optional<ClientRecord>& record = *found;
    // Nobody's roles are looked up too, so that the clock does not tell an unknown secret.
    auto roles = transaction.roles().list_of(record ? record->project.id : Uuid(),
                                             record ? record->user.id : Uuid());
    if (!roles) return failed(roles);
    if (!record) return std::nullopt;
    return ClientWithRoles{std::move(*record), std::move(*roles)};
  };
  return find_in_snapshot<ClientWithRoles>(*this, find);
}

Result<std::optional<VerificationKey>> Store::find_verification_key(const ProjectName& project,
                                                                    std::string_view kid) {
  const auto find = [&](Transaction& transaction) -> Result<std::optional<VerificationKey>> {
    auto found = transaction.projects().find(project);
    if (!found) return failed(found);
    auto key = transaction.signing_keys().find(*found ? (*found)->id : Uuid(), kid);
    if (!key) return failed(key);
    if (!*found || !*key) return std::nullopt;
    return VerificationKey{std::move(**found), std::move(**key)};
  };
  return find_in_snapshot<VerificationKey>(*this, find);
}

Result<std::optional<TokenOwner>> Store::find_token_owner(const Uuid& project,
                                                          const TokenReference& token) {
  const auto find = [&](Transaction& transaction) {
    return transaction.find_token_owner(project, token);
  };
  return find_in_snapshot<TokenOwner>(*this, find);
}

}  // namespace ptkl
