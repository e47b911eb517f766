#include "http/client/curl_handle.h"

#include <system_error>

#include "base/ascii.h"

namespace ptkl::http {

std::string connect_fault(CURL* easy) {
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  if (system_error == 0) return "cannot connect";
  std::string why = std::generic_category().message(static_cast<int>(system_error));
  if (!why.empty()) why.front() = to_ascii_lower(why.front());
  return why;
}

}  // namespace ptkl::http
