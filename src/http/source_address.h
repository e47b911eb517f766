// Whom a request comes from, where proxies stand between.
#pragma once

#include <span>

#include "base/ip_address.h"
#include "http/message.h"

namespace ptkl::http {

/// `peer`, unless it is a trusted proxy. Then the rightmost address of X-Forwarded-For that is none of
/// the trusted: each proxy appends whom it was called by, so what stands further left is what a
/// stranger may have made up, and is not read. Where all are trusted, the leftmost. An entry may
/// carry a port. When there is no such header, or an entry is met that is no address, `peer`.
///
/// RFC 7239's `Forwarded` is not read: a proxy that writes the one header passes the other on as the
/// client sent it.
IpAddress source_of(const IpAddress& peer, const Headers& headers,
                    std::span<const IpRange> trusted_proxies);

}  // namespace ptkl::http
