// GET /invitations/accept: the page that the link of an invitation opens. The link's token is in
// its fragment, which browsers do not send, so the page is the same for all invitations.
#include <string>

#include "server/endpoints/embedded.h"
#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {

http::Response get_accept_invitation_page(const PublicRequest&) {
  const Page page = accept_invitation_page();
  return {200,
          {{"Content-Type", "text/html; charset=utf-8"},
           {"Content-Security-Policy", std::string(page.policy)},
           {"Cross-Origin-Opener-Policy", "same-origin"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Content-Type-Options", "nosniff"},
           {"Cache-Control", "no-store"}},
          std::string(page.html)};
}

}  // namespace ptkl::server::endpoints
