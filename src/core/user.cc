#include "core/user.h"

namespace ptkl {

std::string_view to_text(UserStatus status) {
  switch (status) {
    case UserStatus::invited:
      return "invited";
    case UserStatus::active:
      return "active";
  }
  return "";
}

}  // namespace ptkl
