// The certificate and the key that a TLS server presents, read together from PEM files.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "base/mutex.h"
#include "http/tls_certificate.h"

namespace ptkl::http {

/// A certificate and key, ready for connections. Each connection keeps what it needs.
struct TlsIdentity {
  boost::asio::ssl::context context;
  TlsCertificate certificate;
};

struct TlsFiles {
  std::string certificate;  ///< the server's own certificate, then its chain
  std::string key;          ///< not encrypted
};

/// `at_start` accepts a pipe as well. `again` accepts only regular files: a pipe can be read once, and
/// reading a pipe that has no writer does not return.
enum class TlsRead { at_start, again };

/// Reads both files and checks that they can be used and belong together. Never asks for a
/// passphrase. Waits for the disk. Thread-safe.
TlsResult<std::shared_ptr<TlsIdentity>> read_tls_identity(const TlsFiles& files, TlsRead read);

/// The identity that new connections get. Thread-safe.
class CurrentTls {
 public:
  /// Null: plain HTTP. Shared, because it may be replaced while a connection is being set up.
  std::shared_ptr<TlsIdentity> get() const;
  void set(std::shared_ptr<TlsIdentity> identity);

 private:
  // Not std::atomic, in which ThreadSanitizer reports a data race with g++ 12. The lock is cheap compared
  // with a handshake.
  mutable Mutex mutex_;
  std::shared_ptr<TlsIdentity> identity_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::http
