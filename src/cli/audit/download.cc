#include "cli/audit/download.h"

#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "cli/progress.h"
#include "core/page.h"

namespace ptkl::cli::audit {
namespace json = boost::json;

Outcome<void> download_events(const Context& context, RemoteApi& api, std::int64_t last,
                              const std::function<Outcome<void>(const json::object&)>& take) {
  Progress progress(context, last);
  std::int64_t done = 0;
  std::string cursor;
  while (true) {
    const std::string from = cursor.empty() ? "" : "&cursor=" + percent_encode(cursor);
    auto page =
        api.audit_events_page(fmt::format("?order=oldest_first&limit={}{}", kMaxPageSize, from));
    if (!page) return failure(std::move(page.error()));
    for (const json::value& event : page->items) {
      if (!event.is_object()) {
        return failure(ErrorCode::internal, "the server's answer holds no events", "");
      }
      if (auto taken = take(event.get_object()); !taken) return taken;
      ++done;
    }
    progress.show(done);
    if (page->next_cursor.empty() || page->next_cursor == cursor) return {};
    cursor = page->next_cursor;
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
