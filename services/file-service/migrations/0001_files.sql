create table categories (
  id uuid primary key,
  project_id uuid not null,
  name text not null,
  version integer not null default 1,
  -- For the foreign key of files: a file's category is always of the file's own project.
  unique (id, project_id)
);
-- "Contracts" and "contracts" would be one drawer to a person.
create unique index categories_name on categories (project_id, lower(name));

-- A row is written when all bytes are in the store, and removed before they are: no row is ever without its bytes.
create table files (
  id uuid primary key,
  project_id uuid not null,
  task_id uuid not null,
  category_id uuid,
  name text not null,
  size bigint not null,
  type text not null,
  sha256 text not null,
  uploaded_by uuid not null,
  created_at timestamptz not null,
  version integer not null default 1,
  constraint files_category foreign key (category_id, project_id) references categories (id, project_id)
);
-- Newest first is by id: a UUIDv7 begins with the time.
create index files_of_project on files (project_id, id);
create index files_of_task on files (task_id, id);
create index files_of_category on files (category_id, id);

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
insert into outbox_position (last, sent) values (0, 0);

create table consumed (producer text primary key, position bigint not null);

create table idempotency_keys (
  person_id uuid,
  key text,
  request text not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  primary key (person_id, key)
);
