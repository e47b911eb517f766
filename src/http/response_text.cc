#include "http/response_text.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

namespace ptkl::http {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  std::transform(value.begin(), value.end(), std::back_inserter(out), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  });
  out += "\r\n";
}

bool has_length(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

const std::string& DateText::at(std::time_t seconds) {
  if (seconds == seconds_) return text_;
  seconds_ = seconds;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  // Not strftime, whose names depend on the locale.
  text_ = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                      kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                      kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                      utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text_;
}

void append_response(std::string& out, const Response& response, const ResponseFrame& frame) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                 reason_phrase(response.status));
  append_field(out, "Date", frame.date);
  if (frame.after == AfterResponse::close) {
    append_field(out, "Connection", "close");
  } else if (frame.version == Version::http_1_0) {
    append_field(out, "Connection", "keep-alive");
  }
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  if (has_length(response.status)) {
    append_field(out, "Content-Length", fmt::format_int(response.body.size()).str());
  }
  out += "\r\n";
  if (has_length(response.status) && frame.method != Method::head) out += response.body;
}

}  // namespace ptkl::http
