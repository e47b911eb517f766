#include "app/projects/signing_keys.h"

#include <utility>

#include "app/access/project_transaction.h"

namespace ptkl::app {

Result<std::vector<SigningKey>> list_published_keys(const AppContext& context,
                                                    std::string_view project) {
  const auto name = ProjectName::parse(project);
  if (!name) return failure(ErrorCode::not_found, "no such project");
  auto found = find_project_keys(context, *name);
  if (!found) return failed(found);
  std::vector<SigningKey> keys;
  for (SigningKeyDetails& key : published_keys(std::move(found->keys), context.clock.now())) {
    keys.push_back(std::move(key.key));
  }
  return keys;
}

Result<std::vector<SigningKeyDetails>> list_signing_keys(const AppContext& context,
                                                         const Actor& actor) {
  if (auto allowed = require(actor, permissions::kKeysWrite); !allowed) return failed(allowed);
  auto found = find_project_keys(context, actor.project.name);
  if (!found) return failed(found);
  SigningKeySet& keys = found->keys;
  if (keys.next) keys.next->activates_at = next_rotation(keys, context.key_rotation);
  return published_keys(std::move(keys), context.clock.now());
}

Result<ProjectKeys> find_project_keys(const AppContext& context, const ProjectName& name) {
  return read_snapshot(context.store, [&](Transaction& transaction) -> Result<ProjectKeys> {
    auto project = transaction.projects().find(name);
    if (!project) return failed(project);
    if (!*project) return failure(ErrorCode::not_found, "no such project");
    auto keys = read_key_set(transaction, (*project)->id);
    if (!keys) return failed(keys);
    return ProjectKeys{std::move(**project), std::move(*keys)};
  });
}

Result<SigningKeySet> read_key_set(Transaction& transaction, const Uuid& project) {
  auto keys = transaction.signing_keys().list(project);
  if (!keys) return failed(keys);
  return to_signing_key_set(std::move(*keys));
}

std::vector<SigningKeyDetails> published_keys(SigningKeySet keys, Timestamp now) {
  std::vector<SigningKeyDetails> published;
  published.push_back(std::move(keys.active));
  if (keys.next) published.push_back(std::move(*keys.next));
  for (SigningKeyDetails& key : keys.retired) {
    if (is_published(key, now)) published.push_back(std::move(key));
  }
  return published;
}

}  // namespace ptkl::app
