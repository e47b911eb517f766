#include "http/server.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "base/check.h"
#include "http/io_thread.h"
#include "http/tls_identity.h"

namespace ptkl::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

TlsFiles tls_files(const ServerOptions& options) {
  return {options.tls_certificate_file, options.tls_key_file};
}

class AsioServer final : public Server {
 public:
  explicit AsioServer(std::unique_ptr<ServerShared> shared) : shared_(std::move(shared)) {}

  /// Throws boost::system::system_error.
  void listen(const asio::ip::address& address) {
    const unsigned count = std::max(1U, shared_->options.io_threads);
    tcp::endpoint endpoint(address, shared_->options.port);
    const auto use = count == 1 ? IoThread::PortUse::exclusive : IoThread::PortUse::shared;
    if (use == IoThread::PortUse::shared) refuse_a_second_server(endpoint);
    for (unsigned i = 0; i < count; ++i) {
      threads_.push_back(std::make_unique<IoThread>(*shared_));
      threads_.back()->listen(endpoint, use);
      endpoint.port(port());
    }
  }

  std::uint16_t port() const override { return threads_.front()->port(); }

  void run(std::chrono::seconds drain_limit) override {
    std::vector<std::thread> running;
    for (const auto& thread : threads_) {
      running.emplace_back([&thread, drain_limit] { thread->run(drain_limit); });
    }
    for (std::thread& thread : running) thread.join();
    // While the queues of the I/O threads exist: handlers post to them.
    shared_->dispatcher.stop();
  }

  void stop() override {
    for (const auto& thread : threads_) thread->stop();
  }

  std::optional<TlsCertificate> tls_certificate() const override {
    const auto identity = shared_->tls.get();
    return identity ? std::optional(identity->certificate) : std::nullopt;
  }

  TlsResult<TlsCertificate> reload_tls() override {
    PTKL_CHECK(shared_->options.has_tls());
    auto identity = read_tls_identity(tls_files(shared_->options), TlsRead::again);
    if (!identity) return tl::unexpected<TlsFault>(std::move(identity.error()));
    shared_->tls.set(*identity);
    return (*identity)->certificate;
  }

 private:
  // With shared ports (SO_REUSEPORT), two servers of one user could run unnoticed, each with a part of
  // the connections.
  static void refuse_a_second_server(const tcp::endpoint& endpoint) {
    if (endpoint.port() == 0) return;
    asio::io_context io;
    tcp::acceptor(io, endpoint);
  }

  std::unique_ptr<ServerShared> shared_;
  std::vector<std::unique_ptr<IoThread>> threads_;
};

/// Errors: invalid_argument.
Result<void> load_tls(ServerShared& shared) {
  if (!shared.options.has_tls()) return {};
  auto identity = read_tls_identity(tls_files(shared.options), TlsRead::at_start);
  if (!identity) {
    return failure(ErrorCode::invalid_argument,
                   fmt::format("cannot use {} for TLS: it {}", identity.error().file,
                               identity.error().reason));
  }
  shared.tls.set(std::move(*identity));
  return {};
}

}  // namespace

Result<std::unique_ptr<Server>> make_server(const ServerOptions& options, const Router& router,
                                            ServerHooks hooks, Logger& log) {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(options.address, error);
  if (error) {
    return failure(ErrorCode::invalid_argument,
                   fmt::format("expected an IP address to listen on, not {}", options.address));
  }
  auto shared = std::make_unique<ServerShared>(options, Responder(router, std::move(hooks), log));
  if (const auto loaded = load_tls(*shared); !loaded) return failed(loaded);
  auto server = std::make_unique<AsioServer>(std::move(shared));
  try {
    server->listen(address);
  } catch (const boost::system::system_error& fault) {
    return failure(ErrorCode::unavailable,
                   fmt::format("cannot listen on {} port {}: {}", options.address, options.port,
                               fault.code().message()));
  }
  return server;
}

}  // namespace ptkl::http
