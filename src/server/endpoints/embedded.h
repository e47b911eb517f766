// Files that the build embeds in the program: api/openapi.yaml and pages/*.html.
#pragma once

#include <string_view>

namespace ptkl::server {

/// api/openapi.yaml as JSON.
std::string_view openapi_document();

/// An HTML page.
struct Page {
  std::string_view html;
  std::string_view policy;  ///< its Content-Security-Policy
};

Page accept_invitation_page();

}  // namespace ptkl::server
