// The URL of an HTTP server, as users write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::http {

/// An http or https URL, taken apart by libcurl's own parser (decision 0030): what is checked here is
/// what a client of libcurl connects to.
struct Url {
  std::string scheme;      ///< `http` or `https`
  std::string host;        ///< percent-decoded; an IPv6 address is in brackets, without its zone
  std::uint16_t port = 0;  ///< 0: the default port of the scheme
};

/// Reads a URL with a lower-case scheme, a host, and optionally a port, a path, a query and a fragment.
/// Errors: invalid_argument for everything else, and for a username or password.
Result<Url> parse_url(std::string_view text);

/// True when others can read what is sent there: plain HTTP, and not to this machine.
bool is_readable_in_transit(const Url& url);

/// `host:port`, with the default port of the scheme where `url` has none.
std::string to_authority(const Url& url);

/// `host:port`, with brackets around an IPv6 address. Requires: `host` has none.
std::string to_authority(std::string_view host, std::uint16_t port);

}  // namespace ptkl::http
