#include "http/request_parser.h"

#include <algorithm>
#include <optional>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/server.h"

namespace ptkl::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

// A chunked body is larger on the wire than its content; with one byte per chunk, six times as large.
constexpr std::size_t kMaxBodyInput = 8 * kMaxBodyBytes;
// `0 CR LF CR LF`, the shortest end of a chunked body. Beast 1.81 ends the process by an assertion
// when it receives the first three of these bytes and then only one more.
constexpr std::size_t kShortestChunkedEnd = 5;

bool has_control(beast::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

std::string_view standard_view(beast::string_view text) { return {text.data(), text.size()}; }

Refusal to_refusal(const error_code& error) {
  if (error == beast::http::error::body_limit) return {413, "the body is larger than 64 KiB"};
  if (error == beast::http::error::header_limit) return {431, "the header is larger than 16 KiB"};
  if (error == beast::http::error::bad_chunk || error == beast::http::error::bad_chunk_extension) {
    return {400, "the chunks of the body are malformed"};
  }
  return {400, "the request is malformed"};
}

}  // namespace

/// Writes what Beast parses directly into the Request, without Beast's own containers.
class RequestParser::Impl final {
 public:
  class Sink final : public beast::http::basic_parser<true> {
   public:
    explicit Sink(Request& request) : request_(request) {
      header_limit(kMaxHeaderBytes);
      body_limit(kMaxBodyBytes);
    }

    std::string target;
    Version version = Version::http_1_1;

   private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view text,
                         int number, error_code&) override {
      request_.method = ptkl::http::parse_method(standard_view(method));
      target = standard_view(text);
      version = number == 10 ? Version::http_1_0 : Version::http_1_1;
    }
    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                       error_code& error) override {
      if (header_done_) {  // trailers are not used: one that looks like a header must have no effect
        if (++trailers_ > kMaxHeaderFields) error = beast::http::error::header_limit;
        return;
      }
      request_.headers.add(std::string(name), std::string(value));
    }
    void on_header_impl(error_code&) override { header_done_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
      // In one step: a body that grows leaves copies of its secrets in memory.
      request_.body.reserve(static_cast<std::size_t>(length.value_or(kMaxBodyBytes)));
    }
    std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
      request_.body.append(bytes.data(), bytes.size());
      return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view extensions,
                              error_code& error) override {
      // Beast accepts any byte within quotes, even a bare LF.
      if (has_control(extensions)) error = beast::http::error::bad_chunk_extension;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes,
                                   error_code& error) override {
      return on_body_impl(bytes, error);
    }
    void on_finish_impl(error_code&) override {}
    void on_response_impl(int, beast::string_view, int, error_code&) override {}

    Request& request_;
    bool header_done_ = false;
    std::size_t trailers_ = 0;
  };

  std::optional<Sink> sink;
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) { reset(); }
RequestParser::~RequestParser() = default;

void RequestParser::reset() {
  request_ = Request();
  impl_->sink.emplace(request_);
  scan_ = HeaderScan();
  body_input_ = 0;
  skipped_blank_line_ = false;
}

bool RequestParser::started() const { return scan_.started(); }
bool RequestParser::keep_alive() const { return impl_->sink->keep_alive(); }
Version RequestParser::version() const { return impl_->sink->version; }
bool RequestParser::expects_body() const { return !impl_->sink->is_done(); }

bool RequestParser::expects_continue() const {
  const auto expect = request_.headers.find("Expect");
  return expect && version() == Version::http_1_1 && same_field_name(*expect, "100-continue");
}

RequestParser::Step RequestParser::refuse(Refusal refusal) {
  refusal_ = refusal;
  return Step::refused;
}

RequestParser::Step RequestParser::advance(ReadBuffer& input) {
  return impl_->sink->is_header_done() ? advance_body(input) : advance_header(input);
}

RequestParser::Step RequestParser::advance_header(ReadBuffer& input) {
  // RFC 9112 §2.2: one empty line before a request is ignored.
  if (!scan_.started() && !skipped_blank_line_ && input.unused().starts_with('\r')) {
    if (input.unused().size() < 2) return Step::need_more;
    if (input.unused()[1] == '\n') input.consume(2);
    skipped_blank_line_ = true;
  }
  if (const auto refusal = scan_.scan(input.unused())) return refuse(*refusal);
  if (!scan_.complete()) return Step::need_more;

  request_.headers.reserve(scan_.field_count());
  error_code error;
  impl_->sink->put({input.unused().data(), scan_.size()}, error);
  input.consume(scan_.size());
  if (error) return refuse(to_refusal(error));
  if (const auto refusal = check_fields(request_.headers, version())) return refuse(*refusal);
  if (request_.method == Method::other) return refuse({501, "unknown method"});
  auto target = parse_target(impl_->sink->target, request_.headers.find("Host").value_or(""));
  wipe(impl_->sink->target);
  if (!target) return refuse({400, "the request target is malformed"});
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  return Step::header_complete;
}

RequestParser::Step RequestParser::advance_body(ReadBuffer& input) {
  auto& sink = *impl_->sink;
  const std::size_t least = sink.chunked() ? kShortestChunkedEnd : 1;
  while (!sink.is_done()) {
    if (input.unused().size() < least) return Step::need_more;
    error_code error;
    const std::size_t used = sink.put({input.unused().data(), input.unused().size()}, error);
    input.consume(used);
    body_input_ += used;
    if (body_input_ > kMaxBodyInput)
      return refuse({413, "the chunks of the body have too much overhead"});
    if (error == beast::http::error::need_more) {
      if (input.full()) return refuse({413, "a chunk has too much overhead"});
      return Step::need_more;
    }
    if (error) return refuse(to_refusal(error));
  }
  return Step::complete;
}

}  // namespace ptkl::http
