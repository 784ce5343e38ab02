#!/bin/sh
# What scripts/provision.ts does for a server somewhere, for our own: gives each backend a login and a database that this login
# owns and nobody else can enter. The postgres image runs it once, on an empty volume. Run again it changes nothing but the
# passwords, which become those of the files, the administrator's too:
#
#   docker compose exec postgres sh /docker-entrypoint-initdb.d/provision.sh
set -eu

# psql reads the passwords itself: arguments and variables of a process are easier to see.
{
  cat <<END
\set password \`cat /run/secrets/DATABASE_PASSWORD\`
alter role current_user password :'password';
END
  for service in USER_SERVICE TASK_SERVICE ANALYTICS_SERVICE FILE_SERVICE; do
    role=$(echo "$service" | tr A-Z a-z)
    cat <<END
\set role $role
\set database ${role}_db
\set password \`cat /run/secrets/${service}_PASSWORD\`
select format('create role %I login', :'role')
 where not exists (select from pg_roles where rolname = :'role') \gexec
alter role :"role" password :'password';
select format('create database %I owner %I template template0 encoding %L', :'database', :'role', 'UTF8')
 where not exists (select from pg_database where datname = :'database') \gexec
revoke all on database :"database", postgres, template1 from public;
END
  done
} | psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres
