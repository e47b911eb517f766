// The HTML pages of the server, embedded at build time from pages/*.html.
#pragma once

#include <string_view>

namespace ptkl::server {

struct Page {
  std::string_view html;
  std::string_view policy;  ///< its Content-Security-Policy
};

Page accept_invitation_page();

}  // namespace ptkl::server
