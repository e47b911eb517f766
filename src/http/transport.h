// The stream of bytes of one connection, plain or over TLS.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include "http/tls_identity.h"

namespace ptkl::http {

using Executor = boost::asio::io_context::executor_type;
using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

class Connection;

/// Each operation calls the connection's member of that name with `on_` when it is complete, on the I/O
/// thread; `owner` lives until then. At most one operation in each direction at a time.
class Transport {
 public:
  /// The connection that an operation is for.
  using Owner = std::shared_ptr<Connection>;

  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Prepares the stream: the handshake of TLS. A plain stream is ready within the call.
  virtual void open(Owner owner) = 0;
  /// Reads as much as there is, at most `room`.
  virtual void read(std::span<char> room, Owner owner) = 0;
  /// Writes all of `bytes`, which stay in place until then.
  virtual void write(std::string_view bytes, Owner owner) = 0;
  /// Signals that nothing follows: the end of TLS. A plain stream has finished within the call.
  virtual void finish(Owner owner) = 0;
  /// The socket below.
  virtual TcpSocket& socket() = 0;
};

std::unique_ptr<Transport> make_plain_transport(TcpSocket socket);
/// Keeps what it needs of `identity`: OpenSSL counts the streams of a context.
std::unique_ptr<Transport> make_tls_transport(TcpSocket socket, TlsIdentity& identity);

}  // namespace ptkl::http
