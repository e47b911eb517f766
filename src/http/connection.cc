#include "http/connection.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "base/secret_string.h"
#include "http/source_address.h"

namespace ptkl::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

// The time for the client to read the last response and to close. Closing first, with unread bytes of the
// client, would make the kernel discard the response.
constexpr milliseconds kLingerTime{2'000};
constexpr std::size_t kKeptResponseBytes = std::size_t{64} * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// The unspecified address when the peer has disconnected already.
IpAddress address_of(const TcpSocket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  return IpAddress::parse(endpoint.address().to_string()).value_or(IpAddress());
}

}  // namespace

Connection::Connection(IoThread& thread, std::unique_ptr<Transport> transport)
    : thread_(thread),
      transport_(std::move(transport)),
      peer_(address_of(transport_->socket())),
      peer_text_(peer_.text()) {
  thread_.add(*this);
}

Connection::~Connection() { thread_.remove(*this); }

void Connection::start() {
  begin_wait(Phase::handshake, options().header_timeout);
  transport_->open(shared_from_this());
}

void Connection::sweep(SteadyTime now) {
  if (now < deadline_) return;
  if (phase_ == Phase::reading) {
    overdue_ = true;
    error_code ignored;
    transport_->socket().cancel(ignored);  // on_read() answers 408
  } else {
    close();
  }
}

void Connection::drain(SteadyTime now) {
  if (phase_ != Phase::idle && phase_ != Phase::handshake) return;
  if (answered_any_ && !has_input()) return close();
  deadline_ = std::min(deadline_, now + options().drain_grace);
}

void Connection::close() {
  phase_ = Phase::closed;
  error_code ignored;
  transport_->socket().close(ignored);
}

void Connection::on_open(error_code error) {
  if (error) return close();
  await_request(options().header_timeout);
}

void Connection::enter(Phase phase, milliseconds limit) {
  phase_ = phase;
  deadline_ = std::chrono::steady_clock::now() + limit;
}

void Connection::begin_wait(Phase phase, milliseconds limit) {
  enter(phase, limit);
  if (thread_.draining()) drain(std::chrono::steady_clock::now());
}

bool Connection::has_input() {
  error_code ignored;
  return !buffer_.empty() || transport_->socket().available(ignored) > 0;
}

void Connection::await_request(milliseconds limit) {
  begin_wait(Phase::idle, limit);
  if (phase_ == Phase::idle) read();
}

void Connection::read() { transport_->read(buffer_.prepare(), shared_from_this()); }

void Connection::on_read(error_code error, std::size_t count) {
  if (phase_ == Phase::closed) return;
  if (overdue_) return refuse({408, "the request took too long to arrive"});
  if (error == asio::error::eof && phase_ == Phase::reading) {
    return refuse({400, "the request is incomplete"});
  }
  if (error) return close();
  buffer_.commit(count);
  if (phase_ == Phase::idle) begin_request();
  advance();
}

void Connection::begin_request() {
  // The first deadline runs from the start of the connection.
  phase_ = Phase::reading;
  if (answered_any_) enter(Phase::reading, options().header_timeout);
}

void Connection::advance() {
  while (true) {
    switch (parser_.advance(buffer_)) {
      case RequestParser::Step::need_more:
        return read();
      case RequestParser::Step::refused:
        return refuse(parser_.refusal());
      case RequestParser::Step::complete:
        return handle();
      case RequestParser::Step::header_complete:
        if (!take_header()) return;
    }
  }
}

bool Connection::take_header() {
  Request& request = parser_.request();
  const IpAddress source = identify(request);
  auto found = responder().find(request);
  if (auto* match = std::get_if<Match>(&found)) {
    routed_.emplace();
    routed_->match = std::move(*match);
    routed_->source = source;
  } else if (auto* wrong_method = std::get_if<WrongMethod>(&found)) {
    respond_unread(responder().refuse(*wrong_method, request));
    return false;
  } else {
    respond_unread(responder().refuse(NoSuchPath{}, request));
    return false;
  }
  if (!parser_.expects_body()) return true;
  enter(Phase::reading, options().body_timeout);
  if (!parser_.expects_continue() || !buffer_.empty()) return true;
  transport_->write(kContinue, shared_from_this());
  return false;
}

IpAddress Connection::identify(Request& request) {
  if (request.id.empty()) request.id = responder().make_request_id();
  request.remote_address = peer_text_;
  const IpAddress source = source_of(peer_, request.headers, options().trusted_proxies);
  request.source_address = source == peer_ ? peer_text_ : source.text();
  return source;
}

void Connection::handle() {
  phase_ = Phase::handling;
  deadline_ = SteadyTime::max();  // the handler has its own limits
  routed_->request = std::move(parser_.request());
  routed_->complete_at = std::chrono::steady_clock::now();
  auto response = thread_.shared().dispatcher.dispatch(*routed_, shared_from_this());
  if (response) respond(std::move(*response), after_response());
}

void Connection::receive(std::shared_ptr<ResponseReceiver> self, Response response) {
  // Moves `self`: the destructor uses the I/O thread's list of connections.
  asio::post(thread_.executor(),
             [this, self = std::move(self), response = std::move(response)]() mutable {
               respond(std::move(response), after_response());
             });
}

void Connection::refuse(const Refusal& refusal) {
  overdue_ = false;
  Request& request = parser_.request();
  identify(request);
  respond(responder().refuse(refusal, request), AfterResponse::close);
}

void Connection::respond_unread(Response response) {
  respond(std::move(response), parser_.expects_body() ? AfterResponse::close : after_response());
}

AfterResponse Connection::after_response() {
  const bool stays = parser_.keep_alive() && (!thread_.draining() || has_input());
  return stays ? AfterResponse::keep_open : AfterResponse::close;
}

void Connection::respond(Response response, AfterResponse after) {
  // Moving a request out of the parser leaves its method there.
  const Method method = parser_.request().method;
  append_response(out_, response, {parser_.version(), method, after, thread_.date()});
  routed_.reset();
  wipe(response.body);
  after_ = after;
  enter(Phase::writing, options().idle_timeout);
  transport_->write(out_, shared_from_this());
}

void Connection::on_written(error_code error) {
  if (phase_ == Phase::closed) return;
  if (error) return close();
  if (phase_ == Phase::reading) return advance();  // what was written is kContinue
  wipe(out_);
  if (out_.capacity() > kKeptResponseBytes) out_.shrink_to_fit();
  if (after_ == AfterResponse::close) {
    enter(Phase::lingering, kLingerTime);
    return transport_->finish(shared_from_this());
  }
  answered_any_ = true;
  parser_.reset();
  if (buffer_.empty()) return await_request(options().idle_timeout);
  begin_request();
  advance();
}

void Connection::on_finished() {
  error_code ignored;
  transport_->socket().shutdown(TcpSocket::shutdown_send, ignored);
  discard();
}

void Connection::discard() {
  if (phase_ == Phase::closed) return;
  buffer_.consume(buffer_.unused().size());
  const auto room = buffer_.prepare();
  transport_->socket().async_read_some(asio::buffer(room.data(), room.size()),
                                       [self = shared_from_this()](error_code error, std::size_t) {
                                         if (error) return self->close();
                                         self->discard();
                                       });
}

}  // namespace ptkl::http
