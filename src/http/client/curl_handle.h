// What the HTTP client and the SMTP client share of libcurl. Internal to this folder.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

namespace ptkl::http {

// A folder is read one certificate at a time, as needed; the bundle file costs 20 ms at each start.
inline constexpr const char* kSystemCertificates = "/etc/ssl/certs";

/// libcurl's global state. libcurl counts the users, so several objects may exist.
class CurlLibrary {
 public:
  CurlLibrary() : started_(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {}
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
  ~CurlLibrary() {
    if (started_) curl_global_cleanup();
  }
  bool started() const { return started_; }

 private:
  bool started_;
};

struct CloseEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, CloseEasy>;

/// Why the exchange of `easy` failed with `code`, such as `connection refused`. A certificate that was
/// refused is reported with the file or folder of the CA certificates that were used. `reason` is what libcurl
/// wrote to CURLOPT_ERRORBUFFER; an empty `authorities` means kSystemCertificates.
std::string describe_fault(CURL* easy, CURLcode code, std::string_view reason,
                           std::string_view authorities);

/// `2s`, or `1500ms` where it is no whole number of seconds.
std::string timeout_text(std::chrono::milliseconds timeout);

}  // namespace ptkl::http
