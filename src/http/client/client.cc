#include "http/client/client.h"

#include <array>
#include <cstring>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/ascii.h"
#include "base/check.h"
#include "base/loopback.h"
#include "base/secret_string.h"
#include "http/client/curl_handle.h"
#include "http/client/url.h"

namespace ptkl::http {
namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{16} * 1024 * 1024;

/// The header lines of one request. The destructor wipes them, because a credential is among them.
class HeaderLines {
 public:
  HeaderLines() = default;
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;
  ~HeaderLines() {
    for (curl_slist* line = list_; line != nullptr; line = line->next) {
      explicit_bzero(line->data, std::strlen(line->data));
    }
    curl_slist_free_all(list_);
  }

  void append(const char* line) {
    if (curl_slist* longer = curl_slist_append(list_, line)) list_ = longer;
  }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// The response as far as libcurl has received it.
struct Answer {
  Response response;
  std::size_t bytes = 0;
  bool too_large = false;
  bool header_complete = false;
  bool request_started = false;  ///< the server may have received the request or a part of it

  /// Counts `size` more bytes. False when the response is too large.
  bool admit(std::size_t size) {
    bytes += size;
    too_large = bytes > kMaxAnswerBytes;
    return !too_large;
  }
};

/// White space around the parts of a header line, as libcurl passes it.
constexpr std::string_view kLineBlanks = " \t\r\n";

std::size_t take_body(char* data, std::size_t, std::size_t size, void* target) noexcept {
  Answer& answer = *static_cast<Answer*>(target);
  if (!answer.admit(size)) return 0;
  answer.response.body.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* target) noexcept {
  Answer& answer = *static_cast<Answer*>(target);
  if (!answer.admit(size)) return 0;
  const std::string_view line(data, size);
  const std::size_t colon = line.find(':');
  answer.header_complete = trim(line, kLineBlanks).empty();
  if (line.starts_with("HTTP/")) {
    answer.response.headers = {};  // the previous lines were an interim response (100)
  } else if (colon != line.npos) {
    answer.response.headers.add(std::string(line.substr(0, colon)),
                                std::string(trim(line.substr(colon + 1), kLineBlanks)));
  }
  return size;
}

/// libcurl calls this when the connection is ready, before it sends the first byte of the request.
int note_request(void* target, char*, char*, int, int) noexcept {
  static_cast<Answer*>(target)->request_started = true;
  return CURL_PREREQFUNC_OK;
}

int ask_whether_cancelled(void* is_cancelled, curl_off_t, curl_off_t, curl_off_t,
                          curl_off_t) noexcept {
  return (*static_cast<const std::function<bool()>*>(is_cancelled))() ? 1 : 0;
}

bool breaks_the_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

Result<void> append_headers(const Headers& headers, HeaderLines& lines) {
  for (const auto& [name, value] : headers) {
    if (name.empty() || breaks_the_line(name) || breaks_the_line(value)) {
      return failure(ErrorCode::invalid_argument, "a header must be one line of text");
    }
    // To libcurl, `Name;` is a header with an empty value, and `Name:` one to leave out.
    std::string line = value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
    lines.append(line.c_str());
    wipe(line);
  }
  // Headers that libcurl would add by itself.
  if (headers.count("Content-Type") == 0) lines.append("Content-Type:");
  lines.append("Expect:");
  return {};
}

/// True when the request may change something, so that it must not be sent twice.
bool is_change(Method method) { return method != Method::get && method != Method::head; }

class CurlClient final : public Client {
 public:
  explicit CurlClient(const ClientOptions& options) : options_(options) {
    if (library_.started()) easy_.reset(curl_easy_init());
  }

  bool ready() const { return easy_ != nullptr; }

  Result<Response> send(Method method, const std::string& url, const Headers& headers,
                        std::string_view body) override {
    const Result<Url> server = parse_url(url);
    if (!server) return failed(server);
    HeaderLines lines;
    if (const auto appended = append_headers(headers, lines); !appended) return failed(appended);
    curl_easy_reset(easy_.get());  // keeps the connections
    set_policy(server->host);
    set_request(method, body);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, lines.get());
    return perform(to_authority(*server), method);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }

