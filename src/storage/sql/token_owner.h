// The owner of a token, and whether the token is active: one rule, for one token and for many.
#pragma once

#include "core/client.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {

// Macros, because only literals can be concatenated. Their parameters are the claims of the token.

// A token is inactive if its slot is unknown or invalid, or of an earlier generation than that of its credential, if
// it or its credential was revoked, if the slot belongs to another API user, or if its API user is disabled. Slots of later generations have rows only once
// they are invalid.
#define PTKL_FIND_OWNING_API_USER(project_id, subject, slot, jti)                                 \
  "SELECT 'api_user', api_users.id, api_users.username, COALESCE(client_credentials.id, ''),"     \
  " COALESCE(client_credentials.slot_generation, 0),"                                             \
  " COALESCE(client_credentials.min_rights_version, 0),"                                          \
  " CASE WHEN api_users.status = 'active' AND client_credentials.id IS NOT NULL"                  \
  " AND client_credentials.revoked_at IS NULL"                                                    \
  " AND COALESCE(client_credentials.slot_generation, 0) <= " slot " / " PTKL_SLOTS_PER_GENERATION \
  " AND COALESCE(status_slots.invalid, 0) = 0"                                                    \
  " AND revoked_tokens.jti IS NULL THEN 1 ELSE 0 END"                                             \
  " FROM api_users LEFT JOIN status_slots"                                                        \
  " ON status_slots.project_id = api_users.project_id AND status_slots.slot = " slot              \
  " LEFT JOIN client_credentials"                                                                 \
  " ON client_credentials.project_id = api_users.project_id"                                      \
  " AND client_credentials.api_user_id = api_users.id"                                            \
  " AND client_credentials.slot = " slot " % " PTKL_SLOTS_PER_GENERATION                          \
  " LEFT JOIN revoked_tokens"                                                                     \
  " ON revoked_tokens.project_id = api_users.project_id AND revoked_tokens.jti = " jti            \
  " WHERE api_users.project_id = " project_id " AND api_users.id = " subject                      \
  " AND api_users.deleted_at IS NULL"

// A user who is not active has no session.
#define PTKL_FIND_OWNING_USER(project_id, subject, slot, jti)                               \
  "SELECT 'user', users.id, users.email, sessions.id, 0, 0,"                                \
  " CASE WHEN status_slots.invalid = 0 AND revoked_tokens.jti IS NULL THEN 1 ELSE 0 END"    \
  " FROM sessions JOIN users"                                                               \
  " ON users.project_id = sessions.project_id AND users.id = sessions.user_id"              \
  " JOIN status_slots"                                                                      \
  " ON status_slots.project_id = sessions.project_id AND status_slots.slot = sessions.slot" \
  " LEFT JOIN revoked_tokens"                                                               \
  " ON revoked_tokens.project_id = sessions.project_id AND revoked_tokens.jti = " jti       \
  " WHERE sessions.project_id = " project_id " AND sessions.slot = " slot                   \
  " AND sessions.user_id = " subject

/// The token's owner without its roles.
Result<TokenOwner> read_token_owner(ColumnReader& columns);

}  // namespace ptkl::storage
