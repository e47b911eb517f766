#include "http/transport.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "http/connection.h"

namespace ptkl::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<TcpSocket>;

/// What both kinds of stream do alike.
template <class Stream>
class StreamTransport : public Transport {
 public:
  template <class... Arguments>
  explicit StreamTransport(TcpSocket socket, Arguments&... arguments)
      : stream_(std::move(socket), arguments...) {}

  void read(std::span<char> room, Owner owner) override {
    stream_.async_read_some(asio::buffer(room.data(), room.size()),
                            [owner = std::move(owner)](error_code error, std::size_t count) {
                              owner->on_read(error, count);
                            });
  }

  void write(std::string_view bytes, Owner owner) override {
    asio::async_write(
        stream_, asio::buffer(bytes),
        [owner = std::move(owner)](error_code error, std::size_t) { owner->on_written(error); });
  }

 protected:
  Stream& stream() { return stream_; }

 private:
  Stream stream_;
};

class PlainTransport final : public StreamTransport<TcpSocket> {
 public:
  using StreamTransport::StreamTransport;

  void open(Owner owner) override { owner->on_open({}); }
  void finish(Owner owner) override { owner->on_finished(); }
  TcpSocket& socket() override { return stream(); }
};

class TlsTransport final : public StreamTransport<TlsStream> {
 public:
  using StreamTransport::StreamTransport;

  void open(Owner owner) override {
    stream().async_handshake(
        asio::ssl::stream_base::server,
        [owner = std::move(owner)](error_code error) { owner->on_open(error); });
  }
  void finish(Owner owner) override {
    stream().async_shutdown([owner = std::move(owner)](error_code) { owner->on_finished(); });
  }
  TcpSocket& socket() override { return stream().next_layer(); }
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(TcpSocket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> make_tls_transport(TcpSocket socket, TlsIdentity& identity) {
  return std::make_unique<TlsTransport>(std::move(socket), identity.context);
}

}  // namespace ptkl::http
