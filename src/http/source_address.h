// The source of a request that may come through proxies.
#pragma once

#include <span>

#include "base/ip_address.h"
#include "http/message.h"

namespace ptkl::http {

/// The address of the client. This is `peer`, unless `peer` is a trusted proxy: then it is the rightmost
/// address of X-Forwarded-For that is not a trusted proxy. Each proxy appends the address of its own peer,
/// so a client can forge everything further left. When all addresses are trusted, it is the leftmost. An
/// entry may have a port. Without the header, or with an entry that is not an address, it is `peer`.
///
/// `Forwarded` (RFC 7239) is not read: a proxy that writes one of the headers passes the other through
/// as the client sent it.
IpAddress source_of(const IpAddress& peer, const Headers& headers,
                    std::span<const IpRange> trusted_proxies);

}  // namespace ptkl::http
