CREATE TABLE `erasures` (
	`rule` text PRIMARY KEY NOT NULL,
	`through` integer NOT NULL,
	`updated` integer NOT NULL
);
