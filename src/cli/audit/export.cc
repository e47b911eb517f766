#include <utility>

#include <boost/json/serialize.hpp>

#include "cli/audit/audit.h"
#include "cli/audit/download.h"
#include "cli/audit/layouts.h"
#include "cli/log_in.h"

namespace ptkl::cli::audit {
namespace json = boost::json;

void Export::declare(Options& options) { output.declare(options); }

// One JSON object a line: the key, the heads, and then the events, the oldest first.
Outcome<void> Export::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto heads = download_heads(session->api);
  if (!heads) return failure(heads.error());
  if (!heads->refusal.empty()) {
    context.say("ptkl: the server refuses to sign the log as it is: " + heads->refusal);
  }
  std::string text = json::serialize(json::object{{"key", heads->list.key}}) + '\n';
  for (const json::value& head : heads->list.heads) {
    text += json::serialize(json::object{{"head", head}}) + '\n';
  }
  auto done = download_events(context, session->api, last_number(heads->list),
                              [&](const json::object& event) -> Outcome<void> {
                                text += json::serialize(event) + '\n';
                                return {};
                              });
  if (!done) return done;
  return session->output.show_text(text);
}

void Head::declare(Options& options) { output.declare(options); }

Outcome<void> Head::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto head = session->api.get_audit_head();
  if (!head) return failure(std::move(head.error()));
  return session->output.show(*head, kHeadLayout);
}

}  // namespace ptkl::cli::audit
