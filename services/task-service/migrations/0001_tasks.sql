-- Instants are timestamptz(3): a keyset cursor carries them as JavaScript does, in milliseconds, and must meet them again exactly.
-- `position` is a fractional index key; it sorts as bytes, so its collation is "C".
-- `source` says where an import took a row from (`trello:<id>`), so that importing again adds nothing.

create type role as enum ('viewer', 'commenter', 'editor', 'admin');
create type color as enum ('gray', 'sky', 'teal', 'green', 'lime', 'amber', 'rose', 'violet');
create type category as enum ('backlog', 'ready', 'doing', 'review', 'done');
create type priority as enum ('none', 'low', 'medium', 'high', 'urgent');

create table projects (
  id uuid primary key,
  key text not null constraint projects_key_unique unique check (key ~ '^[A-Z][A-Z0-9]{1,9}$'),
  name text not null check (char_length(name) between 1 and 100),
  description text not null default '' check (char_length(description) <= 2000),
  color color not null,
  -- The number that the next task gets: a counter, so that creates at once neither collide nor leave a gap.
  next_number integer not null default 1,
  created_by uuid not null,
  created_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  version integer not null default 1,
  source text
);
-- A board that was imported and thrown away may be imported anew.
create unique index projects_source on projects (created_by, source) where source is not null and deleted_at is null;

create table members (
  project_id uuid not null references projects,
  user_id uuid not null,
  role role not null,
  added_at timestamptz(3) not null default now(),
  version integer not null default 1,
  constraint members_pkey primary key (project_id, user_id)
);
create index members_of_user on members (user_id);

-- People known by name only, from an import.
create table placeholders (
  id uuid primary key,
  project_id uuid not null references projects,
  name text not null check (char_length(name) between 1 and 200),
  source text,
  constraint placeholders_source unique (project_id, source)
);

create table statuses (
  id uuid primary key,
  project_id uuid not null references projects,
  name text not null check (char_length(name) between 1 and 60),
  category category not null,
  task_limit integer check (task_limit between 1 and 999),
  position text collate "C" not null,
  version integer not null default 1,
  source text,
  constraint statuses_source unique (project_id, source),
  constraint statuses_of_project unique (project_id, id)
);

create table labels (
  id uuid primary key,
  project_id uuid not null references projects,
  name text not null check (char_length(name) between 1 and 40),
  color color not null,
  version integer not null default 1,
  source text,
  constraint labels_source unique (project_id, source)
);
create unique index labels_name_unique on labels (project_id, lower(name));

create table tasks (
  id uuid primary key,
  project_id uuid not null references projects,
  number integer not null check (number > 0),
  status_id uuid not null,
  title text not null check (char_length(title) between 1 and 500),
  description text not null default '' check (char_length(description) <= 50000),
  priority priority not null default 'none',
  -- Due on a day, which is the same day everywhere, or at an instant, with the IANA zone in which it was meant.
  due_day date,
  due_at timestamptz(3),
  due_zone text check (char_length(due_zone) between 1 and 64),
  -- Orders days among instants: a day counts as its end in UTC.
  due_order timestamptz(3) generated always as (coalesce(due_at, (due_day + 1)::timestamp at time zone 'UTC')) stored,
  position text collate "C" not null,
  created_by uuid not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  completed_at timestamptz(3),
  deleted_at timestamptz(3),
  version integer not null default 1,
  source text,
  constraint tasks_number unique (project_id, number),
  constraint tasks_source unique (project_id, source),
  constraint tasks_status foreign key (project_id, status_id) references statuses (project_id, id),
  check (due_day is null or due_at is null),
  check ((due_at is null) = (due_zone is null))
);
-- Of all tasks, those in the trash too: a place next to one that may come back is never given twice.
create index tasks_in_status on tasks (status_id, position, id);
create index tasks_by_update on tasks (project_id, updated_at desc, id desc) where deleted_at is null;
create index tasks_by_creation on tasks (project_id, created_at desc, id desc) where deleted_at is null;
create index tasks_by_due on tasks (project_id, due_order, id) where deleted_at is null;
create index tasks_by_priority on tasks (project_id, priority desc, id desc) where deleted_at is null;

create table task_labels (
  task_id uuid not null references tasks,
  label_id uuid not null references labels on delete cascade,
  primary key (task_id, label_id)
);
create index tasks_with_label on task_labels (label_id, task_id);

-- A member or a placeholder of the task's project.
create table task_assignees (
  task_id uuid not null references tasks,
  person_id uuid not null,
  primary key (task_id, person_id)
);
create index tasks_of_assignee on task_assignees (person_id, task_id);

create table links (
  id uuid primary key,
  task_id uuid not null references tasks,
  url text not null check (url ~* '^https?://' and char_length(url) <= 2000),
  title text not null check (char_length(title) <= 200),
  added_at timestamptz(3) not null default now(),
  source text,
  constraint links_source unique (task_id, source)
);
create index links_of_task on links (task_id, added_at, id);

create table comments (
  id uuid primary key,
  task_id uuid not null references tasks,
  -- A user, or a placeholder in what was imported.
  author_id uuid not null,
  body text not null check (char_length(body) between 1 and 20000),
  created_at timestamptz(3) not null default now(),
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  version integer not null default 1,
  source text,
  constraint comments_source unique (task_id, source)
);
create index comments_of_task on comments (task_id, created_at, id) where deleted_at is null;

-- Every field that ever changed on a task. `from` and `to` are as the API writes the field.
create table history (
  id uuid primary key,
  task_id uuid not null references tasks,
  project_id uuid not null references projects,
  actor_id uuid not null,
  at timestamptz(3) not null default now(),
  field text not null,
  "from" jsonb,
  "to" jsonb
);
create index history_of_task on history (task_id, at desc, id desc);

create table idempotency_keys (
  person_id uuid,
  key text,
  request text not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  primary key (person_id, key)
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
