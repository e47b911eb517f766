// One connection: reads requests, has them answered, writes the responses.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "http/dispatcher.h"
#include "http/io_thread.h"
#include "http/read_buffer.h"
#include "http/request_parser.h"
#include "http/response_text.h"
#include "http/transport.h"

namespace ptkl::http {

/// Belongs to one I/O thread, on which all members but receive() are called. While a handler runs on
/// another thread, `routed_` belongs to that thread.
///
/// It is shared among its own pending operations, which is how Asio keeps a connection alive.
class Connection final : public ResponseReceiver, public std::enable_shared_from_this<Connection> {
 public:
  Connection(IoThread& thread, std::unique_ptr<Transport> transport);
  ~Connection() override;

  /// Serves until either side closes. The connection keeps itself alive.
  void start();

  /// For the I/O thread. Ends what is overdue.
  void sweep(SteadyTime now);
  /// The server stops: closes an idle connection; the others close by themselves when they see
  /// IoThread::draining().
  void drain(SteadyTime now);
  /// Ends the connection immediately.
  void close();

  /// For the transport.
  void on_open(boost::system::error_code error);
  void on_read(boost::system::error_code error, std::size_t count);
  void on_written(boost::system::error_code error);
  void on_finished();

  void receive(std::shared_ptr<ResponseReceiver> self, Response response) override;

 private:
  /// What the connection waits for, with a deadline. `reading` covers header and body of one request.
  enum class Phase { handshake, idle, reading, handling, writing, lingering, closed };

  const ServerOptions& options() const { return thread_.shared().options; }
  const Responder& responder() const { return thread_.shared().responder; }

  void enter(Phase phase, std::chrono::milliseconds limit);
  void begin_wait(Phase phase, std::chrono::milliseconds limit);
  bool has_input();

  void await_request(std::chrono::milliseconds limit);
  void read();
  void begin_request();
  void advance();
  /// False when the body is not to be read yet, or at all.
  bool take_header();
  /// Sets the members of the request that its text does not contain, and returns its source.
  IpAddress identify(Request& request);

  void handle();
  /// For a request that cannot be parsed: the connection closes.
  void refuse(const Refusal& refusal);
  /// Where there is a body it stays unread, so the connection closes.
  void respond_unread(Response response);
  void respond(Response response, AfterResponse after);
  AfterResponse after_response();
  void discard();

  IoThread& thread_;
  const std::unique_ptr<Transport> transport_;
  const IpAddress peer_;
  const std::string peer_text_;
  Phase phase_ = Phase::idle;
  SteadyTime deadline_;
  bool overdue_ = false;
  bool answered_any_ = false;
  ReadBuffer buffer_;
  RequestParser parser_;
  std::optional<RoutedRequest> routed_;  ///< its request stays in `parser_` until it is complete
  AfterResponse after_ = AfterResponse::close;
  std::string out_;
};

}  // namespace ptkl::http
