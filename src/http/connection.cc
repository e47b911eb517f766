#include "http/connection.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "base/secret_string.h"
#include "http/read_buffer.h"
#include "http/request_parser.h"
#include "http/source_address.h"

namespace ptkl::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<TcpSocket>;
using std::chrono::milliseconds;

// After the last response the client gets this long to read it and to close. To close first, with
// unread bytes of the client's, would make the kernel take the response back.
constexpr milliseconds kLingerTime{2'000};
constexpr std::size_t kKeptResponseBytes = std::size_t{64} * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

TcpSocket& tcp_layer(TcpSocket& stream) { return stream; }
TcpSocket& tcp_layer(TlsStream& stream) { return stream.next_layer(); }

/// Nobody's when the peer is gone already.
IpAddress address_of(const TcpSocket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  return IpAddress::parse(endpoint.address().to_string()).value_or(IpAddress());
}

constexpr Refusal kTooMuchWaits{503, "too many requests of this kind wait already"};

/// Nothing when the job was taken.
std::optional<Refusal> refusal_of(FairThreadPool::Admission admission) {
  switch (admission) {
    case FairThreadPool::Admission::taken:
      return std::nullopt;
    case FairThreadPool::Admission::too_many_of_one:
      return Refusal{429, "too many requests from this address wait already"};
    case FairThreadPool::Admission::too_many_in_all:
      return kTooMuchWaits;
  }
  return std::nullopt;
}

/// The workload as this server treats it: without threads for lookups, a lookup never waits.
Workload effective_workload(Workload workload, const ServerOptions& options) {
  const bool lookups_may_wait = options.lookup_threads > 0;
  if (workload == Workload::lookup && !lookups_may_wait) return Workload::inline_;
  if (workload != Workload::short_read) return workload;
  return lookups_may_wait ? Workload::blocking : Workload::inline_;
}

/// What waits for which deadline. `reading` covers header and body of one request.
enum class Phase { handshake, idle, reading, handling, writing, lingering, closed };

/// Belongs to one I/O thread. While a worker runs the handler, only the worker touches `request_` and
/// `match_`.
///
/// It is shared among its own pending operations, which is how Asio keeps a connection alive.
template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  template <class... TlsContext>
  Session(IoThread& thread, TcpSocket socket, TlsContext&... context)
      : thread_(thread),
        stream_(std::move(socket), context...),
        peer_(address_of(tcp_layer(stream_))),
        peer_text_(peer_.text()) {
    thread_.add(*this);
  }
  ~Session() override { thread_.remove(*this); }

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      begin_wait(Phase::handshake, options().header_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [this, self = this->shared_from_this()](error_code error) {
                                if (error) return close();
                                await_request(options().header_timeout);
                              });
    } else {
      await_request(options().header_timeout);
    }
  }

  void sweep(SteadyTime now) override {
    if (now < deadline_) return;
    if (phase_ == Phase::reading) {
      overdue_ = true;
      error_code ignored;
      tcp_layer(stream_).cancel(ignored);  // what was read for answers 408
    } else {
      close();
    }
  }

  void drain(SteadyTime now) override {
    if (phase_ != Phase::idle && phase_ != Phase::handshake) return;
    if (answered_any_ && !has_input()) return close();
    deadline_ = std::min(deadline_, now + options().drain_grace);
  }

  void close() override {
    phase_ = Phase::closed;
    error_code ignored;
    tcp_layer(stream_).close(ignored);
  }

 private:
  const ServerOptions& options() const { return thread_.shared().options; }
  const Responder& responder() const { return thread_.shared().responder; }

  void enter(Phase phase, milliseconds limit) {
    phase_ = phase;
    deadline_ = std::chrono::steady_clock::now() + limit;
  }

  bool has_input() {
    error_code ignored;
    return !buffer_.empty() || tcp_layer(stream_).available(ignored) > 0;
  }

  void await_request(milliseconds limit) {
    begin_wait(Phase::idle, limit);
    if (phase_ == Phase::idle) read();
  }

  void begin_wait(Phase phase, milliseconds limit) {
    enter(phase, limit);
    if (thread_.draining()) drain(std::chrono::steady_clock::now());
  }

  void read() {
    const auto room = buffer_.prepare();
    stream_.async_read_some(asio::buffer(room.data(), room.size()),
                            [this, self = this->shared_from_this()](
                                error_code error, std::size_t count) { on_read(error, count); });
  }

  void on_read(error_code error, std::size_t count) {
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

  void begin_request() {
    // The first deadline runs since the connection was made.
    phase_ = Phase::reading;
    if (answered_any_) enter(Phase::reading, options().header_timeout);
  }

  void advance() {
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

  /// False when the body is not to be read yet, or at all.
  bool take_header() {
    Request& request = identify();
    auto found = responder().find(request);
    if (auto* match = std::get_if<Match>(&found)) {
      match_ = std::move(*match);
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
    send_continue();
    return false;
  }

  Request& identify() {
    Request& request = parser_.request();
    if (request.id.empty()) request.id = responder().make_request_id();
    request.remote_address = peer_text_;
    source_ = source_of(peer_, request.headers, options().trusted_proxies);
    request.source_address = source_ == peer_ ? peer_text_ : source_.text();
    return request;
  }

  void send_continue() {
    asio::async_write(stream_, asio::buffer(kContinue),
                      [this, self = this->shared_from_this()](error_code error, std::size_t) {
                        if (error) return close();
                        if (phase_ == Phase::reading) advance();
                      });
  }

  void handle() {
    enter(Phase::handling, milliseconds::zero());
    deadline_ = SteadyTime::max();  // the handler has its own limits
    request_.emplace(std::move(parser_.request()));
    const SteadyTime complete_at = std::chrono::steady_clock::now();
    switch (effective_workload(match_->route->workload, options())) {
      case Workload::inline_:
      case Workload::short_read:
        return respond(responder().answer(*match_, *request_, complete_at), after_response());
      case Workload::lookup:
        return submit_to(thread_.shared().lookups, complete_at);
      case Workload::blocking:
        return submit_to(thread_.shared().workers, complete_at);
      case Workload::cpu_heavy:
        return submit_fairly(complete_at);
    }
  }

  void submit_to(WorkerPool& pool, SteadyTime complete_at) {
    if (pool.submit(make_job(complete_at)) == WorkerPool::Admission::too_many) {
      refuse_matched(kTooMuchWaits);
    }
  }

  void submit_fairly(SteadyTime complete_at) {
    const auto refusal = refusal_of(
        thread_.shared().fair_workers.submit(source_.subscriber(), make_fair_job(complete_at)));
    if (refusal) refuse_matched(*refusal);
  }

  void refuse_matched(const Refusal& refusal) {
    respond(responder().refuse(refusal, *match_, *request_), after_response());
  }

  /// Answers the request on the thread that runs the job.
  WorkerPool::Job make_job(SteadyTime complete_at) {
    return [this, complete_at, self = this->shared_from_this()] {
      respond_later(responder().answer(*match_, *request_, complete_at));
    };
  }

  FairThreadPool::Job make_fair_job(SteadyTime complete_at) {
    return [this, complete_at, self = this->shared_from_this()](FairThreadPool::Outcome outcome) {
      respond_later(outcome == FairThreadPool::Outcome::run
                        ? responder().answer(*match_, *request_, complete_at)
                        : responder().refuse(kTooMuchWaits, *match_, *request_));
    };
  }

  /// From another thread.
  void respond_later(Response response) {
    asio::post(thread_.executor(),
               [this, self = this->shared_from_this(), response = std::move(response)]() mutable {
                 respond(std::move(response), after_response());
               });
  }

  /// What follows on the connection cannot be understood.
  void refuse(const Refusal& refusal) {
    overdue_ = false;
    respond(responder().refuse(refusal, identify()), AfterResponse::close);
  }

  /// Where there is a body it stays unread, so the connection cannot go on.
  void respond_unread(Response response) {
    respond(std::move(response), parser_.expects_body() ? AfterResponse::close : after_response());
  }

  AfterResponse after_response() {
    const bool goes_on = parser_.keep_alive() && (!thread_.draining() || has_input());
    return goes_on ? AfterResponse::keep_open : AfterResponse::close;
  }

  void respond(Response response, AfterResponse after) {
    const Method method = request_ ? request_->method : parser_.request().method;
    append_response(out_, response, {parser_.version(), method, after, thread_.date()});
    request_.reset();
    match_.reset();
    wipe(response.body);
    enter(Phase::writing, options().idle_timeout);
    asio::async_write(stream_, asio::buffer(out_),
                      [this, after, self = this->shared_from_this()](
                          error_code error, std::size_t) { on_written(error, after); });
  }

  void on_written(error_code error, AfterResponse after) {
    if (phase_ == Phase::closed) return;
    if (error) return close();
    wipe(out_);
    if (out_.capacity() > kKeptResponseBytes) out_.shrink_to_fit();
    if (after == AfterResponse::close) return say_goodbye();
    answered_any_ = true;
    parser_.reset();
    if (buffer_.empty()) return await_request(options().idle_timeout);
    begin_request();
    advance();
  }

  void say_goodbye() {
    enter(Phase::lingering, kLingerTime);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_shutdown([this, self = this->shared_from_this()](error_code) { linger(); });
    } else {
      linger();
    }
  }

  void linger() {
    error_code ignored;
    tcp_layer(stream_).shutdown(TcpSocket::shutdown_send, ignored);
    discard();
  }

  void discard() {
    if (phase_ == Phase::closed) return;
    buffer_.consume(buffer_.unused().size());
    const auto room = buffer_.prepare();
    tcp_layer(stream_).async_read_some(
        asio::buffer(room.data(), room.size()),
        [this, self = this->shared_from_this()](error_code error, std::size_t) {
          if (error) return close();
          discard();
        });
  }

  IoThread& thread_;
  Stream stream_;
  const IpAddress peer_;
  const std::string peer_text_;
  IpAddress source_;  ///< of the request that is being served
  Phase phase_ = Phase::idle;
  SteadyTime deadline_;
  bool overdue_ = false;
  bool answered_any_ = false;
  ReadBuffer buffer_;
  RequestParser parser_;
  std::optional<Request> request_;
  std::optional<Match> match_;
  std::string out_;
};

}  // namespace

void start_session(TcpSocket socket, IoThread& thread) {
  if (const auto tls = thread.shared().tls.get()) {
    // OpenSSL counts the connections of a context: it outlives `tls` when a reload comes meanwhile.
    std::make_shared<Session<TlsStream>>(thread, std::move(socket), tls->context)->start();
  } else {
    std::make_shared<Session<TcpSocket>>(thread, std::move(socket))->start();
  }
}

}  // namespace ptkl::http
