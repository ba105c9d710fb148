#!/bin/sh
# Runs once, in a new database: who owns the tables, who serves, and a database that nobody else may enter.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$PUNOS_OWNER_PASSWORD" -v app="$PUNOS_APP_PASSWORD" -U postgres <<'SQL'
create role punos_owner login password :'owner';
create role punos_app login password :'app';
create database punos owner punos_owner;
revoke all on database punos from public;
grant connect on database punos to punos_app;
SQL
