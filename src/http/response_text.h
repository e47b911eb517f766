// A Response as bytes on the wire (RFC 9112 §4).
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/request_gate.h"

namespace ptkl::http {

/// The value of `Date` (RFC 9110 §5.6.7), formatted once per second. Requires: used by one thread.
class DateText {
 public:
  const std::string& at(std::time_t seconds);

 private:
  std::time_t seconds_ = -1;
  std::string text_;
};

enum class AfterResponse { keep_open, close };

/// The properties of the request and its connection that affect how the response is written.
struct ResponseFrame {
  Version version;      ///< of the request
  Method method;        ///< a response to HEAD has no body
  AfterResponse after;  ///< sent in `Connection`
  std::string_view date;
};

/// Appends the whole response to `out`. A control character in a header value becomes a space, so
/// that no value can start a header of its own.
void append_response(std::string& out, const Response& response, const ResponseFrame& frame);

}  // namespace ptkl::http
