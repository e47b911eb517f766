// One I/O thread of the server: its io_context, its acceptor, its connections and their deadlines.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <unordered_set>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/dispatcher.h"
#include "http/responder.h"
#include "http/response_text.h"
#include "http/server.h"
#include "http/tls_identity.h"
#include "http/transport.h"

namespace ptkl::http {

using TcpAcceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// What all I/O threads share. It outlives them.
struct ServerShared {
  ServerShared(ServerOptions server_options, Responder server_responder)
      : options(std::move(server_options)),
        responder(std::move(server_responder)),
        dispatcher(options, responder) {}

  const ServerOptions options;
  const Responder responder;
  Dispatcher dispatcher;
  CurrentTls tls;
  std::atomic<std::size_t> connections = 0;
};

class IoThread {
 public:
  explicit IoThread(ServerShared& shared) : shared_(shared) {}
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Whether several acceptors may bind one port.
  enum class PortUse { exclusive, shared };
  /// Binds the endpoint and listens; run() accepts. Throws boost::system::system_error.
  void listen(const boost::asio::ip::tcp::endpoint& endpoint, PortUse use);
  std::uint16_t port() const { return port_; }

  /// Serves until stop(), then until the last connection is closed or `drain_limit` has passed.
  void run(std::chrono::seconds drain_limit);
  /// May be called before or during run(), more than once. Thread-safe.
  void stop();

  /// For the connections. Requires: called on this thread.
  void add(Connection& connection);
  void remove(Connection& connection);
  bool draining() const { return drain_end_.has_value(); }
  const std::string& date() { return date_.at(std::time(nullptr)); }
  ServerShared& shared() { return shared_; }
  /// Thread-safe.
  Executor executor() { return io_.get_executor(); }

 private:
  void accept();
  void take(TcpSocket socket);
  void refuse(TcpSocket socket);
  void start_sweeping();
  void sweep();
  void drain();
  void give_up();
  bool drained() const { return draining() && connections_.empty(); }
  void finish_when_drained();

  ServerShared& shared_;
  std::unordered_set<Connection*> connections_;  // outlives io_, which destroys the last of them
  DateText date_;
  std::chrono::seconds drain_limit_{0};
  std::optional<SteadyTime> drain_end_;
  std::uint16_t port_ = 0;
  bool accepting_ = false;
  bool gave_up_ = false;  ///< the remaining connections are destroyed with io_
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<Executor> work_{io_.get_executor()};
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_{io_.get_executor()};
  TcpAcceptor acceptor_{io_.get_executor()};
};

}  // namespace ptkl::http
