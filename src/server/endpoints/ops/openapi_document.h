// api/openapi.yaml as JSON, embedded at build time.
#pragma once

#include <string_view>

namespace ptkl::server {

std::string_view openapi_document();

}  // namespace ptkl::server
