// Reloads the TLS certificate, and reports it in log and metrics.
#pragma once

#include <filesystem>

#include "base/clock.h"
#include "base/log.h"
#include "http/server.h"
#include "server/monitoring/metrics.h"

namespace ptkl::server {

/// Used by one thread at a time. The references outlive it.
class TlsReload {
 public:
  /// `key` is the file of the private key.
  TlsReload(http::Server& server, std::filesystem::path key, Metrics& metrics, Logger& log,
            const Clock& clock);

  /// Logs the certificate that was loaded at start, and its faults; nothing for plain HTTP.
  void report_start() const;
  /// Reads certificate and key again, for SIGHUP. When that fails, the previous ones stay in use, and
  /// an error is logged and counted. Waits for the disk. For plain HTTP it only logs.
  void run();

 private:
  void reload();
  void report(const char* message, const http::TlsCertificate& certificate) const;
  void warn_of_exposed_key() const;

  http::Server& server_;
  std::filesystem::path key_;
  Metrics& metrics_;
  Logger& log_;
  const Clock& clock_;
};

}  // namespace ptkl::server