  void set_policy(std::string_view host) {
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    // HTTP/2 would let libcurl send a change again, after REFUSED_STREAM.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    if (options_.is_cancelled) {
      set(CURLOPT_NOPROGRESS, 0L);
      set(CURLOPT_XFERINFOFUNCTION, &ask_whether_cancelled);
      set(CURLOPT_XFERINFODATA, &options_.is_cancelled);
    }
    set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (is_loopback(host)) set(CURLOPT_PROXY, "");
    const bool own_authority = !options_.ca_file.empty();
    set(CURLOPT_CAINFO, own_authority ? options_.ca_file.c_str() : nullptr);
    set(CURLOPT_CAPATH, own_authority ? nullptr : kSystemCertificates);
  }

  void set_request(Method method, std::string_view body) {
    PTKL_CHECK(method != Method::other);
    // libcurl sends a request again when a re-used connection ends without a response. The server may
    // have carried it out by then.
    if (is_change(method)) set(CURLOPT_FRESH_CONNECT, 1L);
    if (method == Method::head) {
      set(CURLOPT_NOBODY, 1L);
    } else if (method != Method::get) {
      const bool has_body = !body.empty() || method == Method::post || method == Method::put ||
                            method == Method::patch;
      if (has_body) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        set(CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());  // not copied
      }
      set(CURLOPT_CUSTOMREQUEST, std::string(to_text(method)).c_str());
    }
  }

  Result<Response> perform(const std::string& server, Method method) {
    Answer answer;
    std::array<char, CURL_ERROR_SIZE> reason{};
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, &answer);
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, &answer);
    set(CURLOPT_PREREQFUNCTION, &note_request);
    set(CURLOPT_PREREQDATA, &answer);
    set(CURLOPT_ERRORBUFFER, reason.data());
    const CURLcode code = curl_easy_perform(easy_.get());
    set(CURLOPT_ERRORBUFFER, nullptr);  // `reason` ends with this function
    const auto failed = [&](Error error) -> Result<Response> {
      const bool is_unknown = error.code == ErrorCode::unavailable && is_change(method);
      if (is_unknown && answer.request_started) error.code = ErrorCode::outcome_unknown;
      return failure(std::move(error));
    };
    if (answer.too_large) {
      return failed({ErrorCode::unavailable, server + ": the response is larger than 16 MiB"});
    }
    if (code != CURLE_OK) return failed(explain(code, server, reason.data()));
    // libcurl accepts a header that is cut off.
    if (!answer.header_complete) return failed(explain(CURLE_GOT_NOTHING, server, ""));
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.response.status = static_cast<int>(status);
    return std::move(answer.response);
  }

  /// `server` is its host and port.
  Error explain(CURLcode code, const std::string& server, const char* reason) const {
    const auto unavailable = [&](std::string_view why) {
      return Error{ErrorCode::unavailable, fmt::format("{}: {}", server, why)};
    };
    switch (code) {
      case CURLE_URL_MALFORMAT:
        return {ErrorCode::invalid_argument, "expected a URL like https://host:port"};
      case CURLE_LOGIN_DENIED:
        return {ErrorCode::invalid_argument, "a URL must not hold a username or password"};
      case CURLE_SSL_CACERT_BADFILE:
        return {ErrorCode::invalid_argument,
                fmt::format("{} holds no readable PEM certificates", options_.ca_file)};
      case CURLE_COULDNT_RESOLVE_PROXY:
        return unavailable("the proxy's host is unknown");
      case CURLE_OPERATION_TIMEDOUT:
        return unavailable(fmt::format("no response within {}", timeout_text(options_.timeout)));
      case CURLE_ABORTED_BY_CALLBACK:
        return unavailable("interrupted");
      case CURLE_GOT_NOTHING:
        return unavailable("the connection was closed without a response");
      default:
        return unavailable(describe_fault(easy_.get(), code, reason, options_.ca_file));
    }
  }

  ClientOptions options_;
  CurlLibrary library_;  // before the handle, so that it is destroyed after it
  Easy easy_;
};

}  // namespace

Result<std::unique_ptr<Client>> make_client(const ClientOptions& options) {
  auto client = std::make_unique<CurlClient>(options);
  if (!client->ready()) return failure(ErrorCode::internal, "cannot initialize libcurl");
  return client;
}

}  // namespace ptkl::http
