// What an invitation says to the person who is invited.
#pragma once

#include <string_view>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "core/email.h"
#include "core/ports/mailer.h"
#include "core/project.h"

namespace ptkl::app {

/// Borrows what it tells of.
struct InvitationMail {
  const Email& to;
  const ProjectName& project;
  std::string_view inviter;  ///< an email, or the username of an API user
  std::string_view server;   ///< the public URL
  const SecretString& link;
  Timestamp expires_at;
};

/// The link stands in both bodies as it is, and in nothing else.
Mail to_mail(const InvitationMail& invitation);

}  // namespace ptkl::app
