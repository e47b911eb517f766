// Sockets on the loopback interface that send exactly the bytes of a test, without HTTP.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace ptkl::http::testing {

/// The time limit of every wait. Longer than any operation on this machine takes.
inline constexpr std::chrono::seconds kPatience{20};

/// One TCP connection. Every read fails after kPatience.
class Socket {
 public:
  /// Not connected yet.
  Socket();
  explicit Socket(int descriptor);
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  /// Connects from that address of 127.0.0.0/8 instead of 127.0.0.1. Requires: called before connect_to().
  void come_from(const std::string& address);
  /// False when nothing listens.
  bool connect_to(std::uint16_t port);
  /// False when the other side has closed.
  bool send(std::string_view bytes);
  /// Shuts down sending.
  void finish_sending();
  /// Shuts down both directions; a waiting read returns.
  void hang_up();
  /// Everything that arrives until the other side closes.
  std::string read_to_end();
  /// Everything that arrives until `text` is part of it, and what was received with it; less when the other
  /// side closes.
  std::string read_through(std::string_view text);
  /// Whether data or the end of the stream can be read before `limit` has passed.
  bool is_readable_within(std::chrono::milliseconds limit);
  /// For operations that this class does not have. The socket still owns it.
  int descriptor() const { return descriptor_; }
  /// At least `count` bytes, unless the other side closes.
  std::string read_bytes(std::size_t count);
  /// True when the other side has closed and nothing is left to read; waits for it.
  bool is_closed();

 private:
  std::string read_until(const std::function<bool(std::string_view)>& enough);

  int descriptor_;
};

Socket connect_to(std::uint16_t port);
/// Absent when nothing listens.
std::optional<Socket> try_connect(std::uint16_t port);

/// Listens on a free port. Calls `serve` for each connection, one after the other; the destructor closes the
/// one that is being served.
class Listener {
 public:
  explicit Listener(std::function<void(Socket&)> serve);
  ~Listener();
  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const;

 private:
  void accept_all();
  void set_current(Socket* socket);

  std::function<void(Socket&)> serve_;
  int descriptor_;
  std::uint16_t port_;
  std::mutex mutex_;
  Socket* current_ = nullptr;
  bool stopping_ = false;
  std::thread thread_;
};

/// Reads one request's header, with its body where it has a Content-Length.
std::string read_request(Socket& socket);

/// A port on which nothing listens.
std::uint16_t refused_port();

}  // namespace ptkl::http::testing
