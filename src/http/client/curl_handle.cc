#include "http/client/curl_handle.h"

#include <system_error>

#include <fmt/format.h>

#include "base/ascii.h"

namespace ptkl::http {
namespace {

/// The reason why the last connection attempt failed, such as `connection refused`.
std::string connect_fault(CURL* easy) {
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  if (system_error == 0) return "cannot connect";
  std::string why = std::generic_category().message(static_cast<int>(system_error));
  if (!why.empty()) why.front() = to_ascii_lower(why.front());
  return why;
}

}  // namespace

std::string describe_fault(CURL* easy, CURLcode code, std::string_view reason,
                           std::string_view authorities) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "unknown host";
    case CURLE_COULDNT_CONNECT:
      return connect_fault(easy);
    case CURLE_PEER_FAILED_VERIFICATION:
      return fmt::format("its certificate is not trusted ({}); CA certificates used: {}", reason,
                         authorities.empty() ? kSystemCertificates : authorities);
    case CURLE_SSL_CONNECT_ERROR:
      return fmt::format("no TLS connection ({})", reason);
    default:
      return curl_easy_strerror(code);
  }
}

std::string timeout_text(std::chrono::milliseconds timeout) {
  if (timeout % std::chrono::seconds(1) != std::chrono::milliseconds(0)) {
    return fmt::format("{}ms", timeout.count());
  }
  return fmt::format("{}s", timeout / std::chrono::seconds(1));
}

}  // namespace ptkl::http
