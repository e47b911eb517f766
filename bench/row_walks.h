// Work over many rows, while another thread makes small changes of the same project.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/access/actor.h"
#include "app/access/context.h"
#include "core/client_credential.h"

namespace ptkl::bench {

/// The small changes replace the description of an API user, each with its audit event, one after the other.
struct WalkResult {
  double seconds = 0;
  double cpu_seconds = 0;
  std::size_t changes = 0;
  std::size_t failed_changes = 0;
  double median_change_ms = 0;
  double longest_change_ms = 0;
  /// Resident memory at its highest, above what it was at the start. Includes the pages of a mapped SQLite file.
  double memory_mib = 0;
};

class RowWalks {
 public:
  /// Both references outlive the object. The small changes are those of `api_user`.
  RowWalks(const app::AppContext& context, const app::Actor& actor, const Uuid& api_user)
      : context_(context), actor_(actor), api_user_(api_user) {}

  static bool has(const std::string& name) { return walks().contains(name); }
  /// Prepares `rows` rows, which is not measured, and then walks over them.
  WalkResult run(const std::string& name, std::size_t rows);

 private:
  using Walk = std::function<void()>;
  /// Prepares the rows; the returned function walks over them.
  using Prepare = Walk (RowWalks::*)(std::size_t rows);
  static const std::map<std::string, Prepare>& walks();

  Walk make_no_walk(std::size_t rows);
  Walk make_overlaps(std::size_t rows);
  Walk make_revoked_tokens(std::size_t rows);
  Walk make_uses(std::size_t rows);
  Walk make_counts(std::size_t rows);
  Walk make_old_events(std::size_t rows);
  Walk make_verification(std::size_t rows);
  Walk make_api_user_list(std::size_t rows);
  Walk make_event_list(std::size_t rows);

  /// The first secret of each of `count` API users. Requires: the project has as many.
  std::vector<ClientCredential> read_secrets(std::size_t count);
  void append_events(std::size_t rows);
  WalkResult run_beside_changes(const Walk& walk);

  const app::AppContext& context_;
  const app::Actor& actor_;
  Uuid api_user_;
};

}  // namespace ptkl::bench
