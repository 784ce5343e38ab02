-- What the dashboard computes from. All of it can be made again from the producers' event logs (`main.ts rebuild`).

-- When the last event of each project happened.
create table projects (
  id uuid primary key,
  as_of timestamptz not null
);

create table statuses (
  id uuid primary key,
  project_id uuid not null,
  name text not null,
  category text not null,
  position text collate "C" not null
);
create index on statuses (project_id);

-- Tasks as they are now; those in the trash are not here. `category` is that of the status.
create table tasks (
  id uuid primary key,
  project_id uuid not null,
  status_id uuid not null,
  category text not null,
  key text not null,
  title text not null,
  assignee_ids uuid[] not null,
  due_day date,
  due_at timestamptz,
  created_at timestamptz not null,
  completed_at timestamptz,
  check (due_day is null or due_at is null)
);
create index on tasks (project_id);
create index on tasks (status_id);

-- For how long a task was in a category: one row a visit, open (until is null) while it lasts. A task in the trash is in none.
create table spans (
  id bigint generated always as identity primary key,
  task_id uuid not null,
  project_id uuid not null,
  category text not null,
  since timestamptz not null,
  until timestamptz,
  check (until >= since)
);
create index on spans (project_id);
create index on spans (task_id);
create unique index spans_open on spans (task_id) where until is null;

-- How far each producer's log has been counted (kit/events.ts).
create table consumed (
  producer text primary key,
  position bigint not null
);
