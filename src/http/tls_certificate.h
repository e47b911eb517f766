// The description of a TLS server's certificate, and the reason why one cannot be used.
#pragma once

#include <string>

#include "base/result.h"
#include "base/timestamp.h"

namespace ptkl::http {

/// The server's own certificate, the first of its chain.
struct TlsCertificate {
  std::string subject;  ///< RFC 2253: `CN=id.example.org`
  std::string serial;   ///< hexadecimal, as `openssl x509 -serial` prints it
  Timestamp not_before;
  Timestamp not_after;
};

/// The reason why a certificate and its key cannot be used.
struct TlsFault {
  std::string file;    ///< the invalid file
  std::string reason;  ///< readable, without the file's name
};

template <class T>
using TlsResult = tl::expected<T, TlsFault>;

}  // namespace ptkl::http
