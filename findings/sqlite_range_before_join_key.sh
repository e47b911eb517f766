#!/usr/bin/env bash
# One would guess: in `a CROSS JOIN b WHERE a.user > $1 AND a.user <= $2 AND b.user = a.user`, SQLite finds the rows of
# `b` by the equality, for which `b` has an index.
# What happens: SQLite copies the range to `b`, because b.user equals a.user, and then prefers the copy to the equality:
# it reads the whole range of `b` again for each row of `a`. The time grows with the square of the range. Statistics are
# absent, as in every database in which ANALYZE never ran. A subquery with a LIMIT around `a` keeps the range there.
# Version: SQLite 3.40.1 (Debian 12). Source: https://www.sqlite.org/optoverview.html, "Manual Control Of Query Plans
# Using CROSS JOIN", says that CROSS JOIN fixes the order of the tables; the copied range is not mentioned there.
set -euo pipefail

version=3.40.1-2+deb12u2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download --quiet=2 "sqlite3=$version" "libsqlite3-0=$version"
for package in ./*.deb; do dpkg -x "$package" root; done
sqlite=root/usr/bin/sqlite3
LD_LIBRARY_PATH=$(echo "$PWD"/root/usr/lib/*-linux-gnu/)
export LD_LIBRARY_PATH
"$sqlite" --version

cat >schema.sql <<'SQL'
CREATE TABLE holders (project TEXT, user TEXT, role TEXT, PRIMARY KEY (project, user, role));
CREATE INDEX holders_by_role ON holders (project, role, user);
CREATE TABLE secrets (project TEXT, id TEXT, user TEXT, number INT, PRIMARY KEY (project, id));
CREATE INDEX secrets_by_user ON secrets (project, user, number);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
INSERT INTO holders SELECT 'p', printf('u%05d', i), 'r' FROM n;
INSERT INTO secrets SELECT project, 's' || user, user, 1 FROM holders;
SQL
"$sqlite" data.db <schema.sql

range="project = 'p' AND role = 'r' AND user > 'u00000' AND user <="
# The query for the users up to the given one; `subquery` has the range in a subquery with a limit.
query() {
  case $1 in
    join) echo "SELECT COUNT(secrets.id) FROM holders CROSS JOIN secrets WHERE holders.project = 'p'
      AND holders.role = 'r' AND holders.user > 'u00000' AND holders.user <= '$2'
      AND secrets.project = 'p' AND secrets.user = holders.user" ;;
    subquery) echo "SELECT COUNT(secrets.id) FROM (SELECT user FROM holders WHERE $range '$2' ORDER BY user LIMIT 4000)
      AS part CROSS JOIN secrets WHERE secrets.project = 'p' AND secrets.user = part.user" ;;
  esac
}
# The steps of SQLite's virtual machine, which do not depend on the machine.
steps() {
  "$sqlite" data.db ".stats vmstep" "$(query "$1" "$2")" | sed -n 's/^VM-steps: *//p'
}

for form in join subquery; do
  echo "$form:"
  "$sqlite" data.db "EXPLAIN QUERY PLAN $(query $form u04000)" | tail -n +2
  small=$(steps $form u01000)
  large=$(steps $form u04000)
  echo "steps for 1,000 users: $small; for 4,000: $large; ratio $((large / small))"
  eval "ratio_$form=$((large / small))"
done
# shellcheck disable=SC2154  # set by eval
[ "$ratio_join" -ge 14 ] && [ "$ratio_subquery" -le 5 ]
