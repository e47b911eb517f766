#include "server/api/json_response.h"

#include <string>
#include <utility>

#include "wire/json.h"

namespace ptkl::server {

http::Response json_response(int status, const boost::json::object& body) {
  return {status, {{"Content-Type", "application/json"}}, wire::to_text(body)};
}

http::Response secret_response(int status, const SecretString& body) {
  return without_storing(
      {status, {{"Content-Type", "application/json"}}, std::string(body.reveal())});
}

http::Response without_storing(http::Response response) {
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace ptkl::server
