#include "http/client/smtp_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "http/client/curl_handle.h"
#include "http/client/url.h"

namespace ptkl::http {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

/// The part of the message that libcurl has not read yet.
std::size_t read_message(char* target, std::size_t size, std::size_t count, void* source) noexcept {
  std::string_view& rest = *static_cast<std::string_view*>(source);
  const std::size_t taken = std::min(size * count, rest.size());
  std::memcpy(target, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

/// False for characters that end an address or a line: libcurl writes addresses into commands unchanged.
bool is_address(std::string_view text) {
  const auto is_fit = [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_fit);
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::string url_of(const SmtpOptions& options) {
  return fmt::format("{}://{}", options.security == SmtpSecurity::tls ? "smtps" : "smtp",
                     to_authority(options.host, options.port));
}

/// The delivery of one mail. The connection is not kept for the next one: mails are few, and
/// connections that have been idle for long are often broken.
class Delivery {
 public:
  Delivery(const SmtpOptions& options, CURL* easy) : options_(options), easy_(easy) {}

  Result<void> run(const SmtpEnvelope& envelope, std::string_view message) {
    const List to(curl_slist_append(nullptr, envelope.to.c_str()));
    set_server();
    set_security();
    set_login();
    set(CURLOPT_MAIL_FROM, envelope.from.c_str());
    set(CURLOPT_MAIL_RCPT, to.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &read_message);
    set(CURLOPT_READDATA, &message);
    std::array<char, CURL_ERROR_SIZE> reason{};
    set(CURLOPT_ERRORBUFFER, reason.data());
    const CURLcode code = curl_easy_perform(easy_);
    set(CURLOPT_ERRORBUFFER, nullptr);  // `reason` ends with this function
    if (code == CURLE_OK) return {};
    return explain(code, reason.data());
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_, option, value);
  }

  void set_server() {
    set(CURLOPT_URL, url_of(options_).c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT,
        1L);  // otherwise a silent name server delays the return beyond the timeout
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  }

  void set_security() {
    const bool has_tls = options_.security != SmtpSecurity::none;
    set(CURLOPT_USE_SSL, static_cast<long>(has_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    const bool own = !options_.authorities.empty();
    const bool own_folder = own && is_folder(options_.authorities);
    set(CURLOPT_CAINFO, own && !own_folder ? options_.authorities.c_str() : nullptr);
    set(CURLOPT_CAPATH, own_folder ? options_.authorities.c_str()
                        : own      ? nullptr
                                   : kSystemCertificates);
  }

  void set_login() {
    if (options_.username.empty()) return;
    // libcurl copies both; a C string is what it takes.
    std::string password(options_.password.reveal());
    set(CURLOPT_USERNAME, options_.username.c_str());
    set(CURLOPT_PASSWORD, password.c_str());
    wipe(password);
  }

  Result<void> explain(CURLcode code, std::string_view reason) const {
    const auto unavailable = [&](std::string_view why) -> Result<void> {
      return failure(
          ErrorCode::unavailable,
          fmt::format("mail server {}: {}", to_authority(options_.host, options_.port), why));
    };
    switch (code) {
      case CURLE_SSL_CACERT_BADFILE:
        return failure(ErrorCode::invalid_argument,
                       options_.authorities + " holds no readable PEM certificates");
      case CURLE_OPERATION_TIMEDOUT:
        return unavailable(
            fmt::format("it did not accept the mail within {}", timeout_text(options_.timeout)));
      case CURLE_USE_SSL_FAILED:
        return unavailable("it offers no STARTTLS; does it speak TLS from the start, on port 465?");
      case CURLE_LOGIN_DENIED:
        return unavailable(fmt::format("it refuses the login of {}; check username and password",
                                       options_.username));
      case CURLE_SEND_ERROR:
      case CURLE_RECV_ERROR:
      case CURLE_WEIRD_SERVER_REPLY:
        return unavailable(refusal());
      default:
        return unavailable(describe_fault(easy_, code, reason, options_.authorities));
    }
  }

  /// What the server's last reply says (RFC 5321 §4.2), but for its text, which is of any kind.
  std::string refusal() const {
    long reply = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &reply);
    if (reply < 400) return "the connection was lost";
    return fmt::format(
        "it refuses the mail with {} {}", reply,
        reply < 500 ? "(for now; try again later)" : "(may this sender write to this recipient?)");
  }

  const SmtpOptions& options_;
  CURL* easy_;
};

class CurlSmtpClient final : public SmtpClient {
 public:
  explicit CurlSmtpClient(SmtpOptions options) : options_(std::move(options)) {}

  bool ready() const { return library_.started(); }

  Result<void> send(const SmtpEnvelope& envelope, const SecretString& message) override {
    if (!is_address(envelope.from) || !is_address(envelope.to)) {
      return failure(ErrorCode::invalid_argument,
                     "expected an address without spaces and brackets");
    }
    const Easy easy(curl_easy_init());
    if (!easy) return failure(ErrorCode::internal, "cannot initialize libcurl");
    return Delivery(options_, easy.get()).run(envelope, message.reveal());
  }

 private:
  SmtpOptions options_;
  CurlLibrary library_;
};

}  // namespace

Result<std::unique_ptr<SmtpClient>> make_smtp_client(SmtpOptions options) {
  const std::string& authorities = options.authorities;
  if (!authorities.empty() && ::access(authorities.c_str(), R_OK) != 0) {
    return failure(ErrorCode::invalid_argument,
                   authorities + " cannot be read: " + std::strerror(errno));
  }
  auto client = std::make_unique<CurlSmtpClient>(std::move(options));
  if (!client->ready()) return failure(ErrorCode::internal, "cannot initialize libcurl");
  return client;
}

}  // namespace ptkl::http
