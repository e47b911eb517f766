#include "cli/commands/audit/verification/log_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "wire/json.h"

namespace ptkl::cli::audit {
namespace {

/// Far more than any event, or head, has.
constexpr std::size_t kMaxLineBytes = std::size_t{1024} * 1024;

Result<std::ifstream> open(const std::string& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  // It is read more than once, which a pipe cannot be.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return failure(ErrorCode::invalid_argument, file + " is not a regular file");
  }
  std::ifstream in(file);
  if (in) return in;
  const int reason = errno;
  return failure(reason == EACCES ? ErrorCode::permission_denied : ErrorCode::not_found,
                 fmt::format("cannot read {}: {}", file, std::strerror(reason)));
}

}  // namespace

Result<void> for_each_line(const std::string& file, const TakeLine& take) {
  auto in = open(file);
  if (!in) return failure(std::move(in.error()));
  std::string buffer(kMaxLineBytes + 1, '\0');
  while (in->getline(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
    const auto read = static_cast<std::size_t>(in->gcount());
    // Without the newline, which only the last line may lack.
    const std::string_view text(buffer.data(), in->eof() ? read : read - 1);
    if (text.empty()) continue;
    const auto value = wire::parse_json(text);
    if (auto taken = take(value ? &*value : nullptr); !taken) return taken;
  }
  if (in->bad()) return failure(ErrorCode::internal, "cannot read " + file);
  if (in->eof()) return {};
  return failure(ErrorCode::invalid_argument,
                 fmt::format("{} has a line that is longer than any event", file));
}

}  // namespace ptkl::cli::audit
