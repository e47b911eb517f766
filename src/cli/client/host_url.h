// The address of the server, as people give it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::cli {

/// An http or https URL without a slash at its end. Without a scheme it is https, save for
/// loopback. Fails with invalid_argument on anything that is no such URL, or holds a user, query or
/// fragment.
Result<std::string> parse_host_url(std::string_view text);

/// Whether what is sent there can be read on the way: plain http, and not to this machine.
bool is_readable_on_the_way(std::string_view host_url);

}  // namespace ptkl::cli
