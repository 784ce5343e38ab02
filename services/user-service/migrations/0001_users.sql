create table users (
  id uuid primary key,
  email text not null,
  password_hash text not null,
  name text not null,
  language text not null check (language in ('en', 'ko')),
  time_zone text not null,
  created_at timestamptz not null default now(),
  version integer not null default 1
);
create unique index users_email on users (lower(email));

create table sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  token_hash text not null unique,
  user_agent text not null,
  address text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_of_user on sessions (user_id);
create index sessions_revoked on sessions (revoked_at) where revoked_at is not null;

create table signing_keys (
  id uuid primary key,
  public_jwk jsonb not null,
  private_jwk bytea not null,
  signs_from timestamptz not null
);

create table outbox (
  id uuid primary key,
  type text not null,
  version integer not null,
  project_id uuid,
  actor_id uuid,
  at timestamptz not null default now(),
  data jsonb not null,
  sequence bigint generated always as identity,
  position bigint unique
);
create index outbox_unpublished on outbox (sequence) where position is null;

create table outbox_position (last bigint not null, sent bigint not null);
insert into outbox_position values (0, 0);
