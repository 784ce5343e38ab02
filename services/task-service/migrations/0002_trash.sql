-- The list of the trash, newest first.
create index tasks_in_trash on tasks (project_id, deleted_at desc, id desc) where deleted_at is not null;
