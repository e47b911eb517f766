#include "http/io_thread.h"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "http/connection.h"

namespace ptkl::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

}  // namespace

void IoThread::listen(const asio::ip::tcp::endpoint& endpoint, PortUse use) {
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(asio::socket_base::reuse_address(true));
  acceptor_.set_option(ReusePort(use == PortUse::shared));
  acceptor_.bind(endpoint);
  acceptor_.listen();
  port_ = acceptor_.local_endpoint().port();
}

void IoThread::run(std::chrono::seconds drain_limit) {
  drain_limit_ = drain_limit;
  asio::post(io_, [this] {
    if (!draining()) accept();
    start_sweeping();
  });
  io_.run();
}

void IoThread::stop() {
  asio::post(io_, [this] { drain(); });
}

void IoThread::add(Connection& connection) {
  connections_.insert(&connection);
  ++shared_.connections;
  if (draining()) start_sweeping();  // it may have ended with the last connection
}

void IoThread::remove(Connection& connection) {
  connections_.erase(&connection);
  --shared_.connections;
  finish_when_drained();
}

void IoThread::accept() {
  accepting_ = true;
  acceptor_.async_accept([this](error_code error, TcpSocket socket) {
    accepting_ = false;
    if (!error) take(std::move(socket));
    // For example, no file descriptor is free: the next sweep tries again.
    const bool can_continue = !error || error == asio::error::connection_aborted;
    if (can_continue && !draining()) accept();
  });
}

void IoThread::take(TcpSocket socket) {
  if (shared_.connections >= shared_.options.max_connections) return refuse(std::move(socket));
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto tls = shared_.tls.get();
  auto transport =
      tls ? make_tls_transport(std::move(socket), *tls) : make_plain_transport(std::move(socket));
  std::make_shared<Connection>(*this, std::move(transport))->start();
}

// Tries to write once and does not wait: under overload, a refused connection must cost nothing.
void IoThread::refuse(TcpSocket socket) {
  if (shared_.options.has_tls()) return;
  Request request;
  request.id = shared_.responder.make_request_id();
  const Response response =
      shared_.responder.refuse(Refusal{503, "the server has too many connections"}, request);
  std::string text;
  append_response(text, response, {Version::http_1_1, Method::get, AfterResponse::close, date()});
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(TcpSocket::shutdown_send, ignored);
}

void IoThread::start_sweeping() {
  if (drained()) return;
  SteadyTime next = std::chrono::steady_clock::now() + shared_.options.sweep_interval;
  if (drain_end_) next = std::min(next, *drain_end_);
  timer_.expires_at(next);
  timer_.async_wait([this](error_code error) {
    if (!error) sweep();
  });
}

void IoThread::sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (drain_end_ && now >= *drain_end_) return give_up();
  for (Connection* connection : connections_) connection->sweep(now);
  if (!accepting_ && !draining()) accept();
  start_sweeping();
}

void IoThread::give_up() {
  gave_up_ = true;
  for (Connection* connection : connections_) connection->close();
  io_.stop();
}

void IoThread::drain() {
  if (draining()) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  drain_end_ = now + drain_limit_;
  for (Connection* connection : connections_) connection->drain(now);

  // Clients in the kernel's queue are connected already: closing would drop their requests.
  error_code error;
  acceptor_.cancel(error);
  acceptor_.non_blocking(true, error);
  while (true) {
    TcpSocket socket = acceptor_.accept(error);
    if (error) break;
    take(std::move(socket));
  }
  acceptor_.close(error);
  finish_when_drained();
}

void IoThread::finish_when_drained() {
  if (gave_up_ || !drained()) return;
  timer_.cancel();
  work_.reset();
}

}  // namespace ptkl::http
