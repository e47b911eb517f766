#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertSetting{
    "INSERT INTO settings (name, value) VALUES ($1, $2)"
    " ON CONFLICT DO NOTHING"};
constexpr SqlStatement kFindSetting{"SELECT value FROM settings WHERE name = $1"};
constexpr SqlStatement kProbeWrite{"UPDATE settings SET value = value WHERE name = $1"};

Result<std::string> read_value(ColumnReader& columns) { return columns.text(); }

}  // namespace

Result<void> SqlSettingRepository::insert(std::string_view name, std::string_view value) {
  return insert_one(connection_, kInsertSetting, {name, value}, "the setting exists already");
}

Result<std::optional<std::string>> SqlSettingRepository::find(std::string_view name) {
  return find_one(connection_, kFindSetting, {name}, read_value);
}

Result<void> SqlSettingRepository::probe_write(std::string_view name) {
  return change_one(connection_, kProbeWrite, {name}, "no such setting");
}

}  // namespace ptkl::storage
