// The text of an invitation mail.
#pragma once

#include <string_view>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "core/email.h"
#include "core/ports/mailer.h"
#include "core/project.h"

namespace ptkl::app {

/// The values that the mail shows. Refers to its arguments.
struct InvitationMail {
  const Email& to;
  const ProjectName& project;
  std::string_view inviter;  ///< an email, or the username of an API user
  std::string_view server;   ///< the public URL
  const SecretString& link;
  Timestamp expires_at;
};

/// Both bodies contain the link unchanged; the subject does not contain it.
Mail to_mail(const InvitationMail& invitation);

}  // namespace ptkl::app
