// The implementation of AuditSigner with libsodium.
#pragma once

#include <memory>

#include "core/ports/audit_signer.h"
#include "crypto/master_key.h"

namespace ptkl::crypto {

/// Derives its keys from `master_key`, which need not outlive it.
std::unique_ptr<AuditSigner> make_audit_signer(const MasterKey& master_key);

}  // namespace ptkl::crypto
