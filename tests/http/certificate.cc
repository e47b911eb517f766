#include "http/certificate.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "base/handle.h"

namespace ptkl::http::testing {
namespace {

using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using X509Certificate = Handle<X509, X509_free>;
using Extension = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using Bio = Handle<BIO, BIO_free_all>;
using File = Handle<std::FILE, std::fclose>;

constexpr long kOneDay = 24L * 60 * 60;

std::filesystem::path make_folder() {
  std::string path = std::filesystem::temp_directory_path() / "ptkl-certificate-XXXXXX";
  PTKL_CHECK(::mkdtemp(path.data()) != nullptr);
  return path;
}

X509Certificate self_sign(EVP_PKEY* key, const std::string& alternative_name, long serial) {
  X509Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kOneDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kOneDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  const Extension extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name.c_str()));
  PTKL_CHECK(X509_add_ext(certificate.get(), extension.get(), -1) == 1);
  PTKL_CHECK(X509_sign(certificate.get(), key, EVP_sha256()) != 0);
  return certificate;
}

}  // namespace

Certificate::Certificate(const std::string& subject_alternative_name, long serial)
    : folder_(make_folder()) {
  const Key key(EVP_EC_gen("P-256"));
  const X509Certificate certificate = self_sign(key.get(), subject_alternative_name, serial);
  const File certificate_out(std::fopen(file().c_str(), "w"));
  const File key_out(std::fopen(key_file().c_str(), "w"));
  PTKL_CHECK(PEM_write_X509(certificate_out.get(), certificate.get()) == 1);
  PTKL_CHECK(
      PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

Certificate::~Certificate() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Certificate::replace_with(const Certificate& other) const {
  constexpr auto kOverwrite = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy_file(other.file(), file(), kOverwrite);
  std::filesystem::copy_file(other.key_file(), key_file(), kOverwrite);
}

std::string Certificate::encrypted_key() const {
  constexpr std::string_view kPassphrase = "passphrase of a test";
  const File in(std::fopen(key_file().c_str(), "r"));
  const Key key(PEM_read_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const Bio out(BIO_new(BIO_s_mem()));
  PTKL_CHECK(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(),
                                           kPassphrase.data(), static_cast<int>(kPassphrase.size()),
                                           nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace ptkl::http::testing
