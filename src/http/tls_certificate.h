// What the certificate of a TLS server says, and why one cannot be used.
#pragma once

#include <string>

#include "base/result.h"
#include "base/timestamp.h"

namespace ptkl::http {

/// The server's own certificate: the first one of its chain.
struct TlsCertificate {
  std::string subject;  ///< RFC 2253: `CN=id.example.org`
  std::string serial;   ///< hexadecimal, as `openssl x509 -serial` prints it
  Timestamp not_before;
  Timestamp not_after;
};

/// Why a certificate and its key cannot be used.
struct TlsFault {
  std::string file;    ///< the one at fault
  std::string reason;  ///< for a person, without the file's name
};

template <class T>
using TlsResult = tl::expected<T, TlsFault>;

}  // namespace ptkl::http
