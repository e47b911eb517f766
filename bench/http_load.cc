#include "bench/http_load.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/check.h"

namespace ptkl::bench {

std::vector<std::string> split_requests(std::string_view all) {
  std::vector<std::string> requests;
  for (;;) {
    const std::size_t end = all.find('\0');
    requests.emplace_back(all.substr(0, end));
    if (end == std::string_view::npos) return requests;
    all.remove_prefix(end + 1);
  }
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  PTKL_CHECK(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  PTKL_CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return socket;
}

std::optional<std::size_t> size_of_response(std::string_view received) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t at = received.find(kLength);
  PTKL_CHECK(at < end);
  const std::size_t from = at + kLength.size();
  const auto length =
      parse_number<std::size_t>(received.substr(from, received.find("\r\n", from) - from));
  PTKL_CHECK(length);
  const std::size_t size = end + 4 + *length;
  return received.size() >= size ? std::optional(size) : std::nullopt;
}

double quantile_ms(std::vector<std::chrono::nanoseconds>& latencies, double share) {
  if (latencies.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(latencies.size() - 1));
  std::nth_element(latencies.begin(), latencies.begin() + rank, latencies.end());
  return std::chrono::duration<double, std::milli>(latencies[static_cast<std::size_t>(rank)])
      .count();
}

}  // namespace ptkl::bench
