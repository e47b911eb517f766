// Responses with a JSON body.
#pragma once

#include <boost/json/object.hpp>

#include "base/secret_string.h"
#include "http/message.h"

namespace ptkl::server {

http::Response json_response(int status, const boost::json::object& body);

/// For a body that holds a secret or a token: `Cache-Control: no-store`.
http::Response secret_response(int status, const SecretString& body);

/// `response` with `Cache-Control: no-store`.
http::Response without_storing(http::Response response);

}  // namespace ptkl::server
