#include "http/tls_identity.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "base/descriptor.h"
#include "base/handle.h"
#include "base/secret_string.h"

namespace ptkl::http {
namespace {

namespace asio = boost::asio;

// Long chains take some 20 KiB.
constexpr std::size_t kMaxPemBytes = std::size_t{256} * 1024;

using OpensslBio = Handle<BIO, BIO_free_all>;
using OpensslKey = Handle<EVP_PKEY, EVP_PKEY_free>;
using OpensslNumber = Handle<BIGNUM, BN_free>;

tl::unexpected<TlsFault> tls_fault(const std::string& file, std::string reason) {
  ERR_clear_error();  // otherwise the next connection on this thread would report it
  return tl::unexpected<TlsFault>(TlsFault{file, std::move(reason)});
}

/// The first error that OpenSSL reported on this thread.
std::string openssl_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  return reason == nullptr ? "unknown reason" : reason;
}

TlsResult<SecretString> read_pem(const std::string& file, TlsRead read) {
  const int how = O_RDONLY | O_CLOEXEC | (read == TlsRead::again ? O_NONBLOCK : 0);
  const Descriptor in(::open(file.c_str(), how));
  struct stat status {};
  if (in.get() < 0 || ::fstat(in.get(), &status) != 0) {
    return tls_fault(file, std::string("cannot be read: ") + std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) return tls_fault(file, "is a directory");
  if (read == TlsRead::again && !S_ISREG(status.st_mode)) {
    return tls_fault(file, "is not a regular file and can be read only once, at start");
  }
  auto text = read_to_end(in, static_cast<std::size_t>(status.st_size), kMaxPemBytes);
  if (!text && text.error() == EFBIG) {
    return tls_fault(file, fmt::format("is larger than {} KiB", kMaxPemBytes / 1024));
  }
  if (!text) return tls_fault(file, std::string("cannot be read: ") + std::strerror(text.error()));
  if (text->empty()) return tls_fault(file, "is empty");
  return std::move(*text);
}

/// The callback that keeps OpenSSL from asking on the terminal.
int refuse_passphrase(char*, int, int, void* was_asked_for) {
  *static_cast<bool*>(was_asked_for) = true;
  return -1;
}

TlsResult<void> use_chain(asio::ssl::context& context, const std::string& file, TlsRead read) {
  const auto pem = read_pem(file, read);
  if (!pem) return tl::unexpected<TlsFault>(pem.error());
  boost::system::error_code error;
  context.use_certificate_chain(asio::buffer(pem->reveal()), error);
  if (!error) return {};
  return tls_fault(file, "is not a usable certificate chain in PEM format: " + error.message());
}

TlsResult<void> use_key(asio::ssl::context& context, const TlsFiles& files, TlsRead read) {
  const auto pem = read_pem(files.key, read);
  if (!pem) return tl::unexpected<TlsFault>(pem.error());
  const std::string_view text = pem->reveal();
  const OpensslBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  bool is_encrypted = false;
  const OpensslKey key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, &refuse_passphrase, &is_encrypted));
  if (is_encrypted) {
    return tls_fault(
        files.key,
        "is encrypted, and ptkld asks for no passphrase; decrypt it with `openssl pkey`");
  }
  if (!key) {
    return tls_fault(files.key, "holds no private key in PEM format: " + openssl_reason());
  }
  SSL_CTX* const handle = context.native_handle();
  if (SSL_CTX_use_PrivateKey(handle, key.get()) != 1 || SSL_CTX_check_private_key(handle) != 1) {
    return tls_fault(files.key, fmt::format("does not belong to the certificate in {}: {}",
                                            files.certificate, openssl_reason()));
  }
  return {};
}

/// Nothing when the certificate's time is malformed.
std::optional<Timestamp> to_timestamp(const ASN1_TIME* time) {
  std::tm broken_down{};
  if (ASN1_TIME_to_tm(time, &broken_down) != 1) return std::nullopt;
  return Timestamp(std::chrono::seconds(::timegm(&broken_down)));
}

std::string serial_of(X509* certificate) {
  const OpensslNumber number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* const digits = number ? BN_bn2hex(number.get()) : nullptr;
  std::string serial = digits == nullptr ? "" : digits;
  OPENSSL_free(digits);
  return serial;
}

std::string subject_of(X509* certificate) {
  const OpensslBio out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

TlsResult<TlsCertificate> describe(X509* certificate, const std::string& file) {
  const auto not_before = to_timestamp(X509_get0_notBefore(certificate));
  const auto not_after = to_timestamp(X509_get0_notAfter(certificate));
  if (!not_before || !not_after) return tls_fault(file, "has a malformed validity period");
  return TlsCertificate{subject_of(certificate), serial_of(certificate), *not_before, *not_after};
}

/// Throws boost::system::system_error.
TlsResult<std::shared_ptr<TlsIdentity>> make_tls_identity(const TlsFiles& files, TlsRead read) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
  if (auto used = use_chain(context, files.certificate, read); !used) {
    return tl::unexpected<TlsFault>(std::move(used.error()));
  }
  if (auto used = use_key(context, files, read); !used) {
    return tl::unexpected<TlsFault>(std::move(used.error()));
  }
  auto certificate = describe(SSL_CTX_get0_certificate(context.native_handle()), files.certificate);
  if (!certificate) return tl::unexpected<TlsFault>(std::move(certificate.error()));
  return std::make_shared<TlsIdentity>(TlsIdentity{std::move(context), std::move(*certificate)});
}

}  // namespace

TlsResult<std::shared_ptr<TlsIdentity>> read_tls_identity(const TlsFiles& files, TlsRead read) {
  try {
    return make_tls_identity(files, read);
  } catch (const boost::system::system_error& error) {
    return tls_fault(files.certificate, "cannot be used: " + error.code().message());
  }
}

std::shared_ptr<TlsIdentity> CurrentTls::get() const {
  const MutexLock lock(mutex_);
  return identity_;
}

void CurrentTls::set(std::shared_ptr<TlsIdentity> identity) {
  const MutexLock lock(mutex_);
  identity_.swap(identity);
}

}  // namespace ptkl::http
