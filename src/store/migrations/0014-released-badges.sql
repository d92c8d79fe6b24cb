-- A badge that a tag had made when auto-badge was unticked (E7), until somebody sets another value: ticked again, the tag
-- takes it over without its value being kept as the user's (E27).
alter table badges add column released boolean not null default false;
