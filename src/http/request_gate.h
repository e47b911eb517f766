// The checks that a request's header must pass before a byte of its body is used (RFC 9112). They refuse
// every header that two implementations could read differently, which is how requests are smuggled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace ptkl::http {

inline constexpr std::size_t kMaxHeaderBytes = std::size_t{16} * 1024;
inline constexpr std::size_t kMaxHeaderFields = 100;

/// The reason why a request is refused. `detail` is a constant text without parts of the request.
struct Refusal {
  int status;
  std::string_view detail;
};

enum class Version { http_1_0, http_1_1 };

/// Finds the end of the header while it arrives, and reports faults as soon as they are there: bare CR or
/// LF, control characters, folded lines, another version, too many bytes or fields.
class HeaderScan {
 public:
  /// `received` is everything received of this request so far.
  std::optional<Refusal> scan(std::string_view received);
  bool started() const { return position_ > 0; }
  bool complete() const { return size_ > 0; }
  /// Includes the empty line at the end. 0 until the header is complete.
  std::size_t size() const { return size_; }
  std::size_t field_count() const { return lines_ - 1; }

 private:
  std::optional<Refusal> take_byte(std::string_view received);
  std::optional<Refusal> take_line(std::string_view line);

  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;  ///< without the empty line
  std::size_t size_ = 0;
};

/// Checks Host, Content-Length and Transfer-Encoding: exactly one Host that is not empty (none only in
/// HTTP/1.0); at most one Content-Length, one number; a Transfer-Encoding only as `chunked`, only in
/// HTTP/1.1 and never beside Content-Length.
std::optional<Refusal> check_fields(const Headers& headers, Version version);

struct Target {
  std::string path;
  std::string query;
};

/// Reads origin-form, and absolute-form where its authority is `host`. Nothing for everything else: `*`, a
/// fragment, bytes outside of visible ASCII, a control character or a broken percent escape in the path.
std::optional<Target> parse_target(std::string_view target, std::string_view host);

}  // namespace ptkl::http
