#include "server/runtime/tls_reload.h"

#include <exception>
#include <sys/stat.h>
#include <utility>

namespace ptkl::server {
namespace {

/// Others can read it, or a group can and it is not root's. A group such as Debian's ssl-cert is how
/// root shares a key with services.
bool is_exposed(const std::filesystem::path& key) {
  struct stat status {};
  if (::stat(key.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  return (status.st_mode & (status.st_uid == 0 ? 007U : 077U)) != 0;
}

}  // namespace

TlsReload::TlsReload(http::Server& server, std::filesystem::path key, Metrics& metrics, Logger& log,
                     const Clock& clock)
    : server_(server), key_(std::move(key)), metrics_(metrics), log_(log), clock_(clock) {}

void TlsReload::report_start() const {
  if (const auto certificate = server_.tls_certificate()) {
    report("TLS certificate loaded", *certificate);
  }
}

void TlsReload::run() {
  if (!server_.tls_certificate()) {
    log_.info("TLS certificate reload ignored: TLS is off");
    return;
  }
  // An exception would end the server from this thread.
  try {
    reload();
  } catch (const std::exception& error) {
    metrics_.tls_reload_failed();
    log_.error("TLS certificate reload failed", {{"reason", error.what()}});
  }
}

void TlsReload::reload() {
  const auto reloaded = server_.reload_tls();
  if (!reloaded) {
    metrics_.tls_reload_failed();
    log_.error("TLS certificate reload failed",
               {{"file", reloaded.error().file}, {"reason", reloaded.error().reason}});
    return;
  }
  metrics_.tls_reload_succeeded();
  report("TLS certificate reloaded", *reloaded);
}

void TlsReload::report(const char* message, const http::TlsCertificate& certificate) const {
  metrics_.tls_certificate_expires(certificate.not_after);
  const std::string not_before = to_rfc3339(certificate.not_before);
  const std::string not_after = to_rfc3339(certificate.not_after);
  log_.info(
      message,
      {{"subject", certificate.subject}, {"serial", certificate.serial}, {"not_after", not_after}});
  const Timestamp now = clock_.now();
  if (now > certificate.not_after) {
    log_.warning("TLS certificate has expired", {{"not_after", not_after}});
  } else if (now < certificate.not_before) {
    log_.warning("TLS certificate is not valid yet", {{"not_before", not_before}});
  }
  warn_of_exposed_key();
}

void TlsReload::warn_of_exposed_key() const {
  if (is_exposed(key_)) {
    log_.warning("TLS key can be read by other users", {{"file", key_.native()}});
  }
}

}  // namespace ptkl::server
