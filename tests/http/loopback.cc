#include "http/loopback.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace ptkl::http::testing {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int open_socket() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  PTKL_CHECK(descriptor >= 0);
  return descriptor;
}

int bound_socket() {
  const int descriptor = open_socket();
  const sockaddr_in address = loopback(0);
  PTKL_CHECK(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return descriptor;
}

std::uint16_t port_of(int descriptor) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  PTKL_CHECK(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

}  // namespace

Socket::Socket() : Socket(open_socket()) {}

Socket::Socket(int descriptor) : descriptor_(descriptor) {
  const timeval patience{kPatience.count(), 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Socket::come_from(const std::string& address) {
  sockaddr_in from{};
  from.sin_family = AF_INET;
  PTKL_CHECK(::inet_pton(AF_INET, address.c_str(), &from.sin_addr) == 1);
  PTKL_CHECK(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0);
}

bool Socket::connect_to(std::uint16_t port) {
  const sockaddr_in address = loopback(port);
  return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Socket::finish_sending() { ::shutdown(descriptor_, SHUT_WR); }

void Socket::hang_up() { ::shutdown(descriptor_, SHUT_RDWR); }

std::string Socket::read_to_end() {
  return read_until([](std::string_view) { return false; });
}

std::string Socket::read_through(std::string_view text) {
  return read_until([&](std::string_view received) { return received.find(text) != text.npos; });
}

bool Socket::is_readable_within(std::chrono::milliseconds limit) {
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(limit.count())) > 0;
}

std::string Socket::read_bytes(std::size_t count) {
  return read_until([&](std::string_view received) { return received.size() >= count; });
}

std::string Socket::read_until(const std::function<bool(std::string_view)>& enough) {
  std::string received;
  std::array<char, 16'384> buffer;
  while (!enough(received)) {
    const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    received.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return received;
}

bool Socket::is_closed() {
  char byte = 0;
  const ssize_t count = ::recv(descriptor_, &byte, 1, 0);
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

std::optional<Socket> try_connect(std::uint16_t port) {
  Socket socket;
  if (!socket.connect_to(port)) return std::nullopt;
  return socket;
}

Socket connect_to(std::uint16_t port) {
  auto socket = try_connect(port);
  PTKL_CHECK(socket);
  return std::move(*socket);
}

Listener::Listener(std::function<void(Socket&)> serve)
    : serve_(std::move(serve)), descriptor_(bound_socket()), port_(port_of(descriptor_)) {
  PTKL_CHECK(::listen(descriptor_, 16) == 0);
  thread_ = std::thread([this] { accept_all(); });
}

Listener::~Listener() {
  ::shutdown(descriptor_, SHUT_RDWR);  // wakes accept()
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (current_ != nullptr) current_->hang_up();
  }
  thread_.join();
  ::close(descriptor_);
}

std::string Listener::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void Listener::set_current(Socket* socket) {
  const std::lock_guard lock(mutex_);
  current_ = socket;
  if (stopping_ && socket != nullptr) socket->hang_up();
}

void Listener::accept_all() {
  for (int peer = 0; (peer = ::accept(descriptor_, nullptr, nullptr)) >= 0;) {
    Socket socket(peer);
    set_current(&socket);
    serve_(socket);
    set_current(nullptr);
  }
}

std::string read_request(Socket& socket) {
  std::string request = socket.read_through("\r\n\r\n");
  const std::size_t header_end = request.find("\r\n\r\n");
  const std::size_t length_field = request.find("Content-Length: ");
  if (header_end == request.npos || length_field > header_end) return request;
  const std::size_t length = std::strtoul(request.c_str() + length_field + 16, nullptr, 10);
  return request + socket.read_bytes(header_end + 4 + length - request.size());
}

std::uint16_t refused_port() {
  const int descriptor = bound_socket();
  const std::uint16_t port = port_of(descriptor);
  ::close(descriptor);
  return port;
}

}  // namespace ptkl::http::testing
