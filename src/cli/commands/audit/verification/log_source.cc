#include "cli/commands/audit/verification/log_source.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/page.h"
#include "wire/json.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

/// Far more than any event or checkpoint has.
constexpr std::size_t kMaxLineBytes = std::size_t{1024} * 1024;
/// Events between two looks at the clock of the progress bar.
constexpr std::int64_t kProgressStep = 1000;

std::int64_t last_number_of(const json::array& checkpoints) {
  if (checkpoints.empty()) return 0;
  return wire::find_integer(checkpoints.back(), "number").value_or(0);
}

class ServerLog final : public AuditLogSource {
 public:
  ServerLog(const Context& context, RemoteApi& api) : context_(context), api_(api) {}

  Outcome<ExportHeader> read_header() override {
    ExportHeader header;
    if (auto signed_now = api_.get_audit_checkpoint(); !signed_now) {
      // A server that refuses to sign is a reason to look at the log all the more.
      Failure& failed = signed_now.error();
      if (failed.error.code != ErrorCode::conflict) return failure(std::move(failed));
      header.refusal = std::move(failed.error.message);
    }
    auto list = api_.list_audit_checkpoints();
    if (!list) return failed(list);
    header.checkpoints = std::move(list->checkpoints);
    header.key = std::move(list->key);
    header.last_number = last_number_of(header.checkpoints);
    return header;
  }

  Outcome<void> for_each_event(std::int64_t last_number, const TakeEvent& take) override {
    auto bar = context_.progress_bar("events");
    std::int64_t done = 0;
    AuditQuery query;
    query.order = AuditOrder::oldest_first;
    query.limit = kMaxPageSize;
    while (true) {
      auto page = api_.audit_events_page(query);
      if (!page) return failed(page);
      if (!*page) {
        // One event makes the whole page invalid JSON: smaller pages isolate it.
        if (query.limit == 1) return take(nullptr);
        query.limit /= 2;
        continue;
      }
      for (const json::value& event : (*page)->items) {
        if (auto taken = take(&event); !taken) return taken;
      }
      done += static_cast<std::int64_t>((*page)->items.size());
      bar.show({done, last_number});
      if (!(*page)->next) return {};
      query.after = (*page)->next;
    }
  }

 private:
  const Context& context_;
  RemoteApi& api_;
};

class LogFile final : public AuditLogSource {
 public:
  LogFile(const Context& context, std::string file) : context_(context), file_(std::move(file)) {}

  Outcome<ExportHeader> read_header() override {
    ExportHeader header;
    bool is_export = false;
    bool has_lines = false;
    auto read = for_each_line([&](const json::value* line) -> Outcome<void> {
      has_lines = true;
      const json::object* const object = line != nullptr ? line->if_object() : nullptr;
      const json::value* const checkpoint =
          object != nullptr ? object->if_contains("head") : nullptr;
      const json::value* const key = object != nullptr ? object->if_contains("key") : nullptr;
      if (checkpoint != nullptr) {
        header.checkpoints.push_back(*checkpoint);
      } else if (key != nullptr) {
        header.key = *key;
      } else {
        ++header.last_number;
      }
      is_export = is_export || checkpoint != nullptr || key != nullptr ||
                  (object != nullptr && object->contains("number"));
      return {};
    });
    if (!read) return failed(read);
    if (has_lines && !is_export) {
      return failure(ErrorCode::invalid_argument, file_ + " is not an export of an audit log", "");
    }
    return header;
  }

  Outcome<void> for_each_event(std::int64_t last_number, const TakeEvent& take) override {
    auto bar = context_.progress_bar("events");
    std::int64_t done = 0;
    return for_each_line([&](const json::value* line) -> Outcome<void> {
      const json::object* const object = line != nullptr ? line->if_object() : nullptr;
      if (object != nullptr && (object->contains("head") || object->contains("key"))) return {};
      if (++done % kProgressStep == 0) bar.show({done, last_number});
      return take(line);
    });
  }

 private:
  Result<std::ifstream> open() const {
    std::error_code error;
    const auto status = std::filesystem::status(file_, error);
    // It is read more than once, which a pipe cannot be.
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
      return failure(ErrorCode::invalid_argument, file_ + " is not a regular file");
    }
    std::ifstream in(file_);
    if (in) return in;
    const int reason = errno;
    return failure(reason == EACCES ? ErrorCode::permission_denied : ErrorCode::not_found,
                   fmt::format("cannot read {}: {}", file_, std::strerror(reason)));
  }

  /// Passes each line that is not empty to `take`; null where it is not JSON.
  Outcome<void> for_each_line(const TakeEvent& take) const {
    auto in = open();
    if (!in) return failed(in);
    std::string buffer(kMaxLineBytes + 1, '\0');
    while (in->getline(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
      const auto size = static_cast<std::size_t>(in->gcount());
      // Without the newline, which only the last line may lack.
      const std::string_view text(buffer.data(), in->eof() ? size : size - 1);
      if (text.empty()) continue;
      const auto value = wire::parse_json(text);
      if (auto taken = take(value ? &*value : nullptr); !taken) return taken;
    }
    if (in->bad()) return failure(ErrorCode::internal, "cannot read " + file_, "");
    if (in->eof()) return {};
    return failure(ErrorCode::invalid_argument,
                   fmt::format("{} has a line that is longer than any event", file_), "");
  }

  const Context& context_;
  std::string file_;
};

}  // namespace

std::unique_ptr<AuditLogSource> make_server_log(const Context& context, RemoteApi& api) {
  return std::make_unique<ServerLog>(context, api);
}

std::unique_ptr<AuditLogSource> make_log_file(const Context& context, std::string file) {
  return std::make_unique<LogFile>(context, std::move(file));
}

}  // namespace ptkl::cli::audit
