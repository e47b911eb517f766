#include "app/audit/checkpoints.h"

#include <utility>

#include "app/access/all_projects.h"
#include "app/access/project_transaction.h"

namespace ptkl::app {
namespace {

tl::unexpected<Error> does_not_continue(const AuditCheckpoint& checkpoint) {
  return failure(ErrorCode::conflict,
                 "the audit log does not continue the checkpoint signed at event " +
                     std::to_string(checkpoint.number) +
                     ": the database was modified outside the server, or restored from a backup");
}

bool covers_the_same(const AuditCheckpoint& left, const AuditCheckpoint& right) {
  return left.number == right.number && left.hash == right.hash && left.first == right.first &&
         left.first_previous_hash == right.first_previous_hash;
}

/// The checkpoint's last event must still be stored with the hash that was signed.
Result<void> check_event(AuditRepository& log, const Uuid& project,
                         const AuditCheckpoint& checkpoint) {
  const auto event = log.find(project, checkpoint.number);
  if (!event) return failed(event);
  if (!*event || (*event)->hash != checkpoint.hash) return does_not_continue(checkpoint);
  return {};
}

}  // namespace

Result<void> check_signature(AuditSigner& signer, const Uuid& project,
                             const SignedAuditCheckpoint& stored) {
  // EdDSA is deterministic: signing again gives the same JWS.
  const auto again = signer.sign(project, stored.payload);
  if (!again) return failed(again);
  if (*again != stored.jws) return does_not_continue(stored.payload);
  return {};
}

Result<void> check_continuity(const AppContext& context, Transaction& transaction,
                              const Project& project,
                              const std::optional<AuditCheckpoint>& remembered) {
  auto& log = transaction.audit();
  const auto first = log.find_first(project.id);
  if (!first) return failed(first);
  const auto stored = log.find_latest_checkpoint(project.id);
  if (!stored) return failed(stored);
  if (!*stored) {
    // A log without checkpoints is new, or was written before checkpoints existed.
    const bool is_complete = !*first || ((*first)->number == 1 && (*first)->previous_hash.empty());
    if (is_complete && !remembered) return {};
    return does_not_continue(remembered.value_or(AuditCheckpoint()));
  }
  auto authentic = check_signature(context.audit_signer, project.id, **stored);
  if (!authentic) return authentic;
  const AuditCheckpoint& latest = (*stored)->payload;
  if (!*first || (*first)->number != latest.first ||
      (*first)->previous_hash != latest.first_previous_hash) {
    return does_not_continue(latest);
  }
  if (auto continued = check_event(log, project.id, latest); !continued) return continued;
  // Another server may have pruned the remembered event since. The stored checkpoint shows whether it has.
  if (remembered && remembered->number >= latest.first) {
    return check_event(log, project.id, *remembered);
  }
  return {};
}

Result<BuiltCheckpoint> build_checkpoint(const AppContext& context, Transaction& transaction,
                                         const Project& project) {
  auto& log = transaction.audit();
  const auto end = log.find_end(project.id);
  if (!end) return failed(end);
  const auto first = log.find_first(project.id);
  if (!first) return failed(first);
  if (!*first) return failure(ErrorCode::not_found, "the audit log has no event yet");
  auto stored = log.find_latest_checkpoint(project.id);
  if (!stored) return failed(stored);
  AuditCheckpoint payload{issuer_of(context.public_url, project.name),
                          (*first)->number,
                          (*first)->previous_hash,
                          end->number,
                          end->hash,
                          to_unix_seconds(context.clock.now())};
  if (*stored && covers_the_same((*stored)->payload, payload)) {
    return BuiltCheckpoint{std::move(**stored), true};
  }
  auto jws = context.audit_signer.sign(project.id, payload);
  if (!jws) return failed(jws);
  return BuiltCheckpoint{{std::move(payload), std::move(*jws)}, false};
}

Result<SignedAuditCheckpoint> store_checkpoint(const AppContext& context, Transaction& transaction,
                                               const Project& project) {
  auto built = build_checkpoint(context, transaction, project);
  if (!built) return failed(built);
  if (!built->is_stored) {
    auto done = transaction.audit().insert_checkpoint(project.id, built->checkpoint);
    if (!done) return failed(done);
  }
  return std::move(built->checkpoint);
}

Result<SignedAuditCheckpoint> AuditCheckpoints::sign(const Project& project) {
  // Usually the log has not grown, which a snapshot shows without waiting for the writer.
  auto built =
      read_snapshot(context_.store, [&](Transaction& transaction) -> Result<BuiltCheckpoint> {
        auto continued = check_continuity(context_, transaction, project, latest(project.id));
        if (!continued) return failed(continued);
        return build_checkpoint(context_, transaction, project);
      });
  if (!built) return failed(built);
  SignedAuditCheckpoint checkpoint = std::move(built->checkpoint);
  if (!built->is_stored) {
    SignedAuditCheckpoint stored;
    auto done = context_.store.transact([&](Transaction& transaction) -> Result<void> {
      auto again = sign_within(transaction, project);
      if (!again) return failed(again);
      stored = std::move(*again);
      return {};
    });
    // During an outage the checkpoint is returned unstored: its signature is enough for an auditor.
    if (!done && !is_database_outage(done.error())) return failed(done);
    if (done) checkpoint = std::move(stored);
  }
  remember(project, checkpoint);
  return checkpoint;
}

Result<SignedAuditCheckpoint> AuditCheckpoints::sign_within(Transaction& transaction,
                                                            const Project& project) {
  auto continued = check_continuity(context_, transaction, project, latest(project.id));
  if (!continued) return failed(continued);
  return store_checkpoint(context_, transaction, project);
}

int AuditCheckpoints::sign_all() {
  int broken = 0;
  for_each_project(context_, "audit checkpoint failed",
                   [&](const Project& project) -> Result<void> {
                     auto signed_one = sign(project);
                     if (signed_one || signed_one.error().code == ErrorCode::not_found) return {};
                     if (signed_one.error().code == ErrorCode::conflict) ++broken;
                     return failed(signed_one);
                   });
  return broken;
}

void AuditCheckpoints::remember(const Project& project, const SignedAuditCheckpoint& checkpoint) {
  const AuditCheckpoint& payload = checkpoint.payload;
  {
    const MutexLock lock(mutex_);
    AuditCheckpoint& latest = latest_[project.id];
    // Two threads may sign at the same time, and the older checkpoint may arrive last.
    if (covers_the_same(latest, payload) || payload.number < latest.number) return;
    latest = payload;
  }
  // A log collector that keeps this line holds a checkpoint that no access to the database can remove.
  context_.log.info(
      "audit checkpoint signed",
      {{"project", project.name.text()}, {"number", payload.number}, {"hash", payload.hash}});
}

std::optional<AuditCheckpoint> AuditCheckpoints::latest(const Uuid& project) {
  const MutexLock lock(mutex_);
  const auto found = latest_.find(project);
  return found == latest_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace ptkl::app
