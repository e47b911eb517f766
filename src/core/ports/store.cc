#include "core/ports/store.h"

#include <utility>

namespace ptkl {
namespace {

/// Runs `find` over one snapshot. The body captures only one reference, which std::function stores without
/// an allocation.
template <class T, class Find>
Result<std::optional<T>> find_in_snapshot(Store& store, const Find& find) {
  struct Lookup {
    const Find& find;
    Result<std::optional<T>> result;
  } lookup{find, {}};
  auto done = store.read([&lookup](Transaction& transaction) -> Result<void> {
    lookup.result = lookup.find(transaction);
    if (!lookup.result) return failure(lookup.result.error());
    return {};
  });
  if (!done) return failed(done);
  return std::move(lookup.result);
}

}  // namespace

Result<std::optional<ClientWithRoles>> Store::find_client(const ProjectName& project,
                                                          const CredentialId& credential) {
  const auto find = [&](Transaction& transaction) -> Result<std::optional<ClientWithRoles>> {
    auto found = transaction.client_credentials().find_client_record(project, credential);
    if (!found) return failed(found);
    std::optional<ClientRecord>& record = *found;
    // Roles are looked up in any case, so that an unknown credential cannot be recognized by its timing.
    auto held = transaction.roles().list_of(record ? record->project.id : Uuid(),
                                            record ? record->user.id : Uuid());
    if (!held) return failed(held);
    if (!record) return std::nullopt;
    return ClientWithRoles{std::move(*record), std::move(*held)};
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
