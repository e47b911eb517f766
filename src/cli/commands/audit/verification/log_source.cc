#include "cli/commands/audit/verification/download.h"

#include <utility>

#include "cli/output/progress.h"
#include "core/page.h"

namespace ptkl::cli::audit {
namespace json = boost::json;

Outcome<void> download_events(const Context& context, RemoteApi& api, std::int64_t last,
                              const TakeEvent& take) {
  Progress progress(context, last, "events");
  std::int64_t done = 0;
  AuditQuery query;
  query.order = AuditOrder::oldest_first;
  query.limit = kMaxPageSize;
  while (true) {
    auto page = api.audit_events_page(query);
    if (!page) return failure(std::move(page.error()));
    if (!*page) {
      // One event spoils the page: smaller ones come nearer to it.
      if (query.limit == 1) return take(nullptr);
      query.limit /= 2;
      continue;
    }
    for (const json::value& event : (*page)->items) {
      if (auto taken = take(&event); !taken) return taken;
    }
    done += static_cast<std::int64_t>((*page)->items.size());
    progress.show(done);
    if (!(*page)->next) return {};
    query.after = (*page)->next;
  }
}

Outcome<DownloadedHeads> download_heads(RemoteApi& api) {
  DownloadedHeads heads;
  if (auto head = api.get_audit_head(); !head) {
    if (head.error().error.code != ErrorCode::conflict) return failure(std::move(head.error()));
    heads.refusal = std::move(head.error().error.message);
  }
  auto list = api.list_audit_heads();
  if (!list) return failure(std::move(list.error()));
  heads.list = std::move(*list);
  return heads;
}

std::int64_t last_number(const AuditHeadList& heads) {
  if (heads.heads.empty() || !heads.heads.back().is_object()) return 0;
  const json::value* const number = heads.heads.back().get_object().if_contains("number");
  return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

}  // namespace ptkl::cli::audit
