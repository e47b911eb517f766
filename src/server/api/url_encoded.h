// Parameters as `application/x-www-form-urlencoded` text: a URL's query, or a form of OAuth.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ptkl::server {

struct UrlParameter {
  std::string name;
  std::string value;
};

/// Removes the first pair and its `&` from `text`, and returns it, still encoded.
std::string_view take_pair(std::string_view& text);

/// `name=value` decoded; a missing `=` means an empty value. Nothing where a percent escape is
/// broken.
std::optional<UrlParameter> decode_pair(std::string_view pair);

}  // namespace ptkl::server
