#include "http/request_gate.h"

#include <algorithm>

#include "base/encoding.h"

namespace ptkl::http {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_visible_ascii(char c) { return c > 0x20 && c < 0x7f; }

/// True for `HTTP/1.1` with any digits.
bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

std::optional<Refusal> check_request_line(std::string_view line) {
  const std::size_t space = line.rfind(' ');
  const std::string_view version = space == line.npos ? line : line.substr(space + 1);
  if (!is_version(version)) return Refusal{400, "the request line has no HTTP version"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return Refusal{505, "expected HTTP/1.1 or HTTP/1.0"};
  }
  return std::nullopt;
}

/// True for uri-host [ ":" port ] (RFC 9110 §7.2), without characters that no host name has.
bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_base62({&c, 1}) || std::string_view("-._~:[]%").find(c) != std::string_view::npos;
  });
}

bool is_path(std::string_view text) {
  const Result<std::string> decoded = percent_decode(text);
  return text.starts_with('/') && decoded &&
         std::none_of(decoded->begin(), decoded->end(), is_control);
}

std::optional<Refusal> check_host(const Headers& headers, Version version) {
  const std::size_t hosts = headers.count("Host");
  if (hosts == 0 && version == Version::http_1_0) return std::nullopt;
  if (hosts != 1 || !is_host(*headers.find("Host"))) {
    return Refusal{400, "expected exactly one Host"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> HeaderScan::scan(std::string_view received) {
  while (!complete() && position_ < received.size()) {
    if (position_ == kMaxHeaderBytes) return Refusal{431, "the header is larger than 16 KiB"};
    if (const auto refusal = take_byte(received)) return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> HeaderScan::take_byte(std::string_view received) {
  const std::size_t at = position_++;
  const char byte = received[at];
  const bool after_cr = at > 0 && received[at - 1] == '\r';
  if (after_cr != (byte == '\n')) return Refusal{400, "a line must end in CR LF"};
  if (byte == '\n') {
    const std::string_view line = received.substr(line_start_, at - 1 - line_start_);
    line_start_ = position_;
    return take_line(line);
  }
  if (is_control(byte) && byte != '\t' && byte != '\r') {
    return Refusal{400, "the header has a control character"};
  }
  return std::nullopt;
}

std::optional<Refusal> HeaderScan::take_line(std::string_view line) {
  if (lines_ == 0) {
    lines_ = 1;
    return check_request_line(line);
  }
  if (line.empty()) {
    size_ = position_;
    return std::nullopt;
  }
  if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "a header line is folded"};
  if (++lines_ > kMaxHeaderFields + 1) return Refusal{431, "the header has more than 100 fields"};
  return std::nullopt;
}

std::optional<Refusal> check_fields(const Headers& headers, Version version) {
  if (const auto refusal = check_host(headers, version)) return refusal;

  const std::size_t lengths = headers.count("Content-Length");
  const std::size_t encodings = headers.count("Transfer-Encoding");
  if (lengths > 1) return Refusal{400, "expected one Content-Length"};
  if (lengths == 1) {
    const std::string_view length = *headers.find("Content-Length");
    if (length.empty() || !std::all_of(length.begin(), length.end(), is_digit)) {
      return Refusal{400, "Content-Length must be a number"};
    }
  }
  if (encodings == 0) return std::nullopt;
  if (lengths > 0) return Refusal{400, "Content-Length and Transfer-Encoding exclude each other"};
  if (version == Version::http_1_0) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  if (encodings > 1 || !same_field_name(*headers.find("Transfer-Encoding"), "chunked")) {
    return Refusal{501, "the only Transfer-Encoding here is chunked"};
  }
  return std::nullopt;
}

std::optional<Target> parse_target(std::string_view target, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::string_view authority = target.substr(0, target.find_first_of("/?"));
    if (host.empty() || !same_field_name(authority, host)) return std::nullopt;
    target.remove_prefix(authority.size());
    break;
  }
  if (!std::all_of(target.begin(), target.end(), is_visible_ascii)) return std::nullopt;
  if (target.find('#') != target.npos) return std::nullopt;
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  if (!is_path(path)) return std::nullopt;
  return Target{std::string(path),
                question == target.npos ? "" : std::string(target.substr(question + 1))};
}

}  // namespace ptkl::http
