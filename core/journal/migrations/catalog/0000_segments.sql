CREATE TABLE `segments` (
	`number` integer PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	`records` integer NOT NULL,
	`first_time` integer,
	`last_time` integer,
	`first_commit` integer NOT NULL,
	`last_commit` integer NOT NULL,
	`state` text NOT NULL
);
